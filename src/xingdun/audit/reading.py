"""Reading the whole ledger in the tree's order, a window at a time: constant memory, however long it is."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import Connection

WINDOW = 5_000
CONTENT, AT = 1, 3
"""Places of the content and the time (as the ledger writes it) in an entry's row."""

_LEAVES = "SELECT index, entry_id, sha256, sm3 FROM audit_leaf WHERE index >= %s ORDER BY index LIMIT %s"
# A range of keys reaches each month through its index once; asking leaf by leaf would try every month for each.
_ENTRIES = """
SELECT id, content, coalesce(institution_id::text, ''),
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    actor, action, about, under, outcome, address, details::text, sealed
FROM audit_entry WHERE id BETWEEN %s AND %s
"""
_OF_THEM = " AND id IN (SELECT unnest(%s::bigint[]))"

_KEY = 36  # a UUID in letters
_PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|[^" ]+')  # of JSON, without the spaces that the database sets between them
_text = json.encoder.encode_basestring
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Leaves that follow each other: their places, entries' keys and hashes, and the entries, None where missing."""

    indexes: list[int]
    keys: list[int]
    sha256: list[bytes]
    sm3: list[bytes]
    entries: list[Row | None]


@contextmanager
def one_snapshot() -> Iterator[None]:
    """See one state of the database throughout, while others write and seal; inside a transaction, that one's."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL enable_nestloop = off")  # a window is joined whole, not entry by entry
        yield


def windows(first: int = 0) -> Iterator[Window]:
    """The ledger from leaf `first` on. Call it in `one_snapshot`; the next window is fetched while one is looked at."""
    raw = connection.connection  # the caller's own transaction, spoken to by one thread at a time
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(_fetch, raw, first)
        while (window := following.result()) is not None:
            following = reader.submit(_fetch, raw, window.indexes[-1] + 1)
            yield window


def _fetch(raw: Connection, first: int) -> Window | None:
    leaves = raw.execute(_LEAVES, [first, WINDOW]).fetchall()
    if not leaves:
        return None
    keys = [leaf[1] for leaf in leaves]
    low, high = min(keys), max(keys)
    if high - low < len(keys):
        rows = raw.execute(_ENTRIES, [low, high])
    else:  # the window was sealed in another order than it was written
        rows = raw.execute(_ENTRIES + _OF_THEM, [low, high, keys])
    found = {row[0]: row for row in rows}
    return Window(
        indexes=[leaf[0] for leaf in leaves],
        keys=keys,
        sha256=[bytes(leaf[2]) for leaf in leaves],
        sm3=[bytes(leaf[3]) for leaf in leaves],
        entries=[found.get(key) for key in keys],
    )


def columns_agree(row: Row) -> bool:
    """Whether an entry's columns, by which people search, say what its sealed content says.

    The canonical text is put together from the columns and compared; where it differs in form, fact by fact.
    """
    _, content, institution, at, actor, action, about, under, outcome, address, details, sealed = row
    head = (
        f'{{"about":{_text(about)},"action":{_text(action)},"actor":{_text(actor)},"address":{_text(address)},'
        f'"at":"{at}","details":'
    )
    tail = f'","outcome":{_text(outcome)},"sealed":{_text(sealed)},"under":{_text(under)}}}'
    middle = f',"institution":"{institution}","key":"'
    told = content[len(head) : -_KEY - len(tail)]
    if content.startswith(head) and content.endswith(tail) and told.endswith(middle):
        inner = told[: -len(middle)]
        return inner == details or inner == "".join(_PARTS.findall(details)) or _same(inner, details)
    return _facts_agree(row)


def _same(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def _facts_agree(row: Row) -> bool:
    _, content, institution, at, actor, action, about, under, outcome, address, details, sealed = row
    told = json.loads(content)
    return bool(
        told["actor"] == actor
        and told["action"] == action
        and told["about"] == about
        and told["under"] == under
        and told["outcome"] == outcome
        and told["address"] == address
        and told["sealed"] == sealed
        and told["institution"] == institution
        and told["at"] == at
        and told["details"] == json.loads(details)
    )
