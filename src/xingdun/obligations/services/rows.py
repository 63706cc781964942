"""Many rows of the posture at once, as arrays: a measurement writes what changed in a few statements."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xingdun.frame.ids import uuid7
from xingdun.obligations.catalogue import Catalogue, Duty
from xingdun.obligations.catalogue.model import Force
from xingdun.obligations.measuring import Found

BATCH = 5_000
_FORCES: tuple[Force, ...] = ("law", "normative", "standard", "commentary")
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_INSERT = """
INSERT INTO obligations_posture
    (id, institution_id, duty, subject, kind, subject_name, force, documents, department_id, state, since, due_at,
     detail, evidence, measured_at)
SELECT id, %s, duty, subject, kind, name, force, documents, department, state, %s, due_at, detail::jsonb,
    evidence::jsonb, %s
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[],
    %s::timestamptz[], %s::text[], %s::text[])
    AS row(id, duty, subject, kind, name, force, documents, department, state, due_at, detail, evidence)
"""
_UPDATE = """
UPDATE obligations_posture AS posture
SET subject_name = row.name, department_id = row.department, force = row.force, documents = row.documents,
    kind = row.kind, since = CASE WHEN posture.state = row.state THEN posture.since ELSE %s END, state = row.state,
    due_at = row.due_at, detail = row.detail::jsonb, evidence = row.evidence::jsonb, measured_at = %s
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::timestamptz[],
    %s::text[], %s::text[]) AS row(id, kind, name, force, documents, department, state, due_at, detail, evidence)
WHERE posture.id = row.id
"""
_HISTORY = """
INSERT INTO obligations_posturechange
    (id, institution_id, duty, subject, was, state, at, due_at, detail, evidence, entry)
SELECT id, %s, duty, subject, was, state, %s, due_at, detail::jsonb, evidence::jsonb, %s
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[])
    AS row(id, duty, subject, was, state, due_at, detail, evidence)
"""


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


def _run(statement: str, fixed: Sequence[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), BATCH):
        columns = [list(column) for column in zip(*rows[start : start + BATCH], strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(statement, [*fixed, *columns])


def insert(institution: UUID, found: Sequence[Found], labels: Labels, now: datetime) -> None:
    """Answers that are new."""
    rows = []
    for each in found:
        kind, force, documents = labels.of(each.duty)
        own = (uuid7(), each.duty, each.subject, kind, each.name, force, documents, each.department)
        rows.append((*own, each.state, each.due_at, _json(each.detail), _json(each.evidence)))
    _run(_INSERT, [institution, now, now], rows)


def update(found: Sequence[tuple[UUID, Found]], labels: Labels, now: datetime) -> None:
    """Answers that differ from what is kept; `since` moves with the state alone."""
    rows = []
    for key, each in found:
        kind, force, documents = labels.of(each.duty)
        own = (key, kind, each.name, force, documents, each.department)
        rows.append((*own, each.state, each.due_at, _json(each.detail), _json(each.evidence)))
    _run(_UPDATE, [now, now], rows)


def remember(institution: UUID, changes: Iterator[tuple[str, Found]], entry: int, now: datetime) -> None:
    """Steps of the history, each with the state before and the ledger entry whose digest covers them."""
    rows = [
        (uuid7(), one.duty, one.subject, was, one.state, one.due_at, _json(one.detail), _json(one.evidence))
        for was, one in changes
    ]
    _run(_HISTORY, [institution, now, entry], rows)
