"""What falls due, and when: a chart by week or month, its table, and the first of the rows behind it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.charts import address_of, drawing
from xingdun.doors.console.law import POSTURE, WORDS
from xingdun.doors.console.pages import page
from xingdun.doors.console.references import Links
from xingdun.frame.overview import Chart, Link, Series, Tone
from xingdun.obligations.models import Posture
from xingdun.obligations.selectors.pages import Bucket, ahead, falling_due
from xingdun.obligations.selectors.posture import postures_visible

SPANS = (30, 91, 365)
MONTHLY = 180
ROWS = 50
State = Posture.State


@page("obligations.timeline.view")
@require_safe
def timeline(request: Call) -> HttpResponse:
    """From now over 30 days, a quarter or a year (`?days=`)."""
    written = request.GET.get("days", "")
    days = int(written) if written in {str(each) for each in SPANS} else SPANS[1]
    until = ahead(request.now, days)
    rows = postures_visible().filter(state__in=(State.DUE, State.MET))
    buckets = falling_due(rows, since=request.now, until=until, monthly=days > MONTHLY)
    coming = list(rows.filter(due_at__gte=request.now, due_at__lt=until).order_by("due_at", "duty", "subject")[:ROWS])
    late = postures_visible().filter(state=State.OVERDUE).count()
    links = Links(request.roles)
    links.collect(each.subject for each in coming)
    number = sum(sum(bucket.counts.values()) for bucket in buckets)
    context = {
        "spans": [{"days": each, "words": _span(each), "active": each == days} for each in SPANS],
        "drawn": _drawn(buckets, monthly=days > MONTHLY) if number else {},
        "number": number,
        "rows": coming,
        "late": late,
        "late_address": address_of(Link(POSTURE, {"state": State.OVERDUE.value})),
        "links": links,
    }
    return render(request, "console/law/timeline.html", context)


def _span(days: int) -> str:
    return {30: _("30 days"), 91: _("a quarter"), 365: _("a year")}[days]


def _drawn(buckets: list[Bucket], *, monthly: bool) -> dict[str, Any]:
    names = [f"{each.first:%Y-%m}" if monthly else f"{each.first:%m-%d}" for each in buckets]
    tones: tuple[tuple[Posture.State, Tone], ...] = ((State.DUE, "due"), (State.MET, "good"))
    series = [
        Series(
            WORDS[state] if state == State.DUE else _("to be done again"),
            [each.counts.get(state.value, 0) for each in buckets],
            [_link(each, state.value) for each in buckets],
            tone,
        )
        for state, tone in tones
    ]
    chart = Chart("column", names, series, rows=_("month") if monthly else _("week from"))
    return drawing(chart, question=_("What falls due, and when?"), key="law.timeline")


def _link(bucket: Bucket, state: str) -> Link:
    days = {"due_at_after": bucket.first.isoformat(), "due_at_before": bucket.last.isoformat()}
    return Link(POSTURE, {"state": state, **days})
