"""Deadlines by day: what the reader's calendar shows, and what it tells programs that subscribe to it."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from xingdun.frame.context import current
from xingdun.kernel.clocks import day_end, day_start
from xingdun.kernel.icalendar import Event
from xingdun.obligations.models import CalendarFeed, Posture, Reminder
from xingdun.obligations.selectors.posture import postures_visible

MOST = 2000
_DATED = (Posture.State.MET, Posture.State.DUE, Posture.State.OVERDUE)
# Subjects whose names name nobody: they may stand in a calendar outside the platform.
_NAMED_OUTSIDE = frozenset({"network", "system", "application", "device", "project", "dataset", "site"})


def deadlines(first: date, last: date) -> QuerySet[Posture]:
    """What the reader may see that is (or was) to be done from `first` to `last`, in order of time."""
    return postures_visible().filter(
        state__in=_DATED, due_at__gte=day_start(first), due_at__lte=day_end(last)
    ).order_by("due_at", "duty", "subject")  # fmt: skip


def late(now: datetime) -> QuerySet[Posture]:
    """What the reader may see that should have been done before `now`, the longest late first."""
    return postures_visible().filter(state__in=_DATED, due_at__lt=now).exclude(state=Posture.State.MET).order_by(
        "due_at", "duty", "subject"
    )  # fmt: skip


def events(first: date, last: date) -> Iterator[Event]:
    """The same deadlines for programs outside, in the language now active: duties, and names of things alone."""
    for one in deadlines(first, last)[:MOST]:
        if one.due_at is None:
            continue
        name = f": {one.subject_name}" if one.kind in _NAMED_OUTSIDE and one.subject_name else ""
        page = reverse("console:obligations.posture.detail", kwargs={"pk": one.pk})
        yield Event(
            uid=hashlib.sha256(f"{one.institution_id}|{one.duty}|{one.subject}".encode()).hexdigest()[:32] + "@xingdun",
            at=one.due_at,
            changed_at=one.measured_at,
            summary=f"{one.title}{name}",
            description=str(one.get_state_display()),
            url=settings.ENVIRONMENT.address + page if settings.ENVIRONMENT.address else "",
            categories=(one.documents.replace(" ", ""),) if one.documents else (),
        )


def own_feeds() -> QuerySet[CalendarFeed]:
    """The calendar addresses of whoever calls."""
    return CalendarFeed.objects.filter(person=current().person)


def feed_of(digest: str) -> CalendarFeed | None:
    """The feed of that secret that still holds, in the institution this call acts in."""
    found = CalendarFeed.objects.select_related("person", "person__account", "institution")
    return found.filter(digest=digest, revoked_at__isnull=True).first()


def own_reminders() -> QuerySet[Reminder]:
    """What whoever calls was reminded of."""
    return Reminder.objects.filter(person=current().person)
