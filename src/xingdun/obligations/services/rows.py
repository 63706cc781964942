"""Many rows of the posture at once, as arrays: a measurement writes what changed in a few statements."""

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from xingdun.frame.ids import uuid7
from xingdun.obligations.catalogue import Catalogue, Duty
from xingdun.obligations.catalogue.model import Force
from xingdun.obligations.measuring import Found
from xingdun.obligations.wording import Texts

BATCH = 10_000
DUTIES = 40  # read at once
_FORCES: tuple[Force, ...] = ("law", "normative", "standard", "commentary")
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode

# Rows travel as one JSON text a batch: the driver would take each value by itself, in Python.
_INSERT = """
INSERT INTO obligations_posture
    (id, institution_id, duty, subject, kind, subject_name, force, documents, department_id, state, since, due_at,
     detail, evidence, measured_at)
SELECT id, %s, duty, subject, kind, name, force, documents, department, state, %s, due_at, detail, evidence, %s
FROM json_to_recordset(%s::json) AS row(id uuid, duty text, subject text, kind text, name text, force text,
    documents text, department uuid, state text, due_at timestamptz, detail jsonb, evidence jsonb)
"""
_UPDATE = """
UPDATE obligations_posture AS posture
SET subject_name = row.name, department_id = row.department, force = row.force, documents = row.documents,
    kind = row.kind, since = CASE WHEN posture.state = row.state THEN posture.since ELSE %s END, state = row.state,
    due_at = row.due_at, detail = row.detail, evidence = row.evidence, measured_at = %s
FROM json_to_recordset(%s::json) AS row(id uuid, kind text, name text, force text, documents text, department uuid,
    state text, due_at timestamptz, detail jsonb, evidence jsonb)
WHERE posture.id = row.id
"""
_HISTORY = """
INSERT INTO obligations_posturechange
    (id, institution_id, duty, subject, was, state, at, due_at, detail, evidence, entry)
SELECT id, %s, duty, subject, was, state, %s, due_at, detail, evidence, %s
FROM json_to_recordset(%s::json) AS row(id uuid, duty text, subject text, was text, state text, due_at timestamptz,
    detail jsonb, evidence jsonb)
"""
_KEPT = """
SELECT coalesce(json_agg(json_build_array(duty, subject, id, state, (extract(epoch FROM due_at) * 1000000)::bigint,
    detail, evidence, subject_name, department_id, documents)), '[]')::text
FROM obligations_posture WHERE institution_id = %s AND duty = ANY(%s)
"""


class Kept(NamedTuple):
    """An answer as it is kept. due: microseconds since 1970; department: its key in letters."""

    id: str
    state: str
    due: int | None
    detail: Texts
    evidence: list[str]
    name: str
    department: str | None
    documents: str

    @property
    def due_at(self) -> datetime | None:
        """When it is due."""
        return None if self.due is None else _EPOCH + timedelta(microseconds=self.due)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def due_of(due_at: datetime | None) -> int | None:
    """A moment as `Kept.due` has it."""
    return None if due_at is None else (due_at - _EPOCH) // timedelta(microseconds=1)


def kept(
    institution: UUID, duties: Collection[str], subjects: Collection[str] | None = None
) -> Iterator[tuple[tuple[str, str], Kept]]:
    """What is kept of some duties, whole or of some subjects."""
    names = sorted(duties)
    statement, more = (_KEPT, []) if subjects is None else (_KEPT + "AND subject = ANY(%s)", [sorted(subjects)])
    for start in range(0, len(names), DUTIES):
        with connection.cursor() as cursor:
            cursor.execute(statement, [institution, names[start : start + DUTIES], *more])
            (text,) = cursor.fetchone()
        for duty, subject, *rest in json.loads(text):
            yield (duty, subject), Kept(*rest)


class Labels:
    """What rows of a duty bear besides the answer: its kind, force and documents."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._found: dict[str, tuple[str, str, str]] = {}

    def of(self, duty: str) -> tuple[str, str, str]:
        """Kind of subject, strongest force, documents."""
        if duty not in self._found:
            self._found[duty] = self._of(self._catalogue.duties[duty])
        return self._found[duty]

    def _of(self, duty: Duty) -> tuple[str, str, str]:
        clauses = [self._catalogue.clauses[key] for key in duty.clauses if key in self._catalogue.clauses]
        force = min((each.force for each in clauses), key=_FORCES.index, default="commentary")
        return duty.subject, force, " ".join(sorted({each.document for each in clauses}))


def _run(statement: str, fixed: Sequence[Any], rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        with connection.cursor() as cursor:
            cursor.execute(statement, [*fixed, _json(rows[start : start + BATCH])])


def _keys(count: int) -> list[str]:
    """So many keys of this moment, in the form of `frame.ids.uuid7`, in letters."""
    time = f"{uuid7().hex[:12]}"
    chance = secrets.token_hex(10 * count)
    parts = (chance[start : start + 20] for start in range(0, 20 * count, 20))
    return [f"{time[:8]}-{time[8:]}-7{one[:3]}-{'89ab'[int(one[3], 16) % 4]}{one[4:7]}-{one[7:19]}" for one in parts]


def _row(found: Found, labels: Labels, key: object) -> dict[str, Any]:
    kind, force, documents = labels.of(found.duty)
    own = found._asdict()
    return {**own, "id": key, "kind": kind, "force": force, "documents": documents}


def insert(institution: UUID, found: Sequence[Found], labels: Labels, now: datetime) -> None:
    """Answers that are new."""
    _run(
        _INSERT,
        [institution, now, now],
        [_row(each, labels, key) for key, each in zip(_keys(len(found)), found, strict=True)],
    )


def update(found: Iterable[tuple[str, Found]], labels: Labels, now: datetime) -> None:
    """Answers that differ from what is kept; `since` moves with the state alone."""
    _run(_UPDATE, [now, now], [_row(each, labels, key) for key, each in found])


def remember(institution: UUID, changes: Sequence[tuple[str, Found]], entry: int, now: datetime) -> None:
    """Steps of the history, each with the state before and the ledger entry whose digest covers them."""
    keys = _keys(len(changes))
    rows = [{**one._asdict(), "id": key, "was": was} for key, (was, one) in zip(keys, changes, strict=True)]
    _run(_HISTORY, [institution, now, entry], rows)
