"""Answers to open facts, exemptions and readings: who asks, who signs, when it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from xingdun.approvals import services as approvals
from xingdun.approvals.models import Decision, Process
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.obligations.catalogue import load
from xingdun.obligations.errors import (
    AnswerOfWrongType,
    AskedAlready,
    NoSuchDuty,
    NoSuchFact,
    NoSuchReading,
    NoSuchSubject,
    NotInForce,
    TermTooLong,
)
from xingdun.obligations.expressions import Value, fits
from xingdun.obligations.models import Answerable, Exemption, Posture, ProfileAnswer, ReadingChoice
from xingdun.organisation.models import Person

LONGEST = timedelta(days=366)  # the platform's own bound: a departure is looked at again each year
_STATES = {
    Process.State.APPROVED: Answerable.State.APPROVED,
    Process.State.REFUSED: Answerable.State.REFUSED,
    Process.State.WITHDRAWN: Answerable.State.WITHDRAWN,
}


@transaction.atomic
def profileanswer_set(*, fact: str, value: Value, reason: str, by: Person, now: datetime) -> ProfileAnswer:
    """Answer a fact that records and profile leave open, with the reason; an answer before it is replaced.

    Raises NoSuchFact, AnswerOfWrongType.
    """
    known = load().vocabulary.facts.get(fact)
    if known is None:
        raise NoSuchFact(fact=fact)
    if not fits(known, value):
        raise AnswerOfWrongType(fact=fact, type=known.type)
    before = ProfileAnswer.objects.filter(institution=by.institution_id, fact=fact).first()
    answer, _ = ProfileAnswer.objects.update_or_create(
        institution_id=by.institution_id, fact=fact, defaults={"value": value, "reason": reason, "by": by, "at": now}
    )
    audit.record(
        actor=by,
        action="profileanswer.set",
        about=answer,
        now=now,
        reason=reason,
        details={"fact": fact, "value": value, "before": before.value if before else None},
    )
    return answer


@transaction.atomic
def profileanswer_withdraw(*, profileanswer: ProfileAnswer, by: Person, now: datetime) -> None:
    """Take an answer back: the fact is open again, and counts as applying."""
    reference = profileanswer.reference
    ProfileAnswer.objects.filter(pk=profileanswer.pk).delete()
    audit.record(
        actor=by, action="profileanswer.withdraw", about=reference, now=now, details={"fact": profileanswer.fact}
    )


@transaction.atomic
def exemption_create(
    *, duty: str, reason: str, expires_at: datetime, by: Person, now: datetime, subject: str = ""
) -> Exemption:
    """Ask that a duty be held not to apply, against the derivation: legal and the head of the institution sign.

    Raises NoSuchDuty, NoSuchSubject, TermTooLong, AskedAlready, and approvals' NoApprover.
    """
    found = load().duties.get(duty)
    if found is None:
        raise NoSuchDuty(duty=duty)
    if subject and not Posture.objects.filter(institution=by.institution_id, duty=duty, subject=subject).exists():
        raise NoSuchSubject(subject=subject)
    exemption = Exemption(institution_id=by.institution_id, duty=duty, subject=subject)
    steps = [
        approvals.StepWanted(Role.LEGAL, reason=reason[:300], clauses=found.clauses[:5]),
        approvals.StepWanted(Role.HEAD, reason=reason[:300], clauses=found.clauses[:5]),
    ]
    _ask(exemption, _Asked(reason, expires_at, {"duty": duty, "subject": subject}, steps), by, now)
    return exemption


@transaction.atomic
def readingchoice_create(
    *, contradiction: str, alternative: str, reason: str, expires_at: datetime, by: Person, now: datetime
) -> ReadingChoice:
    """Ask that clauses which contradict each other be read otherwise than the catalogue reads them; the head decides.

    Raises NoSuchReading, TermTooLong, AskedAlready, and approvals' NoApprover.
    """
    found = load().contradictions.get(contradiction)
    if found is None or alternative not in {each.key for each in found.alternatives}:
        raise NoSuchReading(contradiction=contradiction, alternative=alternative)
    choice = ReadingChoice(institution_id=by.institution_id, contradiction=contradiction, alternative=alternative)
    content = {"contradiction": contradiction, "alternative": alternative}
    steps = [approvals.StepWanted(Role.HEAD, reason=reason[:300], clauses=found.clauses[:5])]
    _ask(choice, _Asked(reason, expires_at, content, steps), by, now)
    return choice


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a departure is asked with."""

    reason: str
    expires_at: datetime
    content: dict[str, Any]
    steps: list[approvals.StepWanted]


