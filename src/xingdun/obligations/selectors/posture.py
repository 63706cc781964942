"""How things stand now: what is red, what is due, what lacks its evidence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from xingdun.frame.context import current
from xingdun.frame.roles import Role
from xingdun.obligations.models import WITHOUT_EVIDENCE, Posture
from xingdun.organisation.models import Appointment
from xingdun.organisation.selectors import in_force

State = Posture.State
# Who sees the whole institution's posture; heads of departments see their department's and what has none.
OVERSEERS = frozenset({Role.DSO, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR, Role.HEAD, Role.LEGAL})


def postures() -> QuerySet[Posture]:
    """Every answer, with its department."""
    return Posture.objects.select_related("department")


def postures_visible() -> QuerySet[Posture]:
    """The answers this call may see: all for those who oversee, else those of the departments the caller heads."""
    call = current()
    if call.person is None or call.roles & OVERSEERS:
        return postures()
    headed = Q(department__in=_headed(call.person))
    return postures().filter(headed | Q(department__isnull=True))


def states_visible() -> dict[str, int]:
    """How many of the answers this call may see stand in each state."""
    rows = postures_visible().select_related(None).order_by().values_list("state")
    return dict(rows.annotate(number=Count("*")))


def _headed(person: UUID) -> QuerySet[Appointment, Any]:
    held = Appointment.objects.filter(in_force(timezone.now()), person=person, role=Role.DEPARTMENT_HEAD)
    return held.values("department")


def _of(institution: UUID, department: UUID | None) -> QuerySet[Posture]:
    rows = postures().filter(institution=institution)
    return rows if department is None else rows.filter(department=department)


def red(institution: UUID, *, department: UUID | None = None) -> QuerySet[Posture]:
    """What is violated or overdue, the longest so first."""
    return _of(institution, department).filter(state__in=Posture.RED).order_by("since", "duty", "subject")


def overdue(institution: UUID, *, department: UUID | None = None) -> QuerySet[Posture]:
    """What is overdue, the longest so first."""
    return _of(institution, department).filter(state=State.OVERDUE).order_by("due_at", "duty", "subject")


def due_next(
    institution: UUID, *, now: datetime, until: datetime | None = None, department: UUID | None = None
) -> QuerySet[Posture]:
    """What must be done, or done again, from now on (until a moment), the soonest first."""
    rows = _of(institution, department).filter(state__in=(State.DUE, State.MET), due_at__gte=now)
    rows = rows.filter(due_at__lte=until) if until else rows
    return rows.order_by("due_at", "duty", "subject")


def missing_evidence(institution: UUID, *, department: UUID | None = None) -> QuerySet[Posture]:
    """Answers without a record that shows them."""
    rows = _of(institution, department).filter(WITHOUT_EVIDENCE)
    return rows.order_by("state", "duty", "subject")


def timeline(institution: UUID, *, since: datetime, until: datetime) -> QuerySet[Posture]:
    """Everything with a date in a period, in order of time."""
    rows = postures().filter(institution=institution, due_at__gte=since, due_at__lte=until)
    return rows.order_by("due_at", "duty", "subject")
