"""Deciding the step that is open, and signing it."""

import base64
from datetime import datetime
from typing import Any

from django.db import transaction

from xingdun.approvals import selectors, signatures
from xingdun.approvals.errors import (
    ApproverIsApplicant,
    ContentChanged,
    DecidedAlready,
    NeededLater,
    NotYourTurn,
    ProcessClosed,
    ReasonMissing,
)
from xingdun.approvals.models import Decision, Delegation, Process, Step
from xingdun.approvals.services.following import content_now, tell
from xingdun.approvals.services.opening import content_digest
from xingdun.approvals.services.standing import look_again
from xingdun.approvals.services.telling import decision_told
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.frame.wording import listed
from xingdun.keys import services as keys
from xingdun.organisation.models import Person
from xingdun.organisation.selectors import holders


@transaction.atomic
def process_decide(
    *,
    process: Process,
    approves: bool,
    by: Person,
    now: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    content: dict[str, Any] | None = None,
) -> Process:
    """Approve or refuse the step that is open now, signed in the name of `by` (`signatures.statement`).

    content: the record's content as it stands, which its domain tells when it is not given (`follow`); what differs
    from what was asked can only be refused. changes: what the approver cut (they never widen: the record's own service
    checks that). The process ends at the first refusal, or when the last step has its quorum. Whoever does not hold
    the step's role decides on a seat that was left to them.
    """
    process = Process.objects.select_for_update().get(pk=process.pk)
    step, delegation = _check(process, selectors.open_step(process), by, now)
    if not approves and not reason.strip():
        raise ReasonMissing
    content = content_now(process) if content is None else content
    if approves and content is not None and content_digest(content) != process.content_digest:
        raise ContentChanged
    decision = Decision(
        institution_id=process.institution_id,
        process=process,
        step=step,
        requested_by_id=process.requested_by_id,
        person=by,
        seat_id=delegation.delegator_id if delegation else by.pk,
        delegation=delegation,
        approves=approves,
        reason=reason,
        changes=changes or {},
        content_digest=process.content_digest,
        at=now,
    )
    if approves:
        _leave_a_way(process, step, decision, now)
    _sign(decision, by, now)
    decision.save(force_insert=True)
    if not approves:
        process.state = Process.State.REFUSED
    elif selectors.open_step(process) is None:
        process.state = Process.State.APPROVED
    if process.state != Process.State.OPEN:
        process.closed_at, process.stuck = now, False
        process.save(update_fields=["state", "closed_at", "stuck"])
    _record(process, decision, now)
    tell(process, decision, by, now)
    decision_told(process=process, step=step, by=by, now=now)
    if process.stuck:
        look_again([process.pk], by=by, now=now)
    return process


def process_approve(*, process: Process, by: Person, now: datetime, reason: str = "") -> Process:
    """Approve the step that is open now."""
    return process_decide(process=process, approves=True, by=by, now=now, reason=reason)


def process_refuse(*, process: Process, reason: str, by: Person, now: datetime) -> Process:
    """Refuse, with the reason."""
    return process_decide(process=process, approves=False, by=by, now=now, reason=reason)


def _check(process: Process, step: Step | None, by: Person, now: datetime) -> tuple[Step, Delegation | None]:
    """The step `by` may decide, and by which delegation when the seat is not their own."""
    if process.state != Process.State.OPEN or step is None:
        raise ProcessClosed(state=process.get_state_display())
    if by.pk == process.requested_by_id:
        raise ApproverIsApplicant
    spent = selectors.counted(process)
    if by.pk in spent:
        raise DecidedAlready
    if holders(Role(step.role), now=now, department=step.department_id).filter(pk=by.pk).exists():
        return step, None
    delegation = selectors.seat_left_to(by, step, now=now, but=spent)
    if delegation is None:
        raise NotYourTurn(role=step.get_role_display())
    return step, delegation


def _leave_a_way(process: Process, step: Step, decision: Decision, now: datetime) -> None:
    """Refuse a decision after which a later step could not be met, when somebody else could take this one."""
    found = selectors.processes().get(pk=process.pk)
    seats = selectors.seats_for([found], now=now)
    after = selectors.blocked(found, seats, also=decision)
    if after is None or selectors.blocked(found, seats) is not None:
        return
    spent = selectors.counted(process) | {decision.person_id}
    others = Person.objects.filter(pk__in=seats.of(step.role, step.department_id) - spent).order_by("name")
    raise NeededLater(role=after.steps[-1].get_role_display(), others=listed(person.name for person in others))


def _sign(decision: Decision, by: Person, now: datetime) -> None:
    decision.key, signature = keys.personal_sign(
        institution=by.institution_id, person=by.reference, message=signatures.message(decision), by=by, now=now
    )
    decision.signature = base64.b64encode(signature).decode()


def _record(process: Process, decision: Decision, now: datetime) -> None:
    audit.record(
        actor=decision.person,
        action="approval.approve" if decision.approves else "approval.refuse",
        about=process,
        now=now,
        reason=decision.reason,
        details={
            "about": process.about,
            "changes": decision.changes,
            "decision": decision.reference,
            "delegation": decision.delegation.reference if decision.delegation else "",
            "key": audit.reference(decision.key),
            "seat": f"organisation.person:{decision.seat_id}",
            "signature": decision.signature,
            "state": process.state,
            "step": decision.step.order,
        },
    )
