"""The requests and windows duties are about: what is under way, and what ended in this calendar year."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from xingdun.access.models import Grant, Recipient, Request
from xingdun.frame.checks import Facts, Subject, subjects_of
from xingdun.kernel.clocks import day_start, local

State = Request.State
UNDER_WAY = (State.WAITING, State.APPROVED, State.OPEN)
GRANTED = (State.APPROVED, State.OPEN, State.ENDED)


def this_year(now: datetime) -> datetime:
    """When the calendar year of `now` began."""
    return day_start(local(now).date().replace(month=1, day=1))


def in_scope(facts: Facts, *also: str) -> QuerySet[Request]:
    """Requests under way or ended this year, or those asked about; with their window, and `also` what is named."""
    keys = facts.keys("access.request")
    found = Request.objects.select_related("grant", *also).order_by("number")
    if keys is not None:
        return found.filter(pk__in=keys)
    still_there = Q(grant__isnull=False, grant__gone_at__isnull=True)
    ended = Q(state=State.ENDED, ended_at__gte=this_year(facts.now))
    return found.filter(Q(state__in=UNDER_WAY) | ended | still_there)


def windows_in_scope(facts: Facts) -> QuerySet[Grant]:
    """Windows the source still has, unreviewed ones, and those closed this year, or those asked about."""
    keys = facts.keys("access.grant")
    found = Grant.objects.order_by("opened_at", "pk")
    if keys is not None:
        return found.filter(pk__in=keys)
    unreviewed = Q(break_glass=True, reviewed_at__isnull=True)
    return found.filter(Q(gone_at__isnull=True) | unreviewed | Q(closed_at__gte=this_year(facts.now)))


def is_emergency(request: Request) -> bool:
    """Whether it stands behind a break-glass window, which nobody approves before."""
    grant = getattr(request, "grant", None)
    return grant is not None and grant.break_glass


@subjects_of("request", record="access.request", reads=("access.request", "access.grant"))
def requests_filed(facts: Facts) -> Iterator[Subject]:
    """Every request for data in scope."""
    for request in in_scope(facts, "applicant"):
        told = {
            "request_approved": request.state in GRANTED,
            "leaves_institution": request.recipient in {Recipient.OUTSIDE, Recipient.ABROAD},
            "emergency": is_emergency(request),
            "deletion_asked": False,
            "cancellation_asked": False,
        }
        yield Subject(request.reference, f"{request.number}", request.applicant.department_id, told)


@subjects_of("grant", record="access.grant", reads=("access.grant",))
def windows_opened(facts: Facts) -> Iterator[Subject]:
    """Every window in scope."""
    for grant in windows_in_scope(facts).select_related("person"):
        yield Subject(grant.reference, grant.login, grant.person.department_id, {"break_glass": grant.break_glass})
