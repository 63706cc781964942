"""Approvals of records, as a Django app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Approvals of records."""

    name = "xingdun.approvals"
    label = "approvals"

    def ready(self) -> None:
        """The organisation stands below: it is told here what follows when people and their roles change."""
        from xingdun.approvals import staffing

        staffing.connect()
