"""The morning list: what is violated, late, due and without evidence; a head of department sees the department's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.charts import address_of
from xingdun.doors.console.law import POSTURE
from xingdun.doors.console.pages import page
from xingdun.doors.console.references import Links
from xingdun.frame.overview import Link
from xingdun.kernel.clocks import local
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import WITHOUT_EVIDENCE, Posture
from xingdun.obligations.selectors.pages import Folded, ahead, folded, oversees, own_postures, read
from xingdun.organisation.models import Department
from xingdun.organisation.selectors import departments

AHEAD = 30
DUTIES, ALL, SUBJECTS = 6, 500, 3
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
    groups = [_group(each, opened=opened, department=chosen) for each in _lists(request, rows)]
    read(line["each"] for group in groups for line in group["lines"])
    links = Links(request.roles)
    links.collect(row.subject for group in groups for line in group["lines"] for row in line["each"].rows)
    context = {
        "groups": groups,
        "links": links,
        "departments": choices,
        "department": chosen,
        "whole": oversees(),
        "counted": [group for group in groups if group["count"]],
        "waiting": len(_waiting()) if oversees() else 0,
    }
    return render(request, "console/law/agenda.html", context)


def _departments(own: QuerySet[Posture]) -> list[Department]:
    """The departments there are answers about, among those seen."""
    return list(departments().filter(pk__in=own.order_by().values("department")).order_by("code"))


def _waiting() -> list[str]:
    """The duties whose register is still to come: nobody can act on them, so they are told once, as a number."""
    return [each.key for each in load().duties.values() if each.waits_for]


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the page: what it holds, by which moment it is ordered, and the register's filters of the same rows."""

    key: str
    title: str
    empty: str
    rows: QuerySet[Posture]
    order: str
    filters: dict[str, str]


def _lists(request: Call, rows: QuerySet[Posture]) -> Iterator[_List]:
    soon = ahead(request.now, AHEAD)
    until = {"due_at_before": (local(soon).date() - timedelta(days=1)).isoformat()}
    again = {"due_at_after": local(request.now).date().isoformat(), **until}
    violated, overdue = rows.filter(state=State.VIOLATED), rows.filter(state=State.OVERDUE)
    yield _List("violated", _("Violated"), _("Nothing is violated."), violated, "since", {})
    yield _List("overdue", _("Late"), _("Nothing is late."), overdue, "due_at", {})
    due = rows.filter(state=State.DUE, due_at__lt=soon)
    yield _List("due", _("Due within 30 days"), _("Nothing falls due within 30 days."), due, "due_at", until)
    met = rows.filter(state=State.MET, due_at__gte=request.now, due_at__lt=soon)
    title, empty = _("To be done again within 30 days"), _("Nothing has to be done again within 30 days.")
    yield _List("again", title, empty, met, "due_at", again)
    bare = rows.filter(WITHOUT_EVIDENCE).exclude(duty__in=_waiting())
    yield _List("missing", _("Missing evidence"), _("Every answer has what shows it."), bare, "since", {})


def _group(one: _List, *, opened: str, department: Department | None) -> dict[str, Any]:
    """The list by duty, the first of them unless `?show=` opens it."""
    duties = ALL if opened == one.key else DUTIES
    shown, in_all, count = folded(one.rows, order=one.order, duties=duties, most=SUBJECTS)
    own = {"department": str(department.pk)} if department else {}
    return {
        "key": one.key,
        "title": one.title,
        "empty": one.empty,
        "lines": [
            {"each": each, "address": _address(each, {**one.filters, **own}), "more": each.number - len(each.keys)}
            for each in shown
        ],
        "count": count,
        "more": in_all - len(shown),
    }


def _address(each: Folded, filters: dict[str, str]) -> str:
    return address_of(Link(POSTURE, {"duty": each.duty, "state": each.state, **filters}))
