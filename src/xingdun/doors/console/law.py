"""The law's words on pages: states, modes, forces, and how what stands in each state is drawn."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xingdun.doors.console.calls import Call
from xingdun.frame.overview import Chart, Link, Series, Tone
from xingdun.frame.permissions import permitted
from xingdun.obligations.models import Posture
from xingdun.obligations.selectors.pages import CLAUSE_STATES, INFORMS, STATES, Counts

CLAUSES = "obligations.clause"
POSTURE = "obligations.posture"
WORDS: dict[str, Any] = {**dict(Posture.State.choices), INFORMS: _("informs")}
FORCES: dict[str, Any] = dict(Posture.Force.choices)
MODES: dict[str, Any] = {
    "enforce": _("enforced where the data flows"),
    "measure": _("measured from records"),
    "schedule": _("kept on a clock"),
    "record": _("shown by what is on record"),
    "inform": _("for information"),
}
_TONES: dict[str, Tone] = {
    "violated": "violated",
    "overdue": "overdue",
    "due": "due",
    "met": "good",
    "unknown": "unknown",
    "not_applicable": "void",
    INFORMS: "void",
}

_ASKED = ("audit.entry.view", "obligations.evidencefile.create", "obligations.pack.create", "obligations.posture.view")


def may(request: Call) -> frozenset[str]:
    """Which of the rights that the law's pages draw links by the reader has."""
    return frozenset(key for key in _ASKED if permitted(key, request.roles))


def address(name: str, **filters: str) -> str:
    """The address of one of the law's pages, with those of `filters` that say something."""
    told = {key: value for key, value in filters.items() if value}
    where = reverse(f"console:{name}")
    return f"{where}?{urlencode(told)}" if told else where


def stack(
    scores: Iterable[tuple[Any, Counts, Mapping[str, str]]], *, register: str, states: tuple[str, ...], rows: Any
) -> Chart | None:
    """Lying bars of counts by state: (name, counts, filters of its rows in `register`); None without any count."""
    named = list(scores)
    if not any(counts for _name, counts, _filters in named):
        return None
    used = [state for state in states if any(counts.get(state) for _name, counts, _filters in named)]
    series = [
        Series(
            WORDS[state],
            [counts.get(state, 0) for _name, counts, _filters in named],
            [Link(register, {**filters, "state": state}) for _name, _counts, filters in named],
            _TONES[state],
        )
        for state in used
    ]
    return Chart("stack", [name for name, _counts, _filters in named], series, rows=rows)


def clause_stack(scores: Iterable[tuple[Any, Counts, Mapping[str, str]]], *, rows: Any) -> Chart | None:
    """Bars of clauses by state; each leads to the clauses it counts."""
    return stack(scores, register=CLAUSES, states=tuple(each for each in CLAUSE_STATES if each != INFORMS), rows=rows)


def answer_stack(scores: Iterable[tuple[Any, Counts, Mapping[str, str]]], *, rows: Any) -> Chart | None:
    """Bars of answers by state; each leads to the answers it counts."""
    return stack(scores, register=POSTURE, states=STATES, rows=rows)
