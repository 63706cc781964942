"""How duties are measured: a domain declares a check, `obligations` finds it here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Outcome(StrEnum):
    """What a measurement found. A check that broke is unknown, never violated."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a check is given: the institution, the moment, and the start of the period it looks at."""

    institution: UUID
    now: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and the references of the records that show it."""

    outcome: Outcome
    evidence: tuple[str, ...] = ()
    detail: str = ""


def _references(records: Iterable[Any]) -> tuple[str, ...]:
    return tuple(record if isinstance(record, str) else record.reference for record in records)


def satisfied(records: Iterable[Any] = (), detail: str = "") -> Verdict:
    """The duty is met, and these records show it."""
    return Verdict(Outcome.SATISFIED, _references(records), detail)


def violated(records: Iterable[Any] = (), detail: str = "") -> Verdict:
    """The duty is broken, and these records show it."""
    return Verdict(Outcome.VIOLATED, _references(records), detail)


def unknown(detail: str) -> Verdict:
    """It could not be measured; `detail` says why."""
    return Verdict(Outcome.UNKNOWN, (), detail)


Check = Callable[[Facts], Verdict]
checks: dict[str, Check] = {}


def check(duty: str) -> Callable[[Check], Check]:
    """Declare the measurement of `duty` (a key of the catalogue); a key is declared once."""

    def declare(function: Check) -> Check:
        if duty in checks:
            raise ValueError(f"the duty {duty!r} has a check already")
        checks[duty] = function
        return function

    return declare
