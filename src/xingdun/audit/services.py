"""The ledger's one way in: `record()`, or `record_each()` for many, inside the transaction of what they tell."""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from xingdun.frame.context import current
from xingdun.frame.ids import uuid7
from xingdun.frame.sealing import seal_personal

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
_INSERT = """
INSERT INTO audit_entry
    (institution_id, at, actor, action, about, under, outcome, address, details, sealed, content)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
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
_kept = threading.local()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entry just written, as others refer to it; the whole of it is read from the ledger."""

    pk: int

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
        if getattr(getattr(thing, "_meta", None), "label", "") == "organisation.Institution":
            return UUID(str(thing.pk))
        key = getattr(thing, "institution_id", None)
        if key:
            return UUID(str(key))
    return current().institution


def canonical(facts: dict[str, Any]) -> str:
    """The one text a leaf hashes: JSON, keys sorted, no spaces, UTF-8, times in UTC with microseconds."""
    return _ENCODER.encode(facts)


def moment(at: datetime) -> str:
    """A time as the ledger writes it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _insert(values: tuple[Any, ...]) -> int:
    """The new row's key. A thread keeps its cursor, and the statement prepared: an entry is half of many a write."""
    raw = connection.connection
    cursor: Any = getattr(_kept, "cursor", None)
    if cursor is None or cursor.connection is not raw:
        raw.prepare_threshold = 0  # Django sets none; its own cursors bind values themselves and never prepare
        cursor = _kept.cursor = Cursor(raw)
    wrapped: Any = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    wrapped(cursor).execute(_INSERT, values)
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
    _inside()
    institution = _institution(about, actor)
    sealed = seal_personal(institution, reason) if reason and institution else ""
    told = _Told(actor, action, about, now, under=under, outcome=outcome, sealed=sealed, details=details or {})
    return Recorded(_insert(_row(told, institution)))


def record_each(
    *, actor: Any, action: str, about: Iterable[tuple[Any, dict[str, Any]]], now: datetime, under: Any = ""
) -> int:
    """As `record()` for many records at once, each with its details: one entry a record, a statement a thousand.

    How many were written. Raises RuntimeError outside a transaction.
    """
    _inside()
    written, pairs = 0, iter(about)
    while some := list(islice(pairs, AT_ONCE)):
        tellings = (_Told(actor, action, thing, now, under=under, details=details) for thing, details in some)
        rows = [dict(zip(_COLUMNS, _row(each, _institution(each.about, actor)), strict=True)) for each in tellings]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_MANY, [_ENCODER.encode(rows)])
        written += len(rows)
    return written


def _inside() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a ledger entry is written in the transaction of what it tells")


@dataclass(frozen=True, slots=True)
class _Told:
    """What one entry tells."""

    actor: Any
    action: str
    about: Any
    now: datetime
    under: Any = ""
    outcome: str = "done"
    sealed: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def _row(told: _Told, institution: UUID | None) -> tuple[Any, ...]:
    """The columns of an entry, in the order of the statements that insert."""
    facts: dict[str, Any] = {
        "about": reference(told.about),
        "action": told.action,
        "actor": reference(told.actor),
        "address": current().address,
        "at": moment(told.now),
        "details": told.details,
        "institution": str(institution or ""),
        "key": str(uuid7()),
        "outcome": told.outcome,
        "sealed": told.sealed,
        "under": reference(told.under) if told.under else "",
    }
    return (
        institution,
        told.now,
        facts["actor"],
        told.action,
        facts["about"],
        facts["under"],
        told.outcome,
        facts["address"],
        canonical(told.details) if told.details else "{}",
        told.sealed,
        canonical(facts),
    )
