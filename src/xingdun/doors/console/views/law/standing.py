"""The page of the head of the institution: what is red, what is overdue, how each document stands, what comes."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.charts import address_of, drawing
from xingdun.doors.console.law import POSTURE, address, clause_stack
from xingdun.doors.console.pages import page
from xingdun.doors.console.references import Links
from xingdun.doors.console.templatetags.law import said
from xingdun.frame.overview import Link
from xingdun.frame.registers import registers
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import Posture, PostureProgress
from xingdun.obligations.selectors import due_next
from xingdun.obligations.selectors.pages import RedDuty, ahead, cells, clause_scores, counted_now, red_duties

AHEAD = 30
ROWS = 12
INCIDENTS = "incidents.incident"
State = Posture.State


@page("obligations.standing.view")
@require_safe
def standing(request: Call) -> HttpResponse:
    """One page; every number leads to what it counts."""
    institution = request.person.institution_id
    progress = PostureProgress.objects.filter(institution=institution).first()
    counted = counted_now(institution)
    red = red_duties(institution)
    coming = due_next(institution, now=request.now, until=ahead(request.now, AHEAD))
    soon = coming.count()
    rows = list(coming[:ROWS])
    links = Links(request.roles)
    links.collect(each.subject for each in rows)
    context = {
        "measured_at": progress.measured_at if progress else None,
        "tiles": _tiles(red, counted, soon),
        "red": [
            _table(request, State.VIOLATED, _("What is violated?"), _("Nothing is violated."), red),
            _table(request, State.OVERDUE, _("What is overdue?"), _("Nothing is overdue."), red),
        ],
        "scores": _scores(counted),
        "soon": soon,
        "rows": rows,
        "links": links,
        "incidents": registers.get(INCIDENTS),
    }
    return render(request, "console/law/standing.html", context)


def _table(request: Call, state: Posture.State, title: str, empty: str, red: list[RedDuty]) -> dict[str, Any]:
    """The duties in a state; the first of them unless `?show=` opens all."""
    there = [each for each in red if each.state == state]
    shown = there if request.GET.get("show") == state else there[:ROWS]
    rows = [
        {"each": each, "address": address_of(Link(POSTURE, {"duty": each.duty, "state": each.state}))} for each in shown
    ]
    return {"state": state.value, "title": title, "rows": rows, "more": len(there) - len(shown), "empty": empty}


def _tiles(red: list[RedDuty], counted: Any, soon: int) -> list[dict[str, Any]]:
    """Duties, not answers: one duty violated for forty systems is one thing to tell the head of."""
    duties: dict[str, int] = {state: len({each.duty for each in red if each.state == state}) for state in Posture.RED}
    unknown = len({duty for (duty, state), number in counted.items() if state == State.UNKNOWN and number})
    return [
        _tile(_("duties violated"), duties[State.VIOLATED], "?show=violated#violated", "violated"),
        _tile(_("duties overdue"), duties[State.OVERDUE], "?show=overdue#overdue", "overdue"),
        _tile(_("due within 30 days"), soon, address("obligations.timeline.list", days="30"), "due"),
        _tile(_("duties not known"), unknown, address("obligations.duty.list", state="unknown"), "unknown"),
    ]


def _tile(label: str, value: int, where: str, tone: str) -> dict[str, Any]:
    return {"label": label, "value": value, "address": where, "tone": tone if value else "plain"}


def _scores(counted: Any) -> dict[str, Any]:
    """How many clauses of each document stand in each state; nothing before the first measurement."""
    if not counted:
        return {}
    documents = load().documents
    scores = clause_scores(cells(counted))["document"]
    named = [(said(documents[key].title), counts, {"document": key}) for key, counts in scores.items()]
    question = _("How does each document stand?")
    chart = clause_stack(named, rows=_("document"))
    return drawing(chart, question=question, key="law.documents") if chart else {}
