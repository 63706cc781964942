"""Reading approvals: what waits for whom."""

from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from xingdun.approvals.models import Decision, Process, Step
from xingdun.organisation.models import Appointment, Person
from xingdun.organisation.selectors import in_force


def processes() -> QuerySet[Process]:
    """Every process with its applicant, steps and decisions at hand."""
    return Process.objects.select_related("requested_by", "requested_by__department").prefetch_related(
        Prefetch("steps", queryset=Step.objects.select_related("department")),
        Prefetch("decisions", queryset=Decision.objects.select_related("person", "step").order_by("at")),
    )


def open_step(process: Process) -> Step | None:
    """The first step whose quorum is not met; None when all are."""
    approved = Count("decisions", filter=Q(decisions__approves=True))
    return process.steps.annotate(approved=approved).filter(approved__lt=F("quorum")).order_by("order").first()


def waiting_for(person: Person, *, now: datetime) -> QuerySet[Process]:
    """The processes whose open step `person` may decide at `now`."""
    approved = Count("decisions", filter=Q(decisions__approves=True))
    first_open = (
        Step.objects.filter(process=OuterRef("pk"))
        .annotate(approved=approved)
        .filter(approved__lt=F("quorum"))
        .order_by("order")
    )
    held = Appointment.objects.filter(in_force(now), person=person, role=OuterRef("open_role"))
    held_there = held.filter(department=OuterRef("open_department"))
    return (
        processes()
        .filter(state=Process.State.OPEN)
        .exclude(requested_by=person)
        .exclude(decisions__person=person)
        .annotate(open_role=first_open.values("role")[:1], open_department=first_open.values("department")[:1])
        .filter((Q(open_department__isnull=True) & Exists(held)) | Exists(held_there))
    )
