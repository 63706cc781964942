"""The sealed ledger as the stream of what happened."""

from uuid import UUID

from django.db import connection

from xingdun.audit.models import Leaf

WINDOW = 20_000
_LEAVES = "SELECT index, entry_id FROM audit_leaf WHERE index >= %s AND index < %s ORDER BY index LIMIT %s"
# By range, so that each month's partition is entered once.
_ABOUTS = """
SELECT DISTINCT about FROM audit_entry
WHERE id BETWEEN %s AND %s AND id IN (SELECT unnest(%s::bigint[])) AND institution_id = %s
AND split_part(about, ':', 1) = ANY(%s)
"""


def tree_size() -> int:
    """How many entries are sealed."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def sealed_since(institution: UUID, first: int, end: int, labels: frozenset[str]) -> tuple[frozenset[str], int]:
    """The records of these models that entries from leaf `first` on tell of, and the first leaf not looked at.

    At most WINDOW leaves are looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, [first, end, WINDOW])
        leaves = cursor.fetchall()
        if not leaves:
            return frozenset(), first
        keys = [key for _, key in leaves]
        cursor.execute(_ABOUTS, [min(keys), max(keys), keys, institution, sorted(labels)])
        return frozenset(about for (about,) in cursor.fetchall()), leaves[-1][0] + 1
