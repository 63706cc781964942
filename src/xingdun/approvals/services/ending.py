"""Taking back what was asked, and asking again when nobody is left to decide."""

from datetime import datetime

from django.db import transaction

from xingdun.approvals import selectors
from xingdun.approvals.errors import NotStuck, NotTheApplicant, ProcessClosed, ReasonMissing
from xingdun.approvals.models import Process
from xingdun.approvals.services.following import tell
from xingdun.approvals.services.opening import StepWanted, check_route, steps_create
from xingdun.approvals.services.telling import WAITING, deciders_told, ended_told
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.messages import services as messages
from xingdun.organisation.models import Person
from xingdun.organisation.selectors import roles_of


@transaction.atomic
def process_withdraw(*, process: Process, by: Person, now: datetime, reason: str = "") -> Process:
    """The applicant takes it back; or, when nobody can decide it any more, the data security officer with a reason.

    Raises ProcessClosed, NotTheApplicant, NotStuck, ReasonMissing.
    """
    process = _waiting(process)
    _check_who(process, by, now)
    if by.pk != process.requested_by_id and not reason.strip():
        raise ReasonMissing
    _close(process, now)
    audit.record(
        actor=by, action="approval.withdraw", about=process, now=now, reason=reason, details={"about": process.about}
    )
    tell(process, None, by, now)
    ended_told(process=process, by=by, now=now)
    return process


@transaction.atomic
def process_ask_again(*, process: Process, by: Person, now: datetime) -> Process:
    """Begin the same route again for the same content, when the first walk of it has come to nothing.

    Decisions made so far do not count any more: those who made them may be needed elsewhere on the route. The
    applicant stays who asked first. Raises NotStuck, NotTheApplicant, and NoApprover or RouteCannotBeWalked when even
    from the beginning nobody can walk it.
    """
    process = _waiting(process)
    _check_who(process, by, now)
    if not _is_stuck(process, now):
        raise NotStuck(person=process.requested_by)
    wanted = [
        StepWanted(Role(step.role), step.quorum, step.department, step.reason, tuple(step.clauses))
        for step in process.steps.select_related("department")
    ]
    check_route(wanted, but=process.requested_by_id, now=now)
    _close(process, now)
    again = Process.objects.create(
        institution_id=process.institution_id,
        about=process.about,
        title=process.title,
        requested_by=process.requested_by,
        content_digest=process.content_digest,
        opened_at=now,
        replaces=process,
    )
    steps_create(again, wanted)
    audit.record(
        actor=by,
        action="approval.ask_again",
        about=again,
        now=now,
        details={"about": again.about, "content": again.content_digest, "replaces": process.reference},
    )
    messages.message_settle(kind=WAITING, link=process, by=by, now=now)
    deciders_told(process=again, by=by, now=now)
    return again


def _waiting(process: Process) -> Process:
    process = Process.objects.select_for_update().get(pk=process.pk)
    if process.state != Process.State.OPEN:
        raise ProcessClosed(state=process.get_state_display())
    return process


def _check_who(process: Process, by: Person, now: datetime) -> None:
    if by.pk == process.requested_by_id:
        return
    if Role.DSO not in roles_of(by, now=now):
        raise NotTheApplicant(person=process.requested_by)
    if not _is_stuck(process, now):
        raise NotStuck(person=process.requested_by)


def _is_stuck(process: Process, now: datetime) -> bool:
    """As things stand now, whatever was marked last."""
    found = selectors.processes().get(pk=process.pk)
    return selectors.blocked(found, selectors.seats_for([found], now=now)) is not None


def _close(process: Process, now: datetime) -> None:
    process.state, process.closed_at, process.stuck = Process.State.WITHDRAWN, now, False
    process.save(update_fields=["state", "closed_at", "stuck"])
