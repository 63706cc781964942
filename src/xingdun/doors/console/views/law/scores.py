"""Scores: how many clauses and answers stand in each state, part by part, never averaged into one number."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.charts import drawing
from xingdun.doors.console.law import FORCES, WORDS, address, answer_stack, clause_stack
from xingdun.doors.console.pages import page
from xingdun.doors.console.templatetags.law import said
from xingdun.doors.console.views.law import days
from xingdun.frame.overview import Chart
from xingdun.obligations.catalogue import Document
from xingdun.obligations.selectors.pages import CLAUSE_STATES, Counts, cells, clause_scores, department_scores

MOST_DEPARTMENTS = 20


@page("obligations.score.view")
@require_safe
def scores(request: Call) -> HttpResponse:
    """By document, force and chapter (of clauses), and by department (of answers; today alone)."""
    day = days.asked(request)
    counted = days.counted(request, day)
    found = clause_scores(cells(counted, day.edition.catalogue))
    on = {"on": day.written} if day.on else {}
    documents = day.edition.catalogue.documents
    panels = [
        _panel("document", _("How does each document stand?"), _by_document(found["document"], documents, on)),
        _panel(
            "force",
            _("How does it stand by what binds: law, normative document, standard?"),
            _by_force(found["force"], on),
        ),
    ]
    if not day.on:
        panels.append(_panel("department", _("How does each department stand?"), _by_department()))
    context = {
        "day": day,
        "measured": bool(counted),
        "panels": [panel for panel in panels if panel],
        **_chapters(found["chapter"], documents, on),
    }
    return render(request, "console/law/scores.html", context)


def _panel(key: str, question: str, chart: Chart | None) -> dict[str, Any]:
    if chart is None:
        return {}
    return {"question": question, **drawing(chart, question=question, key=f"law.{key}")}


def _by_document(counts: dict[str, Counts], documents: Mapping[str, Document], on: dict[str, str]) -> Chart | None:
    named = [(said(documents[key].title), each, {"document": key, **on}) for key, each in counts.items()]
    return clause_stack(named, rows=_("document"))


def _by_force(counts: dict[str, Counts], on: dict[str, str]) -> Chart | None:
    named = [(words, counts[key], {"force": key, **on}) for key, words in FORCES.items() if key in counts]
    return clause_stack(named, rows=_("force"))


def _chapters(counts: dict[str, Counts], documents: Mapping[str, Document], on: dict[str, str]) -> dict[str, Any]:
    """The chapters as a table alone: there are too many for bars. A number leads to the clauses it counts."""
    rows = []
    for key, each in counts.items():
        document, _space, chapter = key.partition(" ")
        cells = [
            (
                each.get(state, 0),
                address("obligations.clause.list", chapter=key, state=state, **on) + "#table",
            )
            for state in CLAUSE_STATES
        ]
        rows.append({"document": documents[document], "chapter": chapter, "cells": cells})
    return {"chapters": rows, "heads": [WORDS[state] for state in CLAUSE_STATES]}


def _by_department() -> Chart | None:
    """The departments there are answers about; what belongs to none stands last."""
    named = [
        (name or _("no department"), counts, {"department": str(key)} if key else {})
        for key, name, counts in department_scores()
    ]
    return answer_stack(named[:MOST_DEPARTMENTS], rows=_("department"))
