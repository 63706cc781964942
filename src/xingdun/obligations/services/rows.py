"""Many rows of the posture at once, as arrays: a measurement writes what changed in a few statements."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
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
_quoted = json.encoder.encode_basestring

# Rows travel as one JSON text a batch: the driver would take each value by itself, in Python. A row is the canonical
# line that the measurement's digest covers, with what the posture bears besides. Rows told with a state before are
# steps of the history too. Keys are of version 7 (RFC 9562, 6.2, method 2: counted on from a random one).
_WRITE = """
WITH row AS MATERIALIZED (
    SELECT *, (%(prefix)s || lpad(to_hex(%(first)s + row_number() OVER ()), 12, '0'))::uuid AS id,
        nullif(due_at, '')::timestamptz AS due
    FROM json_to_recordset(%(rows)s::json) AS row(duty text, subject text, was text, state text, due_at text,
        detail jsonb, evidence jsonb, name text, department uuid)
), history AS (
    INSERT INTO obligations_posturechange
        (id, institution_id, duty, subject, was, state, at, due_at, detail, evidence, entry)
    SELECT id, %(institution)s, duty, subject, was, state, %(now)s, due, detail, evidence, %(entry)s
    FROM row WHERE was IS NOT NULL
)
INSERT INTO obligations_posture AS posture
    (id, institution_id, duty, subject, kind, subject_name, force, documents, department_id, state, since, due_at,
     detail, evidence, measured_at)
SELECT id, %(institution)s, duty, subject, kind, name, force, documents, department, state, %(now)s, due, detail,
    evidence, %(now)s
FROM row
JOIN json_to_recordset(%(labels)s::json) AS label(duty text, kind text, force text, documents text) USING (duty)
WHERE state <> 'gone'
ON CONFLICT (institution_id, duty, subject) DO UPDATE
SET subject_name = excluded.subject_name, department_id = excluded.department_id, kind = excluded.kind,
    force = excluded.force, documents = excluded.documents,
    since = CASE WHEN posture.state = excluded.state THEN posture.since ELSE excluded.since END,
    state = excluded.state, due_at = excluded.due_at, detail = excluded.detail, evidence = excluded.evidence,
    measured_at = excluded.measured_at
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

    def rows(self, duties: Iterable[str]) -> list[dict[str, str]]:
        """The same as rows, of those the catalogue has."""
        names = ("duty", "kind", "force", "documents")
        return [
            dict(zip(names, (each, *self.of(each)), strict=True)) for each in duties if each in self._catalogue.duties
        ]

    def _of(self, duty: Duty) -> tuple[str, str, str]:
        clauses = [self._catalogue.clauses[key] for key in duty.clauses if key in self._catalogue.clauses]
        force = min((each.force for each in clauses), key=_FORCES.index, default="commentary")
        return duty.subject, force, " ".join(sorted({each.document for each in clauses}))


def _text(told: str, found: Found) -> str:
    """The row of an answer: its canonical line, with its name and department."""
    department = f'"{found.department}"' if found.department else "null"
    return f'{told[:-1]},"name":{_quoted(found.name)},"department":{department}}}'


def write(institution: UUID, told: Sequence[tuple[str, Found]], labels: Labels, *, entry: int, now: datetime) -> None:
    """Answers that are new or differ from what is kept, each with its canonical line; of those gone, the step alone.

    A line that tells the state before is a step of the history as well, which bears the ledger entry that covers it.
    `since` moves with the state alone.
    """
    borne = json.dumps(labels.rows({found.duty for _, found in told}))
    for start in range(0, len(told), BATCH):
        prefix, _, random = str(uuid7()).rpartition("-")
        facts: dict[str, str | int | UUID | datetime] = {
            "prefix": prefix + "-",
            "first": int(random, 16) >> 1,
            "rows": f"[{','.join(_text(line, found) for line, found in told[start : start + BATCH])}]",
            "labels": borne,
            "institution": institution,
            "entry": entry,
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, facts)
