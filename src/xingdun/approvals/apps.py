"""Approvals of records, as a Django app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Approvals of records."""

    name = "xingdun.approvals"
    label = "approvals"
