"""Measuring duties: what applies, what the checks say, and the state that follows. Reads alone; services write."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from xingdun.frame import checks
from xingdun.frame.checks import Facts, Outcome, Subject, Verdict
from xingdun.obligations import wording
from xingdun.obligations.applicability import EVENTS, Applicability, Applies, kinds_asked, none_of
from xingdun.obligations.catalogue import Duty
from xingdun.obligations.in_force import exemptions_in_force, read_by, readings_in_force
from xingdun.obligations.knowledge import known_of
from xingdun.obligations.models import Posture
from xingdun.obligations.wording import Texts
from xingdun.obligations.years import calendar_of
from xingdun.organisation.models import Institution

log = logging.getLogger(__name__)
MOST_EVIDENCE = 100
State = Posture.State
Wanted = Mapping[str, frozenset[str] | None]
"""Duties to measure: each for some subjects, or (None) whole."""


class Found(NamedTuple):
    """What was found of one duty and subject."""

    duty: str
    subject: str
    name: str
    department: UUID | None
    state: str
    due_at: datetime | None
    detail: Texts
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class Measuring:
    """One measurement of an institution at a moment: what is known, and what checks are given."""

    facts: Facts
    duties: Mapping[str, Duty]
    applicability: Applicability
    _savepoints: list[str] = field(default_factory=list)

    def found(self, wanted: Wanted) -> Iterator[Found]:
        """The answer to each duty wanted. Every check has read before the first answer is put into words."""
        duties = ((self.duties.get(key), only) for key, only in wanted.items())
        return chain.from_iterable([self._of_duty(duty, only) for duty, only in duties if duty is not None])

    def _of_duty(self, duty: Duty, only: frozenset[str] | None) -> Iterable[Found]:
        try:
            applies = self.applicability.of_duty(duty)
        except ValueError as problem:
            return [_whole(duty, State.UNKNOWN, wording.texts(wording.EXPRESSION.filled(problem=problem)))]
        if not applies.counts:
            return [_whole(duty, State.NOT_APPLICABLE, applies.reason)]
        check = None if duty.waits_for else checks.checks.get(duty.check)
        if check is None:
            return [_whole(duty, State.UNKNOWN, wording.texts(wording.waits_text(duty)))]
        verdicts, broken = self._measured(check, only)
        if duty.subject in checks.subjects:
            return self._of_subjects(duty, only, verdicts, broken)
        if broken or not verdicts:
            return [_whole(duty, State.UNKNOWN, broken) if broken else _none(duty)]
        return [self._answer(duty, verdict, None) for verdict in verdicts]

    def _measured(self, check: checks.Check, only: frozenset[str] | None) -> tuple[list[Verdict], Texts]:
        """What the check says; or why it said nothing. Its faults stay its own."""
        savepoint = self.savepoint()
        try:
            return check(replace(self.facts, only=only)), {}
        except Exception as error:
            log.exception("the check %s broke", check.duty)
            transaction.savepoint_rollback(savepoint)  # checks only read: nothing is lost but its fault
            return [], wording.texts(wording.BROKE.filled(error=type(error).__name__))

    def savepoint(self) -> str:
        """Where the transaction stood before the first check; every check that breaks leads back there."""
        if not self._savepoints:
            self._savepoints.append(transaction.savepoint())
        return self._savepoints[0]

    def _of_subjects(
        self, duty: Duty, only: frozenset[str] | None, verdicts: list[Verdict], broken: Texts
    ) -> Iterator[Found]:
        about_all, by_subject = _sorted(verdicts)
        subjects = self.applicability.subjects[duty.subject]
        hangs = self.applicability.hangs_on_subjects(duty)
        applying, applies = not hangs, self.applicability.of_duty(duty)
        for reference, subject in subjects.items():
            if only is None or reference in only:
                if hangs:
                    applies = self.applicability.of_subject(duty, subject)
                    applying |= applies.counts
                if reference in by_subject or not about_all:
                    yield self._of_subject(duty, subject, applies, by_subject.get(reference), broken)
        others = by_subject.keys() - subjects.keys()  # the check knows more subjects than the register
        for reference in sorted(others if only is None else others & only):
            yield self._answer(duty, _worst(by_subject[reference], self.facts.now), None)
        if only is not None:
            return
        if about_all and (applying or not subjects):
            yield self._answer(duty, _worst(about_all, self.facts.now), None)
        elif about_all:
            yield _whole(duty, State.NOT_APPLICABLE, none_of(duty.subject, len(subjects)))
        elif not subjects and not others:
            yield _whole(duty, State.UNKNOWN, broken) if broken else _none(duty)

    def _of_subject(
        self, duty: Duty, subject: Subject, applies: Applies, verdicts: list[Verdict] | None, broken: Texts
    ) -> Found:
        if applies.counts and verdicts:
            verdict = verdicts[0] if len(verdicts) == 1 else _worst(verdicts, self.facts.now)
            return self._answer(duty, verdict, subject)
        undecided = applies.reason if applies.answer is None else {}
        state, detail = State.UNKNOWN, broken or undecided or _SILENT
        if not applies.counts:
            state, detail = State.NOT_APPLICABLE, applies.reason
        return Found(duty.key, subject.reference, subject.name[:200], subject.department, state.value, None, detail, [])

    def _answer(self, duty: Duty, verdict: Verdict, subject: Subject | None) -> Found:
        name, department = (subject.name[:200], subject.department) if subject else ("", None)
        state = state_of(verdict, self.facts.now)
        due_at = None if state in (State.UNKNOWN, State.VIOLATED) else verdict.due_at
        evidence = list(verdict.evidence[:MOST_EVIDENCE])
        silent = _AGAIN if state == State.OVERDUE else {}
        detail = wording.told(verdict.detail) if verdict.detail else silent
        return Found(duty.key, verdict.subject, name, department, state.value, due_at, detail, evidence)


_AGAIN = wording.texts(wording.AGAIN)
_SILENT = wording.texts(wording.SILENT)
_SEVERITY = (State.VIOLATED, State.OVERDUE, State.UNKNOWN, State.DUE, State.MET, State.NOT_APPLICABLE)


def severity(state: str) -> int:
    """The place of a state from the worst (0) to the least pressing."""
    return _SEVERITY.index(State(state))


def state_of(verdict: Verdict, now: datetime) -> Posture.State:
    """What a verdict means at `now`: what should have been done, or done again, by a moment past is overdue."""
    match verdict.outcome:
        case Outcome.SATISFIED:
            return State.OVERDUE if verdict.due_at and verdict.due_at < now else State.MET
        case Outcome.PENDING:
            return State.OVERDUE if verdict.due_at is None or verdict.due_at < now else State.DUE
        case Outcome.VIOLATED:
            return State.VIOLATED
        case _:
            return State.UNKNOWN


def _sorted(verdicts: Iterable[Verdict]) -> tuple[list[Verdict], dict[str, list[Verdict]]]:
    """Verdicts about the whole institution, and about each subject."""
    about_all, by_subject = list[Verdict](), dict[str, list[Verdict]]()
    for verdict in verdicts:
        (by_subject.setdefault(verdict.subject, []) if verdict.subject else about_all).append(verdict)
    return about_all, by_subject


def _worst(verdicts: list[Verdict], now: datetime) -> Verdict:
    return min(verdicts, key=lambda each: severity(state_of(each, now)))


def _whole(duty: Duty, state: Posture.State, detail: Texts) -> Found:
    return Found(duty.key, "", "", None, state.value, None, detail, [])


def _none(duty: Duty) -> Found:
    """Where nothing is on record to measure."""
    if duty.subject in EVENTS:
        return _whole(duty, State.NOT_APPLICABLE, none_of(duty.subject, 0))
    text = wording.NONE_KNOWN if duty.subject != "institution" else wording.SILENT
    return _whole(duty, State.UNKNOWN, wording.texts(text.filled(kind=wording.kind_text(duty.subject))))


def subjects_now(kinds: Iterable[str], facts: Facts) -> dict[str, dict[str, Subject]]:
    """The subjects of each kind that something keeps, by reference; of `facts.only` where it says so."""
    found: dict[str, dict[str, Subject]] = {}
    for kind in kinds:
        if kind in checks.subjects:
            find, _ = checks.subjects[kind]
            told = {each.reference: each for each in find(facts)}
            found[kind] = told if facts.only is None else {key: told[key] for key in told if key in facts.only}
    return found


def measuring(institution: Institution, duties: Mapping[str, Duty], wanted: Wanted, now: datetime) -> Measuring:
    """What is known now, of as many subjects as `wanted` asks for."""
    readings = readings_in_force(institution.pk, now=now)
    duties = read_by(readings, duties)
    facts = Facts(institution.pk, now, calendar=calendar_of(institution.pk), readings=readings)
    asked = [duties[key] for key in wanted if key in duties]
    whole = {each.subject for each in asked if wanted[each.key] is None} | kinds_asked(asked)
    some: set[str] = set()
    for each in asked:
        some |= wanted[each.key] or frozenset()
    subjects = subjects_now(whole, facts)
    partly = {each.subject for each in asked} - whole
    subjects |= subjects_now(partly, replace(facts, only=frozenset(some)))
    applicability = Applicability(known_of(institution, facts), subjects, exemptions_in_force(institution.pk, now=now))
    return Measuring(facts, duties, applicability)
