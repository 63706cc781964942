"""What the first page tells: domains declare numbers and charts here, the console shows them, neither knows the other.

A domain declares them in its `overview.py` (or beside its registers). Each answers one question; every number is a
link to the rows it counts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from xingdun.frame.roles import Role

Tone = Literal["plain", "good", "due", "overdue", "violated", "unknown", "void"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the person, the institution, the roles held at `now`."""

    person: Any
    institution: UUID
    roles: frozenset[Role]
    now: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """The rows a number counts: a register with its filters (as in its address), or one record of it."""

    register: str
    filters: Mapping[str, str] = field(default_factory=dict)
    record: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what it counts. value: a count, a word or a time. tone: what is due or violated is coloured."""

    label: Any
    value: int | float | str | datetime
    link: Link | None = None
    tone: Tone = "plain"
    note: Any = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number at the top of the page, with smaller ones under it.

    key: unique, `domain.name`. question: what it answers. permission: a key of `frame.permissions`.
    numbers: the selector; its first number is the large one. No numbers: the tile is left out for this viewer.
    """

    key: str
    question: Any
    permission: str
    numbers: Callable[[Viewer], Sequence[Number]]
    icon: str = "list-details"
    order: int = 50


@dataclass(frozen=True, slots=True)
class Series:
    """A row of a chart: a value for each category, and the link of each value."""

    name: Any
    values: Sequence[float]
    links: Sequence[Link | None] = ()
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Chart:
    """What a panel draws; the console sets its table beside it.

    kind: `bar` (lying bars), `column`, `stack` (lying bars, one series upon the other), `line`, `donut` (one series).
    unit: what the values count. answer: the answer in one sentence, above the chart. rows: heading of the categories.
    """

    kind: Literal["bar", "column", "stack", "line", "donut"]
    categories: Sequence[Any]
    series: Sequence[Series]
    unit: Any = ""
    answer: Any = ""
    rows: Any = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart on the first page. empty: what to do next while there is nothing to draw (chart gives None)."""

    key: str
    question: Any
    permission: str
    chart: Callable[[Viewer], Chart | None]
    empty: Any
    link: Link | None = None
    wide: bool = False
    order: int = 50


tiles: dict[str, Tile] = {}
panels: dict[str, Panel] = {}


def show(*declared: Tile | Panel) -> None:
    """Declare tiles and panels of the first page; a key is declared once."""
    for one in declared:
        shelf: dict[str, Any] = tiles if isinstance(one, Tile) else panels
        if one.key in shelf:
            raise ValueError(f"{one.key!r} is declared twice")
        shelf[one.key] = one


def in_order(declared: Iterable[Any]) -> list[Any]:
    """Declarations as they are shown."""
    return sorted(declared, key=lambda one: (one.order, one.key))
