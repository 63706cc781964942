"""Leave not to mend for a time: asked, approved by others, ended by its day, and then the term runs anew."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from xingdun.approvals import services as approvals
from xingdun.approvals.services import StepWanted
from xingdun.assets.finding_errors import ExceptionTooLong, ExceptionWaits
from xingdun.assets.models import Finding, FindingException
from xingdun.assets.rules.findings import exception_approvers, exception_clauses, longest_exception
from xingdun.assets.services.findings import held, term_again
from xingdun.audit import services as audit
from xingdun.kernel.clocks import day_end
from xingdun.organisation.models import Person

State = FindingException.State


@transaction.atomic
def finding_except(
    *, finding: Finding, kind: str, until: date, reason: str, compensation: str, by: Person, now: datetime
) -> FindingException:
    """Ask for leave not to mend a finding until a day; it holds once the approvers of its severity agree.

    Raises ExceptionTooLong, ExceptionWaits, FindingNotInState, NoApprover.
    """
    finding = held(finding, Finding.State.OPEN, Finding.State.FIXING)
    today, most = timezone.localdate(now), longest_exception(finding.severity)
    if not today < until <= today + most:
        raise ExceptionTooLong(days=most.days, latest=today + most)
    if finding.exceptions.filter(state__in=[State.WAITING, State.APPROVED]).exists():
        raise ExceptionWaits
    asked = FindingException.objects.create(
        institution_id=finding.institution_id,
        finding=finding,
        kind=kind,
        until=until,
        reason=reason.strip(),
        compensation=compensation.strip(),
        requested_by=by,
        requested_at=now,
    )
    steps = [StepWanted(role, clauses=exception_clauses()) for role in exception_approvers(finding.severity)]
    approvals.process_open(about=asked, title=str(asked)[:200], content=content_of(asked), steps=steps, by=by, now=now)
    details = {"kind": kind, "until": str(until)}
    audit.record(actor=by, action="finding.except", about=asked, now=now, under=finding, details=details)
    return asked


def content_of(exception: FindingException) -> dict[str, Any]:
    """What is approved: of which finding, until when, why, and what is done instead."""
    finding = f"assets.finding:{exception.finding_id}"
    told = {"finding": finding, "kind": str(exception.kind), "until": str(exception.until)}
    return told | {"reason": exception.reason, "by": exception.compensation}


@transaction.atomic
def exception_close(*, exception: FindingException, state: str, by: Person, now: datetime) -> FindingException:
    """Keep how the approvals ended; once approved, the finding rests until the day, and its term begins anew then.

    Leave for a finding that was mended while the approvers thought is over as it is given.
    """
    exception = FindingException.objects.select_for_update().get(pk=exception.pk)
    finding = held(exception.finding, *Finding.State)
    waits = finding.state in {Finding.State.OPEN, Finding.State.FIXING}
    exception.state, exception.decided_at = state, now
    if state == State.APPROVED and not waits:
        exception.state, exception.ended_at = State.ENDED, now
    exception.save(update_fields=["state", "decided_at", "ended_at"])
    if exception.state == State.APPROVED:
        finding.state, finding.excepted_until = Finding.State.EXCEPTED, exception.until
        term_again(finding, day_end(exception.until))
        finding.save(update_fields=["state", "excepted_until", "counted_from", "due_at"])
    details = {"until": str(exception.until), "stands": exception.state}
    audit.record(
        actor=by, action=f"findingexception.{state}", about=exception, now=now, under=exception.finding, details=details
    )
    return exception


@transaction.atomic
def exceptions_expire(*, now: datetime, institution: UUID) -> int:
    """End the exceptions of an institution whose day is over; their findings are open again. Returns how many."""
    over = FindingException.objects.select_for_update(of=("self",)).filter(
        institution=institution, state=State.APPROVED, until__lt=timezone.localdate(now)
    )
    ended = list(over.select_related("finding"))
    for exception in ended:
        exception.state, exception.ended_at = State.ENDED, now
        exception.save(update_fields=["state", "ended_at"])
        finding = exception.finding
        finding.state = Finding.State.FIXING if finding.person_id else Finding.State.OPEN
        finding.excepted_until = None
        finding.save(update_fields=["state", "excepted_until"])
        details = {"until": str(exception.until), "due": finding.due_at}
        audit.record(
            actor="system:assets",
            action="findingexception.end",
            about=exception,
            now=now,
            details=details,
            under=finding,
        )
    return len(ended)
