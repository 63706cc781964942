"""The calendar of deadlines: a month, a list, and the feed that other programs read."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page, public
from xingdun.doors.console.paging import FirstRows
from xingdun.doors.console.references import Links
from xingdun.doors.console.tables import RegisterTable, table_of
from xingdun.frame.calendar import calendar as working_days
from xingdun.frame.context import acting_in, calling
from xingdun.frame.permissions import permitted
from xingdun.kernel.clocks import local
from xingdun.kernel.icalendar import written
from xingdun.obligations import selectors
from xingdun.obligations.models import Posture
from xingdun.obligations.services.feeds import feed_digest
from xingdun.organisation.selectors import roles_of

VIEW = "obligations.posture.view"
ROWS = 500
SHOWN_A_DAY = 3
LIST_DAYS = 180
FEED_DAYS = (90, 400)  # before and after now
REFRESH = timedelta(hours=6)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's grid. rest: nobody works; holiday: its name, of days off and of days worked instead."""

    day: date
    here: bool
    today: bool
    rest: bool
    holiday: str
    first: list[Posture]
    more: int


@page(VIEW)
@require_safe
def calendar(request: Call) -> HttpResponse:
    """A month as a grid with its table; or, as a list, what is late and what comes within half a year."""
    today = local(request.now).date()
    month = _month(request.GET.get("month", ""), today)
    after = (month + timedelta(days=31)).replace(day=1)
    listed = request.GET.get("view") == "list"
    context: dict[str, Any] = {
        "listed": listed,
        "month": month,
        "before": (month - timedelta(days=1)).replace(day=1),
        "after": after,
        "this_month": today.replace(day=1),
    }
    if listed:
        rows = selectors.deadlines(today, today + timedelta(days=LIST_DAYS))
        context["late"] = _table(request, selectors.late(request.now))
    else:
        rows = selectors.deadlines(month, after - timedelta(days=1))
        context["weeks"] = _weeks(month, list(rows[:ROWS]), today)
    context["table"] = _table(request, rows)
    return render(request, "console/calendar.html", context)


def _month(written_month: str, today: date) -> date:
    """The first day of the month that is asked for; this month's when it cannot be read, or borders on no other."""
    try:
        asked = datetime.strptime(written_month, "%Y-%m").replace(tzinfo=timezone.get_current_timezone()).date()
    except ValueError:
        return today.replace(day=1)
    return asked if MINYEAR < asked.year < MAXYEAR else today.replace(day=1)


def _table(request: Call, rows: Any) -> RegisterTable:
    made = table_of("obligations.posture")(rows, now=request.now, links=Links(request.roles), orderable=False)
    made.paginate(per_page=ROWS, paginator_class=FirstRows)
    made.look_up_references()
    return made


def _weeks(month: date, rows: list[Posture], today: date) -> list[list[Day]]:
    by_day: dict[date, list[Posture]] = defaultdict(list)
    for one in rows:
        if one.due_at is not None:
            by_day[local(one.due_at).date()].append(one)
    working, language = working_days(), translation.get_language() or "en"
    day, weeks = month - timedelta(days=month.weekday()), []
    while day.month == month.month or day < month:
        week = []
        for _ in range(_WEEK):
            status, found = working.status(day), by_day.get(day, [])
            week.append(
                Day(
                    day=day,
                    here=day.month == month.month,
                    today=day == today,
                    rest=not status.works,
                    holiday=status.name.say(language) if status.name else "",
                    first=found[:SHOWN_A_DAY],
                    more=max(0, len(found) - SHOWN_A_DAY),
                )
            )
            day += timedelta(days=1)
        weeks.append(week)
    return weeks


@public
@require_safe
def feed(request: HttpRequest, institution: UUID, token: str) -> HttpResponse:
    """One person's deadlines for calendar programs: who knows the address reads what its owner may see now.

    An address that never was, is revoked, or whose owner left or lost the right, is simply not there.
    """
    del request
    now = timezone.now()
    with acting_in(institution):
        found = selectors.feed_of(feed_digest(token))
        if found is None or found.person.left_at or not (found.person.account and found.person.account.is_active):
            raise Http404
        roles = roles_of(found.person, now=now)
        if not permitted(VIEW, roles):
            raise Http404
        with calling(found.person.pk, roles), translation.override(found.language):
            today = local(now).date()
            first, last = today - timedelta(days=FEED_DAYS[0]), today + timedelta(days=FEED_DAYS[1])
            name = f"{gettext('Xingdun')}: {gettext('deadlines')}"
            text = written(name, selectors.events(first, last), producer="Xingdun", refresh=REFRESH)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="xingdun.ics"'
    return response
