"""Reading requests, windows and what was done through them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, UUIDField
from django.db.models.functions import Cast, Substr

from xingdun.access.models import Grant, InternalAudit, Protection, Request, RequestedColumn, RowRule
from xingdun.approvals.models import Step
from xingdun.audit.models import Entry
from xingdun.audit.selectors import entries
from xingdun.frame.context import current
from xingdun.frame.roles import Role
from xingdun.organisation.models import Appointment, Person

USE = "data.use"
SEES_ALL = frozenset({Role.DSO, Role.SECURITY_ADMIN, Role.AUDITOR, Role.HEAD})
DECIDERS = frozenset({Role.LEGAL, Role.KEY_HOLDER, Role.HEAD})


def requests() -> QuerySet[Request]:
    """Every request with applicant, source and columns at hand."""
    columns = RequestedColumn.objects.select_related("column", "column__dataset", "cut_by")
    return (
        Request.objects.select_related("applicant", "applicant__department", "source", "source__department", "grant")
        .prefetch_related(
            Prefetch("columns", queryset=columns.order_by("column__dataset__name", "column__position")),
            Prefetch("rows", queryset=RowRule.objects.select_related("column")),
        )
        .annotate(columns_count=Count("columns", filter=Q(columns__cut_by__isnull=True)))
    )


def requests_visible() -> QuerySet[Request]:
    """The requests whoever calls may see: their own, those of the departments they head, those they decide on.

    Those who govern see all. Source: MEASURES-22.4a.
    """
    caller = current()
    if caller.person is None or not caller.roles.isdisjoint(SEES_ALL):
        return requests()
    headed = Appointment.objects.filter(person=caller.person, role=Role.DEPARTMENT_HEAD, closed_at__isnull=True).values(
        "department"
    )
    decides = Step.objects.filter(role__in=caller.roles & DECIDERS).values("process__about")
    return requests().filter(
        Q(applicant=caller.person)
        | Q(applicant__department__in=headed)
        | Q(source__department__in=headed)
        | Q(pk__in=_keys_of(decides))
    )


def grants_visible() -> QuerySet[Grant]:
    """The windows whoever calls may see: their own; those who govern see all."""
    caller = current()
    if caller.person is None or not caller.roles.isdisjoint(SEES_ALL):
        return grants()
    return grants().filter(person=caller.person)


def _keys_of(references: QuerySet[Any]) -> QuerySet[Any]:
    """The keys in references such as `access.request:KEY`."""
    key = Cast(Substr("process__about", len("access.request:") + 1), UUIDField())
    return references.filter(process__about__startswith="access.request:").annotate(key=key).values("key")


def grants() -> QuerySet[Grant]:
    """Every window with its request, person and source."""
    return Grant.objects.select_related("request", "person", "source", "closed_by", "reviewed_by")


def grants_open(*, now: datetime) -> QuerySet[Grant]:
    """The windows open at `now`."""
    return grants().filter(closed_at__isnull=True, expires_at__gt=now)


def grants_of(person: Person) -> QuerySet[Grant]:
    """One person's windows, newest first."""
    return grants().filter(person=person).order_by("-opened_at")


def grants_past_their_term(*, now: datetime) -> QuerySet[Grant]:
    """Windows whose time is over and which the source still has."""
    return grants().filter(gone_at__isnull=True, expires_at__lt=now)


def reviews_due(*, now: datetime) -> QuerySet[Grant]:
    """Break-glass windows nobody has reviewed in time."""
    return grants().filter(break_glass=True, reviewed_at__isnull=True, review_due_at__lt=now)


def uses() -> QuerySet[Entry]:
    """What was done through windows, newest first: ledger entries tied to their grant."""
    return entries().filter(action=USE)


def protections() -> QuerySet[Protection]:
    """The protected sources."""
    return Protection.objects.select_related("source", "source__department")


def internal_audits() -> QuerySet[InternalAudit]:
    """Every internal audit, with who answers for it."""
    return InternalAudit.objects.select_related("by")