def _ask(record: Answerable, asked: _Asked, by: Person, now: datetime) -> None:
    """Keep what is asked for, and open its approvals."""
    if not now < asked.expires_at <= now + LONGEST:
        raise TermTooLong(until=timezone.localtime(asked.expires_at).strftime("%Y-%m-%d"), days=LONGEST.days)
    record.applicant, record.reason, record.filed_at, record.expires_at = by, asked.reason, now, asked.expires_at
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        raise AskedAlready from None
    approvals.process_open(
        about=record,
        title=str(record)[:200],
        content=_content(record),
        steps=asked.steps,
        by=by,
        now=now,
    )
    audit.record(
        actor=by,
        action=f"{_kind(record)}.create",
        about=record,
        now=now,
        reason=asked.reason,
        details={**asked.content, "expires_at": audit.moment(asked.expires_at)},
    )


def _content(record: Answerable) -> dict[str, Any]:
    """What is signed: which departure it is, until when, and why."""
    which = ("duty", "subject") if isinstance(record, Exemption) else ("contradiction", "alternative")
    asked = {name: getattr(record, name) for name in which}
    return {**asked, "expires_at": audit.moment(record.expires_at), "reason": record.reason}


def _kind(record: Answerable) -> str:
    return str(record._meta.model_name)  # noqa: SLF001 - Django's documented API


@transaction.atomic
def exemption_end(*, exemption: Exemption, by: Person, now: datetime, reason: str = "") -> Exemption:
    """End an exemption before its term: the duty is measured again. Raises NotInForce."""
    _end(Exemption.objects.select_for_update().get(pk=exemption.pk), by, now, reason)
    exemption.refresh_from_db()
    return exemption


@transaction.atomic
def readingchoice_end(*, readingchoice: ReadingChoice, by: Person, now: datetime, reason: str = "") -> ReadingChoice:
    """Go back to the catalogue's reading before the term. Raises NotInForce."""
    _end(ReadingChoice.objects.select_for_update().get(pk=readingchoice.pk), by, now, reason)
    readingchoice.refresh_from_db()
    return readingchoice


def _end(record: Answerable, by: Person, now: datetime, reason: str) -> None:
    if record.state == Answerable.State.WAITING and record.applicant_id == by.pk:
        process = Process.objects.get(about=record.reference, state=Process.State.OPEN)
        approvals.process_withdraw(process=process, by=by, now=now)
        return
    if record.state != Answerable.State.APPROVED:
        raise NotInForce(state=record.get_state_display())
    record.state, record.ended_at = Answerable.State.ENDED, now
    record.save(update_fields=["state", "ended_at"])
    audit.record(actor=by, action=f"{_kind(record)}.end", about=record, now=now, reason=reason)


def connect() -> None:
    """Tell the approvals what follows here when they end."""
    approvals.follow("obligations.exemption", _after_decision, lambda key: _content(Exemption.objects.get(pk=key)))
    approvals.follow(
        "obligations.readingchoice", _after_decision, lambda key: _content(ReadingChoice.objects.get(pk=key))
    )


def _after_decision(*, process: Process, decision: Decision | None, by: Person, now: datetime) -> None:
    del decision
    label, _, key = process.about.partition(":")
    model = Exemption if label == "obligations.exemption" else ReadingChoice
    state = _STATES.get(Process.State(process.state))
    if state is None:
        return
    record = model.objects.select_for_update().get(pk=key)
    record.state, record.decided_at = state, now
    record.save(update_fields=["state", "decided_at"])
    audit.record(actor=by, action=f"{_kind(record)}.{state.value}", about=record, now=now)
