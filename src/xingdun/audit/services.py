"""The ledger's one way in: `record()`, or `record_each()` for many, inside the transaction of what they tell."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from xingdun.frame.context import current
from xingdun.frame.database.connection import Connection, Kept
from xingdun.frame.ids import uuid7
from xingdun.frame.sealing import seal_personal

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
_INSERT = """
INSERT INTO audit_entry
    (institution_id, at, actor, action, about, under, outcome, address, details, sealed, content)
VALUES ({}) RETURNING id
"""
_INSERT_AT_ONCE = _INSERT.format(", ".join(["%s"] * 11))
_INSERT_KEPT = _INSERT.format(", ".join(f"${place}" for place in range(1, 12)))
# Rows travel as one JSON text: the driver would take each value by itself, in Python.
_INSERT_MANY = """
INSERT INTO audit_entry
    (institution_id, at, actor, action, about, under, outcome, address, details, sealed, content)
SELECT institution_id, at, actor, action, about, under, outcome, address, details::jsonb, sealed, content
FROM json_to_recordset(%s::json) AS row(institution_id uuid, at timestamptz, actor text, action text, about text,
    under text, outcome text, address text, details text, sealed text, content text)
"""
_COLUMNS = (
    "institution_id",
    "at",
    "actor",
    "action",
    "about",
    "under",
    "outcome",
    "address",
    "details",
    "sealed",
    "content",
)
AT_ONCE = 1000  # entries a statement
_quoted = json.encoder.encode_basestring


class Recorded:
    """The entry just written, as others refer to it; the whole of it is read from the ledger."""

    __slots__ = ("_key",)

    def __init__(self, key: int | Kept) -> None:
        self._key = key

    @property
    def pk(self) -> int:
        """Its key, for which the entry is sent now if it waits for the next exchange."""
        if isinstance(self._key, Kept):
            with connection.wrap_database_errors:
                self._key = int(self._key.value)
        return self._key

    @property
    def reference(self) -> str:
        """How other records name the entry."""
        return f"audit.entry:{self.pk}"


def reference(thing: Any) -> str:
    """How the ledger names a person, a record or a part of the system: `app.model:key`, or `system:part`."""
    if isinstance(thing, str):
        return thing
    own = getattr(thing, "reference", None)
    return own if isinstance(own, str) else f"{thing._meta.label_lower}:{thing.pk}"  # noqa: SLF001 - Django's API


def _institution(*things: Any) -> UUID | None:
    for thing in things:
        key = getattr(thing, "institution_id", None)
        if not key and getattr(getattr(thing, "_meta", None), "label", "") == "organisation.Institution":
            key = thing.pk
        if key:
            return key if isinstance(key, UUID) else UUID(str(key))
    return current().institution


def canonical(facts: dict[str, Any]) -> str:
    """The one text a leaf hashes: JSON, keys sorted, no spaces, UTF-8, times in UTC with microseconds."""
    return _ENCODER.encode(facts)


def moment(at: datetime) -> str:
    """A time as the ledger writes it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _insert(database: Any, values: tuple[str | None, ...]) -> int | Kept:
    """The new row's key, or the statement that will have it: it travels with what follows, mostly with the COMMIT."""
    raw = database.connection
    if isinstance(raw, Connection) and raw.can_keep and not (database.queries_logged or database.execute_wrappers):
        with database.wrap_database_errors:
            return raw.keep("audit_entry_insert", _INSERT_KEPT, values)
    with database.cursor() as cursor:
        cursor.execute(_INSERT_AT_ONCE, values)
        (key,) = cursor.fetchone()
    return int(key)


def record(
    *,
    actor: Any,
    action: str,
    about: Any,
    now: datetime,
    reason: str = "",
    under: Any = "",
    outcome: str = "done",
    details: dict[str, Any] | None = None,
) -> Recorded:
    """Write one entry in the caller's transaction; it commits with what it tells, or not at all.

    actor, about, under: records or references. reason: words of a person, sealed under a destroyable key.
    details: references and values that name nobody. Raises RuntimeError outside a transaction.
    Source: MEASURES-22.4c, DIGITAL-7.2.3.4a.
    """
    database = _inside()
    institution = _institution(about, actor)
    sealed = seal_personal(institution, reason) if reason and institution else ""
    facts = {"under": under, "outcome": outcome, "sealed": sealed, "details": details}
    return Recorded(_insert(database, _row(institution, actor=actor, action=action, about=about, now=now, **facts)))


def record_each(
    *, actor: Any, action: str, about: Iterable[tuple[Any, dict[str, Any]]], now: datetime, under: Any = ""
) -> int:
    """As `record()` for many records at once, each with its details: one entry a record, a statement a thousand.

    How many were written. Raises RuntimeError outside a transaction.
    """
    _inside()
    written, pairs = 0, iter(about)
    while some := list(islice(pairs, AT_ONCE)):
        same = {"actor": actor, "action": action, "now": now, "under": under}
        told = (_row(_institution(thing, actor), about=thing, details=details, **same) for thing, details in some)
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in told]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_MANY, [_ENCODER.encode(rows)])
        written += len(rows)
    return written


def _inside() -> BaseDatabaseWrapper:
    database = connections[DEFAULT_DB_ALIAS]  # itself: `connection` looks it up at every touch
    if not database.in_atomic_block:
        raise RuntimeError("a ledger entry is written in the transaction of what it tells")
    return database


def _row(
    institution: UUID | None,
    *,
    actor: Any,
    action: str,
    about: Any,
    now: datetime,
    under: Any,
    outcome: str = "done",
    sealed: str = "",
    details: dict[str, Any] | None,
) -> tuple[str | None, ...]:
    """The columns of an entry, in the order of the statements that insert; `content` is their canonical text."""
    about, actor, under = reference(about), reference(actor), reference(under) if under else ""
    address, told = current().address, canonical(details) if details else "{}"
    whose, at = str(institution) if institution else "", moment(now)
    # Put together by hand: an encoder set up for each entry costs as much as all else here.
    content = (
        f'{{"about":{_quoted(about)},"action":{_quoted(action)},"actor":{_quoted(actor)},"address":{_quoted(address)}'
        f',"at":"{at}","details":{told},"institution":"{whose}","key":"{uuid7()}"'
        f',"outcome":{_quoted(outcome)},"sealed":{_quoted(sealed)},"under":{_quoted(under)}}}'
    )
    return whose or None, at, actor, action, about, under, outcome, address, told, sealed, content
