"""Many rows of the posture at once, as arrays: a measurement writes what changed in a few statements."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from xingdun.frame.ids import uuid7
from xingdun.obligations.canonical import line
from xingdun.obligations.catalogue import Catalogue, Duty
from xingdun.obligations.catalogue.model import Force
from xingdun.obligations.measuring import Found
from xingdun.obligations.wording import Texts

BATCH = 10_000
SENT_AT_ONCE = 1_000  # rows: so many fill the socket, and keep the server at work
DUTIES = 40  # read at once
_FORCES: tuple[Force, ...] = ("law", "normative", "standard", "commentary")
_quoted = json.encoder.encode_basestring
_Facts = dict[str, str | int | UUID | datetime]

# Rows travel as one JSON text a batch: the driver would take each value by itself, in Python. A row is the canonical
# line that the measurement's digest covers, with what the posture bears besides. Keys are of version 7 (RFC 9562, 6.2,
# method 2: counted on from a random one).
_ROWS = """
SELECT (%(prefix)s || lpad(to_hex(%(first)s + row_number() OVER ()), 12, '0'))::uuid AS id, duty, subject, was, state,
    nullif(due_at, '')::timestamptz AS due, detail, evidence, name, department
FROM json_to_recordset(%(rows)s::json) AS told(duty text, subject text, was text, state text, due_at text,
    detail jsonb, evidence jsonb, name text, department uuid)
"""
_ANSWERS = """
INSERT INTO obligations_posture AS posture
    (id, institution_id, duty, subject, kind, subject_name, force, documents, department_id, state, since, due_at,
     detail, evidence, measured_at)
SELECT id, %(institution)s, duty, subject, kind, name, force, documents, department, state, %(now)s, due, detail,
    evidence, %(now)s
FROM row
JOIN json_to_recordset(%(labels)s::json) AS label(duty text, kind text, force text, documents text) USING (duty)
WHERE state <> 'gone'
"""
_STEP = """
INSERT INTO obligations_posturechange
    (id, institution_id, duty, subject, was, state, at, due_at, detail, evidence, entry)
"""
_NEW = f"WITH row AS ({_ROWS}) {_ANSWERS}"
_FIRST_STEPS = f"""
{_STEP}
SELECT id, institution_id, duty, subject, '', state, since, due_at, detail, evidence, %(entry)s
FROM obligations_posture WHERE institution_id = %(institution)s AND id BETWEEN %(first)s AND %(last)s
"""  # noqa: S608 - put together from the texts above
# Rows told with a state before are steps of the history too.
_WRITE = f"""
WITH row AS MATERIALIZED ({_ROWS}), history AS (
    {_STEP}
    SELECT id, %(institution)s, duty, subject, was, state, %(now)s, due, detail, evidence, %(entry)s
    FROM row WHERE was IS NOT NULL
)
{_ANSWERS}
ON CONFLICT (institution_id, duty, subject) DO UPDATE
SET subject_name = excluded.subject_name, department_id = excluded.department_id, kind = excluded.kind,
    force = excluded.force, documents = excluded.documents,
    since = CASE WHEN posture.state = excluded.state THEN posture.since ELSE excluded.since END,
    state = excluded.state, due_at = excluded.due_at, detail = excluded.detail, evidence = excluded.evidence,
    measured_at = excluded.measured_at
"""  # noqa: S608 - put together from the texts above
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


class _Keys:
    """Keys of rows that are written together, each one more than the last."""

    def __init__(self) -> None:
        self._prefix, _, random = str(uuid7()).rpartition("-")
        self._first = int(random, 16) >> 1

    def at(self, place: int) -> UUID:
        """The key of the row at a place, from 0."""
        return UUID(f"{self._prefix}-{self._first + 1 + place:012x}")

    def after(self, place: int) -> _Facts:
        """The same for statements, which count on from there."""
        return {"prefix": f"{self._prefix}-", "first": self._first + place}


class New(NamedTuple):
    """Answers written for the first time: their canonical lines, and the first and last of their keys."""

    lines: list[str]
    first: UUID
    last: UUID


def insert(institution: UUID, found: Iterator[Found], labels: Labels, *, now: datetime) -> New | None:
    """Answers of which none is kept; None when there are none.

    Their steps of the history wait for the ledger's entry: `first_steps`. They are sent without waiting, so the server
    writes some while the next are found and put into words. Each lot is in the order of duties and subjects, as found
    ones should be: indexes grow at one end then.
    """
    lines, keys, some = list[str](), _Keys(), list(islice(found, SENT_AT_ONCE))
    if not some:
        return None
    with connection.wrap_database_errors, connection.cursor() as cursor, connection.connection.pipeline():
        while some:
            told = [(line(each, ""), each) for each in sorted(some, key=_place)]
            cursor.execute(_NEW, _facts(institution, told, labels, now) | keys.after(len(lines)))
            lines += (text for text, _ in told)
            some = list(islice(found, SENT_AT_ONCE))
    return New(lines, keys.at(0), keys.at(len(lines) - 1))


_place = attrgetter("duty", "subject")


def first_steps(institution: UUID, new: New, *, entry: int) -> None:
    """The history of new answers begins with them as they stand; the ledger entry covers them."""
    facts: _Facts = {"institution": institution, "first": new.first, "last": new.last, "entry": entry}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_STEPS, facts)


def write(institution: UUID, told: Sequence[tuple[str, Found]], labels: Labels, *, entry: int, now: datetime) -> None:
    """Answers that differ from what is kept, each with its canonical line; of those gone, the step alone.

    A line that tells the state before is a step of the history as well, which bears the ledger entry that covers it.
    `since` moves with the state alone.
    """
    keys = _Keys()
    for start in range(0, len(told), BATCH):
        facts = _facts(institution, told[start : start + BATCH], labels, now) | keys.after(start)
        facts["entry"] = entry
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, facts)


def _facts(institution: UUID, told: Sequence[tuple[str, Found]], labels: Labels, now: datetime) -> _Facts:
    """What the statements that write rows ask for, but their keys."""
    return {
        "rows": f"[{','.join(_text(text, found) for text, found in told)}]",
        "labels": json.dumps(labels.rows({found.duty for _, found in told})),
        "institution": institution,
        "now": now,
    }
