"""Opening, deciding and ending approvals."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from xingdun.approvals import selectors
from xingdun.approvals.errors import (
    ApproverIsApplicant,
    ContentChanged,
    DecidedAlready,
    NoApprover,
    NotTheApplicant,
    NotYourTurn,
    ProcessClosed,
    ReasonMissing,
)
from xingdun.approvals.models import Decision, Process, Step
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.organisation.models import Department, Person
from xingdun.organisation.selectors import holders


@dataclass(frozen=True, slots=True)
class StepWanted:
    """A step to be made: who must approve (in which department), how many distinct persons, why, by which clauses."""

    role: Role
    quorum: int = 1
    department: Department | None = None
    reason: str = ""
    clauses: tuple[str, ...] = field(default=())


Follow = Callable[..., None]
_followers: dict[str, Follow] = {}


def follow(label: str, function: Follow) -> None:
    """Say what happens, in the same transaction, when a process about `label` (app.model) ends or is changed.

    Called as `function(process=…, decision=… or None, by=…, now=…)`.
    """
    _followers[label] = function


def content_digest(content: dict[str, Any]) -> str:
    """What fixes the content that is approved: SHA-256 in hex of its canonical form."""
    return hashlib.sha256(audit.canonical(content).encode()).hexdigest()


@transaction.atomic
def process_open(
    *, about: Any, title: str, content: dict[str, Any], steps: Iterable[StepWanted], by: Person, now: datetime
) -> Process:
    """Open the approvals of a record.

    Raises NoApprover when a step could never be met: its role is held by too few people other than the applicant.
    """
    wanted = list(steps)
    if not wanted:
        raise NoApprover(role="-", quorum=1, found=0)
    for step in wanted:
        department = step.department.pk if step.department else None
        found = holders(step.role, now=now, department=department).exclude(pk=by.pk).count()
        if found < step.quorum:
            raise NoApprover(role=step.role.label, quorum=step.quorum, found=found)
    process = Process.objects.create(
        institution_id=by.institution_id,
        about=audit.reference(about),
        title=title,
        requested_by=by,
        content_digest=content_digest(content),
        opened_at=now,
    )
    Step.objects.bulk_create(
        Step(
            institution_id=by.institution_id,
            process=process,
            order=order,
            role=step.role,
            department=step.department,
            quorum=step.quorum,
            reason=step.reason,
            clauses=list(step.clauses),
        )
        for order, step in enumerate(wanted, start=1)
    )
    audit.record(
        actor=by,
        action="approval.open",
        about=process,
        now=now,
        details={"about": process.about, "steps": [[step.role.value, step.quorum] for step in wanted]},
    )
    return process


def _check(process: Process, step: Step | None, by: Person, now: datetime) -> Step:
    if process.state != Process.State.OPEN or step is None:
        raise ProcessClosed(state=process.get_state_display())
    if by.pk == process.requested_by_id:
        raise ApproverIsApplicant
    if process.decisions.filter(person=by).exists():
        raise DecidedAlready
    if not holders(Role(step.role), now=now, department=step.department_id).filter(pk=by.pk).exists():
        raise NotYourTurn(role=step.get_role_display())
    return step


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
    """Approve or refuse the step that is open now.

    content: the record's content as it stands, compared with what was asked when given. changes: what the approver
    cut (they never widen: the record's own service checks that). The process ends at the first refusal, or when the
    last step has its quorum.
    """
    process = Process.objects.select_for_update().get(pk=process.pk)
    step = _check(process, selectors.open_step(process), by, now)
    if not approves and not reason.strip():
        raise ReasonMissing
    if content is not None and content_digest(content) != process.content_digest:
        raise ContentChanged
    decision = Decision.objects.create(
        institution_id=process.institution_id,
        process=process,
        step=step,
        requested_by_id=process.requested_by_id,
        person=by,
        approves=approves,
        reason=reason,
        changes=changes or {},
        content_digest=process.content_digest,
        at=now,
    )
    if not approves:
        process.state = Process.State.REFUSED
    elif selectors.open_step(process) is None:
        process.state = Process.State.APPROVED
    if process.state != Process.State.OPEN:
        process.closed_at = now
        process.save(update_fields=["state", "closed_at"])
    audit.record(
        actor=by,
        action="approval.approve" if approves else "approval.refuse",
        about=process,
        now=now,
        reason=reason,
        details={
            "about": process.about,
            "step": step.order,
            "changes": changes or {},
            "state": process.state,
        },
    )
    _tell(process, decision, by, now)
    return process


def process_approve(*, process: Process, by: Person, now: datetime, reason: str = "") -> Process:
    """Approve the step that is open now."""
    return process_decide(process=process, approves=True, by=by, now=now, reason=reason)


def process_refuse(*, process: Process, reason: str, by: Person, now: datetime) -> Process:
    """Refuse, with the reason."""
    return process_decide(process=process, approves=False, by=by, now=now, reason=reason)


@transaction.atomic
def process_withdraw(*, process: Process, by: Person, now: datetime) -> Process:
    """The applicant takes it back. Raises ProcessClosed, NotTheApplicant."""
    process = Process.objects.select_for_update().get(pk=process.pk)
    if process.state != Process.State.OPEN:
        raise ProcessClosed(state=process.get_state_display())
    if process.requested_by_id != by.pk:
        raise NotTheApplicant(person=process.requested_by)
    process.state, process.closed_at = Process.State.WITHDRAWN, now
    process.save(update_fields=["state", "closed_at"])
    audit.record(actor=by, action="approval.withdraw", about=process, now=now, details={"about": process.about})
    _tell(process, None, by, now)
    return process


def _tell(process: Process, decision: Decision | None, by: Person, now: datetime) -> None:
    function = _followers.get(process.about.partition(":")[0])
    if function:
        function(process=process, decision=decision, by=by, now=now)
