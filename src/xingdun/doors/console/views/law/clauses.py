"""The heat map of all clauses, and the page of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.law import FORCES, MODES, WORDS, address
from xingdun.doors.console.pages import page
from xingdun.doors.console.templatetags.law import said
from xingdun.doors.console.views.law import days
from xingdun.doors.console.views.law.answering import answered
from xingdun.frame.errors import NotFound
from xingdun.obligations.catalogue import load
from xingdun.obligations.selectors.answering import readings
from xingdun.obligations.selectors.pages import CLAUSE_STATES, Cell, cells, chapter, grouped

FILTERS = ("document", "force", "chapter", "state")
_QUESTION = _("How do we stand with every clause?")


@page("obligations.clause.view")
@require_safe
def heat_map(request: Call) -> HttpResponse:
    """A cell for each clause, by document and article; filters narrow the table under it. One query for the cells."""
    day = days.asked(request)
    counted = days.counted(request, day)
    found = cells(counted, day.edition.catalogue)
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    kept = [cell for cell in found if _fits(cell, chosen)]
    filtered = len(kept) < len(found)
    context = {
        "question": _QUESTION,
        "day": day,
        "measured": bool(counted),
        "documents": [
            {"document": document, "chapters": chapters, "number": sum(len(each) for _chapter, each in chapters)}
            for document, chapters in grouped(found, day.edition.catalogue)
        ],
        "legend": _legend(found, day.written),
        "table": kept,
        "shown": frozenset(cell.clause.id for cell in kept) if filtered else None,
        "active": [(name, _filter_words(name, value, day)) for name, value in chosen.items() if value],
        "clear": address("obligations.clause.list", on=day.written),
    }
    return render(request, "console/law/clauses.html", context)


def _fits(cell: Cell, chosen: dict[str, str]) -> bool:
    clause = cell.clause
    of_cell = {
        "document": clause.document,
        "force": clause.force,
        "chapter": f"{clause.document} {chapter(clause)}",
        "state": cell.state,
    }
    return all(not value or of_cell[name] == value for name, value in chosen.items())


def _legend(found: list[Cell], on: str) -> list[dict[str, Any]]:
    """How many clauses stand in each state; each number leads to them."""
    counts: dict[str, int] = {}
    for cell in found:
        counts[cell.state] = counts.get(cell.state, 0) + 1
    return [
        {
            "state": state,
            "words": WORDS[state],
            "number": counts.get(state, 0),
            "address": address("obligations.clause.list", state=state, on=on) + "#table",
        }
        for state in CLAUSE_STATES
    ]


def _filter_words(name: str, value: str, day: days.Day) -> Any:
    document = day.edition.catalogue.documents.get(value)
    words = {"document": said(document.title) if document else value, "force": FORCES.get(value, value)}
    return words.get(name, WORDS.get(value, value))


@page("obligations.clause.view")
@require_safe
def clause(request: Call, pk: str) -> HttpResponse:
    """One clause: what it asks, whether it applies and why, what answers it, how that stands. Raises NotFound."""
    catalogue = load()
    found = catalogue.clauses.get(pk)
    if found is None:
        raise NotFound
    institution = request.person.institution_id
    context = {
        "clause": found,
        "document": catalogue.documents[found.document],
        "force": FORCES[found.force],
        "mode": MODES[found.kind],
        "readings": readings(institution, now=request.now, clauses=(pk,)),
        "around": _around(pk),
        **answered(request, catalogue.answering(pk)),
    }
    return render(request, "console/law/clause.html", context)


def _around(key: str) -> dict[str, str]:
    """The clauses before and after, as the texts go; the addresses of their pages."""
    keys = list(load().clauses)
    place = keys.index(key)
    around = {"before": keys[place - 1] if place else "", "after": keys[place + 1] if place + 1 < len(keys) else ""}
    return {
        name: reverse("console:obligations.clause.detail", kwargs={"pk": each}) for name, each in around.items() if each
    }
