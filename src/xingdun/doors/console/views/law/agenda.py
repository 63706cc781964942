"""The morning list: what is violated, late, due and without evidence; a head of department sees the department's."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.paging import bounded_count
from xingdun.doors.console.references import Links
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import Posture
from xingdun.obligations.selectors.pages import ahead, oversees, own_postures
from xingdun.organisation.models import Department
from xingdun.organisation.selectors import departments

AHEAD = 30
ROWS, OPENED_ROWS = 20, 500
State = Posture.State


@page("obligations.agenda.view")
@require_safe
def agenda(request: Call) -> HttpResponse:
    """Lists of what to act on, the most pressing first; each row leads to the record it is about."""
    own = own_postures()
    choices = _departments(own)
    chosen = next((each for each in choices if str(each.pk) == request.GET.get("department", "")), None)
    if chosen is None and not oversees() and choices:
        chosen = choices[0]
    rows = own.filter(department=chosen) if chosen else own
    opened = request.GET.get("show", "")
    groups = [_group(*each, opened=opened) for each in _lists(request, rows)]
    links = Links(request.roles)
    links.collect(each.subject for group in groups for each in group["rows"])
    context = {
        "groups": groups,
        "links": links,
        "departments": choices,
        "department": chosen,
        "whole": oversees(),
        "counted": sum(group["count"] for group in groups),
        "waiting": len(_waiting()) if oversees() else 0,
    }
    return render(request, "console/law/agenda.html", context)


def _departments(own: QuerySet[Posture]) -> list[Department]:
    """The departments there are answers about, among those seen."""
    return list(departments().filter(pk__in=own.order_by().values("department")).order_by("code"))


def _waiting() -> list[str]:
    """The duties whose register is still to come: nobody can act on them, so they are told once, as a number."""
    return [each.key for each in load().duties.values() if each.waits_for]


def _lists(request: Call, rows: QuerySet[Posture]) -> Iterator[tuple[str, str, str, QuerySet[Posture]]]:
    """Key, title, what an empty list says, and the rows of each list."""
    soon = ahead(request.now, AHEAD)
    bare = Q(state=State.UNKNOWN) | Q(state=State.MET, evidence=[])
    yield "violated", _("Violated"), _("Nothing is violated."), _of(rows, "since", state=State.VIOLATED)
    yield "overdue", _("Late"), _("Nothing is late."), _of(rows, "due_at", state=State.OVERDUE)
    due = _of(rows, "due_at", state=State.DUE, due_at__lt=soon)
    yield "due", _("Due within 30 days"), _("Nothing falls due within 30 days."), due
    again = _of(rows, "due_at", state=State.MET, due_at__gte=request.now, due_at__lt=soon)
    yield "again", _("To be done again within 30 days"), _("Nothing has to be done again within 30 days."), again
    missing = rows.filter(bare).exclude(duty__in=_waiting()).order_by("-state", "duty", "subject")
    yield "missing", _("Missing evidence"), _("Every answer has what shows it."), missing


def _of(rows: QuerySet[Posture], order: str, **conditions: Any) -> QuerySet[Posture]:
    return rows.filter(**conditions).order_by(order, "duty", "subject")


def _group(key: str, title: str, empty: str, rows: QuerySet[Posture], *, opened: str) -> dict[str, Any]:
    most = OPENED_ROWS if opened == key else ROWS
    shown = list(rows[: most + 1])
    more = len(shown) > most
    return {
        "key": key,
        "title": title,
        "empty": empty,
        "rows": shown[:most],
        "count": bounded_count(rows) if more else len(shown),
        "more": more,
        "opened": opened == key,
    }
