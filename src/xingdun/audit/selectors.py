"""Reading the ledger."""

from django.db import connection
from django.db.models import QuerySet

from xingdun.audit.models import Checkpoint, Entry, Leaf
from xingdun.frame.context import current


def entries() -> QuerySet[Entry]:
    """The institution's entries, newest first."""
    return Entry.objects.order_by("-id")


def checkpoints() -> QuerySet[Checkpoint]:
    """Signed checkpoints, newest first."""
    return Checkpoint.objects.order_by("-size")


def leaf_of(entry: Entry) -> Leaf | None:
    """The entry's place in the tree; None until the sealer has reached it."""
    return Leaf.objects.filter(entry_id=entry.pk).first()


_ACTIONS_SEEN = """
WITH RECURSIVE seen AS (
    (SELECT action FROM audit_entry WHERE institution_id = %(institution)s ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (
        SELECT action FROM audit_entry WHERE institution_id = %(institution)s AND action > seen.action
        ORDER BY action LIMIT 1
    ) FROM seen WHERE seen.action IS NOT NULL
)
SELECT action FROM seen WHERE action IS NOT NULL
"""


def actions_seen() -> list[str]:
    """The actions that occur in the institution's ledger; the index is entered once for each, however long it is."""
    institution = current().institution
    if institution is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS_SEEN, {"institution": institution})
        return [action for (action,) in cursor.fetchall()]
