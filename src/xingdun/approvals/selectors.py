"""Reading approvals: what waits for whom, who may decide, and what nobody can."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from xingdun.approvals.matching import Shortage, Wanted, shortage
from xingdun.approvals.models import Decision, Delegation, Process, Step
from xingdun.frame.permissions import PERMISSIONS
from xingdun.frame.roles import Role
from xingdun.organisation.models import Appointment, Person
from xingdun.organisation.selectors import in_force

DECIDE = "approvals.process.approve"


def processes() -> QuerySet[Process]:
    """Every process with its applicant, steps and decisions at hand."""
    decisions = Decision.objects.select_related("person", "seat", "step", "key").order_by("at")
    return Process.objects.select_related("requested_by", "requested_by__department").prefetch_related(
        Prefetch("steps", queryset=Step.objects.select_related("department")),
        Prefetch("decisions", queryset=decisions),
    )


def open_step(process: Process) -> Step | None:
    """The first step whose quorum is not met; None when all are."""
    approved = Count("decisions", filter=Q(decisions__approves=True))
    return process.steps.annotate(approved=approved).filter(approved__lt=F("quorum")).order_by("order").first()


def delegations() -> QuerySet[Delegation]:
    """Every delegation with its people."""
    return Delegation.objects.select_related("delegator", "delegate", "department")


def delegated(now: datetime) -> Q:
    """The condition under which a delegation counts at `now` (beside its delegator's own appointment)."""
    return Q(starts_at__lte=now, ends_at__gt=now) & (Q(ended_at__isnull=True) | Q(ended_at__gt=now))


def _seats_left(now: datetime, appointments: QuerySet[Appointment]) -> QuerySet[Delegation]:
    """The delegations in force whose delegator holds one of `appointments`, in the delegated department if named.

    The delegate is still here, and still holds a role that decides approvals.
    """
    here = Appointment.objects.filter(in_force(now), person=OuterRef("delegate"), role__in=PERMISSIONS[DECIDE])
    own = appointments.filter(in_force(now), person=OuterRef("delegator"), role=OuterRef("role"))
    there = own.filter(department=OuterRef("department"))
    seat = (Q(department__isnull=True) & Exists(own)) | Exists(there)
    return Delegation.objects.filter(delegated(now)).filter(seat, Exists(here))


def counted(process: Process) -> set[UUID]:
    """Everyone who has counted in the process, in person or by seat, and the applicant, who never does."""
    found = {process.requested_by_id}
    for person, seat in process.decisions.values_list("person", "seat"):
        found |= {person, seat}
    return found


def seat_left_to(person: Person, step: Step, *, now: datetime, but: Collection[UUID]) -> Delegation | None:
    """The delegation by which `person` may decide `step`; none of a delegator among `but`."""
    appointments = Appointment.objects.filter(role=step.role)
    if step.department_id:
        appointments = appointments.filter(department=step.department_id)
    left = _seats_left(now, appointments).filter(delegate=person, role=step.role).exclude(delegator__in=but)
    return left.order_by("starts_at", "id").first()


def able_to_decide(step: Step, *, now: datetime, but: Collection[UUID]) -> QuerySet[Person]:
    """Everyone who may decide `step` at `now`, on their own seat or on one left to them; nobody among `but`."""
    appointments = Appointment.objects.filter(role=step.role)
    if step.department_id:
        appointments = appointments.filter(department=step.department_id)
    held = appointments.filter(in_force(now)).values("person")
    left = _seats_left(now, appointments).filter(role=step.role).exclude(delegator__in=but).values("delegate")
    return Person.objects.filter(Q(pk__in=held) | Q(pk__in=left)).exclude(pk__in=but)


def waiting_for(person: Person, *, now: datetime) -> QuerySet[Process]:
    """The processes whose open step `person` may decide at `now`, on their own seat or on one left to them."""
    approved = Count("decisions", filter=Q(decisions__approves=True))
    first_open = (
        Step.objects.filter(process=OuterRef("pk"))
        .annotate(approved=approved)
        .filter(approved__lt=F("quorum"))
        .order_by("order")
    )
    held = Appointment.objects.filter(in_force(now), person=person, role=OuterRef("open_role"))
    held_there = held.filter(department=OuterRef("open_department"))
    gone = Decision.objects.filter(process=OuterRef(OuterRef("pk")))
    spent = Exists(gone.filter(Q(person=OuterRef("delegator")) | Q(seat=OuterRef("delegator"))))

    def left(appointments: QuerySet[Appointment]) -> Exists:
        seats = _seats_left(now, appointments).filter(delegate=person, role=OuterRef("open_role"))
        return Exists(seats.exclude(delegator=OuterRef("requested_by")).exclude(spent))

    left_there = left(Appointment.objects.filter(department=OuterRef(OuterRef("open_department"))))
    return (
        processes()
        .filter(state=Process.State.OPEN)
        .exclude(requested_by=person)
        .exclude(Exists(Decision.objects.filter(Q(person=person) | Q(seat=person), process=OuterRef("pk"))))
        .annotate(open_role=first_open.values("role")[:1], open_department=first_open.values("department")[:1])
        .filter(
            (Q(open_department__isnull=True) & (Exists(held) | left(Appointment.objects.all())))
            | Exists(held_there)
            | left_there
        )
    )


@dataclass(frozen=True, slots=True)
class Seats:
    """Who holds which role where, at one moment: read once for any number of processes."""

    held: Mapping[str, Mapping[UUID | None, frozenset[UUID]]]

    @classmethod
    def at(cls, now: datetime, roles: Iterable[str]) -> "Seats":
        """The holders of `roles` at `now`."""
        found: dict[str, dict[UUID | None, set[UUID]]] = defaultdict(lambda: defaultdict(set))
        rows = Appointment.objects.filter(in_force(now), role__in=set(roles))
        for role, department, person in rows.values_list("role", "department", "person"):
            found[role][None].add(person)
            if department:
                found[role][department].add(person)
        return cls({role: {where: frozenset(who) for where, who in held.items()} for role, held in found.items()})

    def of(self, role: str, department: UUID | None) -> frozenset[UUID]:
        """Who holds `role`, in `department` when it is named."""
        return self.held.get(role, {}).get(department, frozenset())


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a process cannot end: these steps still need more persons than can decide them."""

    steps: tuple[Step, ...]
    shortage: Shortage[UUID]


def blocked(process: Process, seats: Seats, *, also: Decision | None = None) -> Blocked | None:
    """Why nobody can bring `process` (of `processes()`) to its end as things stand; None when people can.

    also: a decision that is only considered.
    """
    decisions = [*process.decisions.all(), *([also] if also else [])]
    spent = {process.requested_by_id, *(each.person_id for each in decisions), *(each.seat_id for each in decisions)}
    steps = list(process.steps.all())
    wanted = []
    for step in steps:
        approved = sum(each.approves and each.step_id == step.pk for each in decisions)
        people = seats.of(step.role, step.department_id)
        wanted.append(Wanted(max(step.quorum - approved, 0), people - spent))
    short = shortage(wanted)
    return Blocked(tuple(steps[place] for place in short.steps), short) if short else None


def seats_for(found: Iterable[Process], *, now: datetime) -> Seats:
    """The holders of every role that these processes ask."""
    return Seats.at(now, {Role(step.role).value for process in found for step in process.steps.all()})
