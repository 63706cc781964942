"""The ledger, as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The ledger."""

    name = "xingdun.audit"
    label = "audit"
