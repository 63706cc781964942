"""The ledger, as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The ledger."""

    name = "xingdun.audit"
    label = "audit"

    def ready(self) -> None:
        """After each migration, the sealer may open months of entries."""
        post_migrate.connect(_let_sealer_open_months, sender=self, dispatch_uid="xingdun-audit")


def _let_sealer_open_months(**_: Any) -> None:
    from django.db import connection

    from xingdun.frame.models import SEALER

    with connection.cursor() as cursor:
        cursor.execute(f"GRANT EXECUTE ON FUNCTION audit_month_open(date) TO {SEALER}")
