"""The ledger, as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The ledger."""

    name = "xingdun.audit"
    label = "audit"

    def ready(self) -> None:
        """After each migration: the period of retention as the law has it now, and what the sealer alone may do."""
        post_migrate.connect(_lay_functions, sender=self, dispatch_uid="xingdun-audit")


def _lay_functions(**_: Any) -> None:
    from django.db import connection

    from xingdun.audit import retention
    from xingdun.frame.models import SEALER

    with connection.cursor() as cursor:
        for statement in retention.statements():
            cursor.execute(statement)
        for function in ("audit_month_open(date)", "audit_month_retire(date, bigint)"):
            cursor.execute("SELECT to_regprocedure(%s)", [function])
            if cursor.fetchone()[0]:  # a partial migration leaves later ones out
                cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {SEALER}")
