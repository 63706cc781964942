"""Reminding people: whoever reached a step of the plan, once; and each person once a day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.audit import services as audit
from xingdun.frame.calendar import calendar
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import WorkingDays, day_end, local
from xingdun.messages import services as messages
from xingdun.messages.kinds import Kind, declare
from xingdun.obligations.models import Posture, Reminder
from xingdun.obligations.reminding.plan import Step, before, horizon, plan, since
from xingdun.organisation.models import Appointment, Person
from xingdun.organisation.selectors import in_force

SYSTEM = "system:reminders"
KIND = "obligations.reminder"
_BATCH = 2000
_FIELDS = ("duty", "subject", "state", "due_at", "since", "department_id")
Duty = tuple[str, str, datetime, str, UUID]

declare(
    Kind(
        KIND,
        _("what is due or late"),
        _("Due soon: {due}. Overdue or broken: {late}."),
        _("Duties you answer for: {due} due soon, {late} overdue or broken. The calendar shows each of them."),
    )
)


class _Seats(NamedTuple):
    """Who holds the roles of the plan: everywhere, and by department."""

    roles: dict[str, set[UUID]]
    departments: dict[tuple[str, UUID], set[UUID]]

    def of(self, role: Role | None, department: UUID | None) -> set[UUID]:
        """Who is told for a department: its head, or who holds the role; the officer where there is no head."""
        if role in (None, Role.DEPARTMENT_HEAD):
            heads = self.departments.get((Role.DEPARTMENT_HEAD, department), set()) if department else set()
            return heads or self.roles.get(Role.DSO, set())
        return self.roles.get(role, set())


def _seats(now: datetime) -> _Seats:
    found = _Seats(defaultdict(set), defaultdict(set))
    wanted = {Role.DSO, Role.DEPARTMENT_HEAD, *(rise.role for rise in plan().rises)}
    rows = Appointment.objects.filter(in_force(now), role__in=wanted)
    for role, department, person in rows.values_list("role", "department", "person"):
        found.roles[role].add(person)
        if department:
            found.departments[role, department].add(person)
    return found


def _reached(row: dict[str, Any], now: datetime, working: WorkingDays) -> Iterator[tuple[datetime, Step]]:
    """The steps that one answer has reached, each with what it counts from."""
    today, due = local(now).date(), row["due_at"]
    if row["state"] == Posture.State.VIOLATED or (due is not None and due < now):
        anchor = row["since"] if row["state"] == Posture.State.VIOLATED or due is None else due
        yield from ((anchor, step) for step in since(local(anchor).date(), today, working))
    elif due is not None and (step := before(local(due).date(), today, working)):
        yield due, step


def _wanted(rows: Iterable[dict[str, Any]], seats: _Seats, now: datetime, working: WorkingDays) -> Iterator[Duty]:
    for row in rows:
        for anchor, step in _reached(row, now, working):
            for person in seats.of(step.role, row["department_id"]):
                yield row["duty"], row["subject"], anchor, step.mark, person


def due_now(now: datetime) -> bool:
    """Whether it is a working day, and the plan's hour has come."""
    here = local(now)
    return here.hour >= plan().from_hour and calendar().works(here.date())


@transaction.atomic
def reminders_send(*, now: datetime) -> int:
    """Remind the people of the institution this call acts in; gives how many were told.

    Nothing on days off and before the plan's hour. Who is reminded of several things is told once, with their numbers.
    """
    if not due_now(now):
        return 0
    working, seats = calendar(), _seats(now)
    soon = Q(state__in=(Posture.State.DUE, Posture.State.MET), due_at__lte=day_end(horizon(local(now).date(), working)))
    rows = Posture.objects.filter(soon | Q(state__in=Posture.RED)).order_by("pk")
    told: dict[UUID, Counter[str]] = defaultdict(Counter)
    batch: list[dict[str, Any]] = []
    for row in rows.values(*_FIELDS).iterator(chunk_size=_BATCH):
        batch.append(row)
        if len(batch) == _BATCH:
            _remind(_wanted(batch, seats, now, working), told, now)
            batch = []
    _remind(_wanted(batch, seats, now, working), told, now)
    people = Person.objects.in_bulk(list(told))
    for key, counts in told.items():
        facts = {"due": counts["before"], "late": counts["since"]}
        messages.message_send(kind=KIND, to=people[key], facts=facts, by=SYSTEM, now=now)
    if told:
        steps = sum(map(Counter.total, told.values()))
        audit.record(
            actor=SYSTEM,
            action="reminder.send",
            about=next(iter(people.values())).institution,
            now=now,
            details={"persons": len(told), "steps": steps},
        )
    return len(told)


def _remind(wanted: Iterable[Duty], told: dict[UUID, Counter[str]], now: datetime) -> None:
    """Keep the steps that are new, and count them by person; part of `reminders_send`."""
    steps = set(wanted)
    if not steps:
        return
    duties, anchors = {step[0] for step in steps}, {step[2] for step in steps}
    known = Reminder.objects.filter(duty__in=duties, anchor__in=anchors)
    steps -= set(known.values_list("duty", "subject", "anchor", "step", "person_id"))
    if not steps:
        return
    institution = Person.objects.values_list("institution_id", flat=True).get(pk=next(iter(steps))[4])
    Reminder.objects.bulk_create(
        Reminder(
            institution_id=institution, duty=duty, subject=subject, anchor=anchor, step=step, person_id=person, at=now
        )
        for duty, subject, anchor, step, person in steps
    )
    for _duty, _subject, _anchor, step, person in steps:
        told[person][step.partition("-")[0]] += 1
