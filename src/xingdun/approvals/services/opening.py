"""Opening the approvals of a record, once it is sure that people can walk the route."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from xingdun.approvals.errors import NoApprover, RouteCannotBeWalked
from xingdun.approvals.matching import Wanted, shortage
from xingdun.approvals.models import Process, Step
from xingdun.approvals.selectors import Seats
from xingdun.approvals.services.telling import deciders_told
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.frame.wording import listed
from xingdun.organisation.models import Department, Person


@dataclass(frozen=True, slots=True)
class StepWanted:
    """A step to be made: who must approve (in which department), how many distinct persons, why, by which clauses."""

    role: Role
    quorum: int = 1
    department: Department | None = None
    reason: str = ""
    clauses: tuple[str, ...] = field(default=())


def content_digest(content: dict[str, Any]) -> str:
    """What fixes the content that is approved: SHA-256 in hex of its canonical form."""
    return hashlib.sha256(audit.canonical(content).encode()).hexdigest()


@transaction.atomic
def process_open(
    *, about: Any, title: str, content: dict[str, Any], steps: Iterable[StepWanted], by: Person, now: datetime
) -> Process:
    """Open the approvals of a record.

    Raises NoApprover when a step's role is held by too few people other than the applicant, RouteCannotBeWalked when
    several steps together ask more distinct persons than could decide them.
    """
    wanted = list(steps)
    check_route(wanted, but=by.pk, now=now)
    process = Process.objects.create(
        institution_id=by.institution_id,
        about=audit.reference(about),
        title=title,
        requested_by=by,
        content_digest=content_digest(content),
        opened_at=now,
    )
    steps_create(process, wanted)
    audit.record(
        actor=by,
        action="approval.open",
        about=process,
        now=now,
        details={
            "about": process.about,
            "content": process.content_digest,
            "steps": [[step.role.value, step.quorum] for step in wanted],
        },
    )
    deciders_told(process=process, by=by, now=now)
    return process


def steps_create(process: Process, wanted: Sequence[StepWanted]) -> None:
    """The steps of a process that was just made, in order."""
    Step.objects.bulk_create(
        Step(
            institution_id=process.institution_id,
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


def check_route(wanted: Sequence[StepWanted], *, but: UUID, now: datetime) -> None:
    """Whether distinct persons, none of them the applicant (`but`), can be found for every step."""
    if not wanted:
        raise NoApprover(role="-", quorum=1, found=0)
    seats = Seats.at(now, {step.role.value for step in wanted})
    people = [seats.of(step.role, step.department.pk if step.department else None) - {but} for step in wanted]
    for step, able in zip(wanted, people, strict=True):
        if len(able) < step.quorum:
            raise NoApprover(role=step.role.label, quorum=step.quorum, found=len(able))
    short = shortage([Wanted(step.quorum, able) for step, able in zip(wanted, people, strict=True)])
    if short:
        names = Person.objects.filter(pk__in=short.people).order_by("name").values_list("name", flat=True)
        raise RouteCannotBeWalked(
            steps=listed(f"{place + 1} ({wanted[place].role.label})" for place in short.steps),
            needed=short.needed,
            found=len(short.people),
            people=listed(names),
        )
