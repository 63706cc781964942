"""Scenarios of duties: the institution breaks one, its verdict turns; it mends it, and the verdict turns back.

A scenario stands in `tests/domain/<app>/duties_*.py`, once a duty of the catalogue:

    @scenario("break-glass-reviewed")
    def an_emergency_is_reviewed(world, duty):
        window = world.break_glass()
        duty.is_due(about=window)
        duty.is_broken(about=window, at=world.now + timedelta(days=5))
        services.grant_review(grant=window, …)
        duty.is_met(about=window)

Its arguments are fixtures by name: `world` is a hospital that all share, and what a scenario does in it is undone
(`tests/domain/test_duties.py`). `docs/duties.md` lists them.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from django.utils import timezone

from xingdun.frame.checks import Facts, Outcome, Verdict, checks, reference
from xingdun.frame.context import current
from xingdun.obligations.catalogue import load
from xingdun.obligations.in_force import readings_in_force

HERE = Path(__file__).parent
scenarios: dict[str, Callable[..., None]] = {}
_loaded: set[Path] = set()


def scenario(duty: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare the scenario of a duty (a key of the catalogue); a key is declared once."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        if duty in scenarios:
            raise ValueError(f"the duty {duty!r} has a scenario already")
        scenarios[duty] = function
        return function

    return declare


def all_scenarios() -> list[str]:
    """The duties with a scenario in any `duties_*.py`."""
    for path in sorted(HERE.rglob("duties_*.py")):
        if path not in _loaded:
            _loaded.add(path)
            spec = spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
            spec.loader.exec_module(module_from_spec(spec))
    return list(scenarios)


def run(key: str, fixtures: Callable[[str], Any], duty: "Duty | None" = None) -> None:
    """Play a scenario; it must show the duty broken, and met afterwards."""
    duty = duty or Duty(key)
    wanted = inspect.signature(scenarios[key]).parameters
    scenarios[key](**{name: duty if name == "duty" else fixtures(name) for name in wanted})
    assert "broken" in duty.shown, f"{key} was never broken"
    assert "met" in duty.shown[duty.shown.index("broken") :], f"{key} was never mended"


def state(verdict: Verdict, at: datetime) -> str:
    """met, due, broken (violated or overdue) or unknown."""
    late = verdict.due_at is not None and verdict.due_at < at
    return {
        Outcome.SATISFIED: "broken" if late else "met",
        Outcome.PENDING: "broken" if late else "due",
        Outcome.VIOLATED: "broken",
        Outcome.UNKNOWN: "unknown",
    }[verdict.outcome]


@dataclass
class Duty:
    """A duty under test, measured in the institution the call acts in. shown: its states as the scenario saw them."""

    key: str
    shown: list[str] = field(default_factory=list)

    def verdict(self, *, about: Any = "", at: datetime | None = None) -> Verdict:
        """What its check says about one subject, or about the institution; the same when only that one is asked for."""
        known = load()
        duty = known.duties[self.key]
        assert all(clause in known.clauses for clause in duty.clauses), "its clauses are in the catalogue"
        subject = reference(about) if about else ""
        moment = at or timezone.now()
        asked = [None, frozenset({subject})] if subject else [None]
        found = [_one(checks[duty.check](self._facts(moment, only)), subject) for only in asked]
        assert len({(each.outcome, each.due_at) for each in found}) == 1, "asked alone, it is measured alike"
        return found[0]

    def _is(self, wanted: str, about: Any, at: datetime | None) -> Verdict:
        found = self.verdict(about=about, at=at)
        self.shown.append(state(found, at or timezone.now()))
        assert self.shown[-1] == wanted, f"{self.key}: {self.shown[-1]} instead of {wanted}: {found}"
        return found

    def is_met(self, *, about: Any = "", at: datetime | None = None) -> Verdict:
        """Satisfied, and not to be done again before `at` (now)."""
        return self._is("met", about, at)

    def is_due(self, *, about: Any = "", at: datetime | None = None) -> Verdict:
        """Not done, and still in time."""
        return self._is("due", about, at)

    def is_broken(self, *, about: Any = "", at: datetime | None = None) -> Verdict:
        """Violated, or its time is over; it says by what."""
        found = self._is("broken", about, at)
        assert found.evidence or found.detail or found.due_at
        return found

    def is_unknown(self, *, about: Any = "", at: datetime | None = None) -> Verdict:
        """Not measured, and it says why."""
        found = self._is("unknown", about, at)
        assert found.detail
        return found

    def is_silent(self, *, about: Any, at: datetime | None = None) -> None:
        """It says nothing about this subject."""
        found = checks[load().duties[self.key].check](self._facts(at or timezone.now(), None))
        assert reference(about) not in {each.subject for each in found}

    def _facts(self, now: datetime, only: frozenset[str] | None) -> Facts:
        institution = current().institution
        assert institution is not None, "the scenario acts in an institution"
        return Facts(institution, now, only=only, readings=readings_in_force(institution, now=now))


def _one(verdicts: Iterable[Verdict], subject: str) -> Verdict:
    found = [each for each in verdicts if each.subject == subject]
    assert len(found) == 1, f"{len(found)} verdicts about {subject or 'the institution'}"
    return found[0]
