"""How duties are measured: a domain declares subjects, facts and checks; `obligations` finds them here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from xingdun.kernel.clocks import WorkingDays, working_days


class Outcome(StrEnum):
    """What a measurement found. A check that broke is unknown, never violated."""

    SATISFIED = "satisfied"
    PENDING = "pending"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing duties are about: a network, a person, a dataset.

    reference: `app.model:key`. department: the key of the department that answers for it. facts: what applicability
    expressions may ask of it, by the catalogue's names; one that is left out is not known.
    """

    reference: str
    name: str
    department: UUID | None = None
    facts: Mapping[str, bool | int | str | list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a check is given: the institution, the moment, and the start of the period it looks at.

    only: references of the subjects asked about; None asks about all. A check may answer about more. calendar: the
    working days known, for `kernel.clocks`. readings: {contradiction: alternative} where another reading is in force.
    shared: what the checks of one measurement have read and keep for each other; nothing is written meanwhile.
    """

    institution: UUID
    now: datetime
    since: datetime | None = None
    only: frozenset[str] | None = None
    calendar: WorkingDays = field(default_factory=working_days)
    readings: Mapping[str, str] = field(default_factory=dict)
    shared: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def keys(self, label: str) -> list[str] | None:
        """The keys among `only` of one model (`app.model`), or None for all."""
        if self.only is None:
            return None
        return [reference.partition(":")[2] for reference in self.only if reference.startswith(f"{label}:")]


Told = str | Promise
"""A reason in words; a lazy translation is read in each reader's language."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and the references of the records that show it.

    subject: the reference of what it is about; empty for the institution itself. due_at: of a pending one, when it
    must be done; of a satisfied one, when it must be done again.
    """

    outcome: Outcome
    evidence: tuple[str, ...] = ()
    detail: Told = ""
    subject: str = ""
    due_at: datetime | None = None


def reference(thing: Any) -> str:
    """How a record is named elsewhere: itself when it is a reference already."""
    return thing if isinstance(thing, str) else str(thing.reference)


def _verdict(outcome: Outcome, records: Iterable[Any], detail: Told, subject: Any, due_at: datetime | None) -> Verdict:
    evidence = tuple(reference(record) for record in records)
    told = detail if isinstance(detail, Promise) else str(detail)
    return Verdict(outcome, evidence, told, reference(subject) if subject else "", due_at)


def satisfied(
    records: Iterable[Any] = (), detail: Told = "", *, subject: Any = "", due_at: datetime | None = None
) -> Verdict:
    """The duty is met, and these records show it; `due_at` is when it must be done again."""
    return _verdict(Outcome.SATISFIED, records, detail, subject, due_at)


def pending(due_at: datetime, records: Iterable[Any] = (), detail: Told = "", *, subject: Any = "") -> Verdict:
    """The duty is not done and must be by `due_at`; past that moment it is overdue."""
    return _verdict(Outcome.PENDING, records, detail, subject, due_at)


def violated(records: Iterable[Any] = (), detail: Told = "", *, subject: Any = "") -> Verdict:
    """The duty is broken, and these records show it."""
    return _verdict(Outcome.VIOLATED, records, detail, subject, None)


def unknown(detail: Told, *, subject: Any = "") -> Verdict:
    """It could not be measured; `detail` says why."""
    return _verdict(Outcome.UNKNOWN, (), detail, subject, None)


Measure = Callable[[Facts], Verdict | Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Check:
    """A declared measurement. reads: labels (`app.model`) of the records whose change may change its answer."""

    duty: str
    measure: Measure
    reads: frozenset[str]

    def __call__(self, facts: Facts) -> list[Verdict]:
        """Its verdicts: one for the institution, or one for each subject it knows about."""
        found = self.measure(facts)
        return [found] if isinstance(found, Verdict) else list(found)


checks: dict[str, Check] = {}


def check(duty: str, *, reads: Iterable[str] = ()) -> Callable[[Measure], Measure]:
    """Declare the measurement of `duty` (a key of the catalogue); a key is declared once."""

    def declare(function: Measure) -> Measure:
        if duty in checks:
            raise ValueError(f"the duty {duty!r} has a check already")
        checks[duty] = Check(duty, function, frozenset(reads))
        return function

    return declare


FindSubjects = Callable[[Facts], Iterable[Subject]]
FindFacts = Callable[[Facts], Mapping[str, Any]]
subjects: dict[str, tuple[FindSubjects, frozenset[str]]] = {}
subject_records: dict[str, str] = {}
institution_facts: list[tuple[FindFacts, frozenset[str]]] = []


def subjects_of(kind: str, *, record: str, reads: Iterable[str]) -> Callable[[FindSubjects], FindSubjects]:
    """Declare where the subjects of a kind (a word of the catalogue: `network`, `person`) come from; once a kind.

    record: the label (`app.model`) of the records they are.
    """

    def declare(function: FindSubjects) -> FindSubjects:
        if kind in subjects:
            raise ValueError(f"the subjects {kind!r} are declared already")
        subjects[kind] = (function, frozenset(reads))
        subject_records[kind] = record
        return function

    return declare


def facts_from(*, reads: Iterable[str]) -> Callable[[FindFacts], FindFacts]:
    """Declare facts about the institution that its records tell (by the catalogue's names)."""

    def declare(function: FindFacts) -> FindFacts:
        institution_facts.append((function, frozenset(reads)))
        return function

    return declare
