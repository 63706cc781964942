"""How the duties about the ledger are measured."""

from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.audit.models import Checkpoint, Pending
from xingdun.audit.verification import SEALING_TAKES
from xingdun.frame.checks import Facts, Verdict, check, satisfied, violated
from xingdun.frame.models import SEALER, WEB

TABLES = ("audit_entry", "audit_leaf", "audit_checkpoint")
_GUARDS = """
SELECT wanted.name FROM unnest(%s::text[]) AS wanted(name)
WHERE (SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
       WHERE t.tgrelid = to_regclass('public.' || wanted.name)
       AND p.proname = 'audit_refuse' AND t.tgenabled IN ('O', 'A')) < 2
"""
_RIGHTS = """
SELECT role || ' ' || name FROM unnest(%s::text[]) AS tables(name), unnest(%s::text[]) AS roles(role)
WHERE has_table_privilege(role, 'public.' || name, 'UPDATE, DELETE, TRUNCATE')
"""


def _names(sql: str, *arguments: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(arguments))
        return [name for (name,) in cursor.fetchall()]


@check("log-untampered", reads=("audit.checkpoint",))
def ledger_cannot_be_changed(facts: Facts) -> Verdict:
    """Nobody may change or delete entries, the database refuses it, and they are sealed in time.

    MEASURES-22.4d, INTERNET-7.1f2. Whether what stands there is what was sealed, `xingdun verify` tells.
    """
    unguarded = _names(_GUARDS, list(TABLES))
    if unguarded:
        told = format_lazy(_("the database does not refuse changes of {tables}"), tables=", ".join(unguarded))
        return violated(detail=told)
    rights = _names(_RIGHTS, list(TABLES), [WEB, SEALER])
    if rights:
        return violated(detail=format_lazy(_("rights to change the ledger: {rights}"), rights=", ".join(rights)))
    last = Checkpoint.objects.order_by("-size").first()
    checkpoint = [f"audit.checkpoint:{last.size}"] if last else []
    oldest = Pending.objects.order_by("entry_id").values_list("at", flat=True).first()
    if oldest is not None and facts.now - oldest > SEALING_TAKES:
        return violated(checkpoint, _("entries wait and nothing seals them"))
    if last is None:
        return violated(detail=_("nothing has been sealed yet"))
    return satisfied(checkpoint)
