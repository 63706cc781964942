"""The two matrices of GB/T 22240 as they are filled in: a row for whose interest is harmed, a column for how badly."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models import Degree
from xingdun.assets.rules.levels import matrix

NO_HARM = _("no harm")
SIDES: dict[str, Any] = {
    "information": _("What harm if business information is disclosed, altered or lost? (S)"),
    "service": _("What harm if the service fails or is abused? (A)"),
}
_OBJECTS: dict[str, Any] = {
    "citizens": _("rights of citizens and organisations"),
    "society": _("social order and public interest"),
    "nation": _("national security"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How badly (empty: not at all), in words, the level it gives (0: none), and whether it is chosen."""

    value: str
    words: Any
    level: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The field of one object, what harms it may suffer, and what is wrong with what was sent."""

    name: str
    words: Any
    cells: tuple[Cell, ...]
    errors: Any


@dataclass(frozen=True, slots=True)
class Matrix:
    """One side of the grading."""

    side: str
    question: Any
    degrees: tuple[Any, ...]
    rows: tuple[Row, ...]


def matrices(form: forms.Form) -> Iterator[Matrix]:
    """Both sides of a form whose fields are `<side>_<object>`, with what was typed. Source: GB/T 22240-2020, 6."""
    degrees = (NO_HARM, *(words for _value, words in Degree.choices))
    for side, question in SIDES.items():
        levels = matrix(side)
        rows = tuple(_row(form[f"{side}_{thing}"], words, levels[thing]) for thing, words in _OBJECTS.items())
        yield Matrix(side, question, degrees, rows)


def _row(bound: forms.BoundField, words: Any, levels: dict[str, int]) -> Row:
    chosen = str(bound.value() or "")
    cells = tuple(
        Cell(value, told, levels.get(value, 0), value == chosen) for value, told in (("", NO_HARM), *Degree.choices)
    )
    return Row(bound.html_name, words, cells, bound.errors)
