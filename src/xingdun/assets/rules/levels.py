"""The level of protection that follows from harm, by the two matrices of GB/T 22240-2020."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LOWEST = 1

Harm = Mapping[str, str]
"""How badly each object is harmed: `citizens`, `society`, `nation` → `general`, `serious`, `particular`, or ``."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What the matrices and the rules give.

    information, service: levels of both sides (S, A). least: the network's, never below a floor. floor: the clause that
    raised it above the matrices; empty when none did. cells: which table and cell decided each side.
    """

    information: int
    service: int
    least: int
    floor: str
    cells: tuple[str, str]


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / "levels.toml").read_text(encoding="utf-8"))


def _side(name: str, harm: Harm) -> tuple[int, str]:
    table = _rules()[name]
    found = [(table[thing][degree], f"{table['table']}:{thing}:{degree}") for thing, degree in harm.items() if degree]
    return max(found, default=(LOWEST, f"{table['table']}:-"))


def derive(*, information: Harm, service: Harm, marks: frozenset[str] = frozenset()) -> Derived:
    """The least level for harm to information (S) and to service (A), and for what the network does.

    marks: facts that have a floor (`carries_internet_care`). Raises KeyError for an object or degree that the standard
    does not know. Source: GB/T 22240-2020, tables 2 and 3; MEASURES-6.1d; INTERNET-7.1b1.
    """
    (levels, information_cell), (level_of_service, service_cell) = (
        _side("information", information),
        _side("service", service),
    )
    matrix = max(levels, level_of_service)
    floors = [(each["level"], each["clause"]) for each in _rules()["floor"] if each["when"] in marks]
    floor, clause = max(floors, default=(LOWEST, ""))
    return Derived(
        information=levels,
        service=level_of_service,
        least=max(matrix, floor),
        floor=clause if floor > matrix else "",
        cells=(information_cell, service_cell),
    )


def from_level(what: str) -> int:
    """From which level `what` is asked: `filing`, `evaluation`, `head_approves`."""
    return int(_rules()["from"][what]["level"])


def floor_of(marks: frozenset[str]) -> int:
    """The least level for what a network does, whatever its matrices say."""
    return max((each["level"] for each in _rules()["floor"] if each["when"] in marks), default=LOWEST)


def evaluation_clock(level: int | None, persons: int | None, readings: Mapping[str, str]) -> str:
    """The clock of an agency's evaluation, by level and persons whose data are held; empty when none is asked.

    Who has not counted is taken as holding few; a count shortens the period at once. readings: those in force, of
    which A10 says whether the number itself is included.
    """
    for each in _rules()["evaluation"]:
        more = each.get("more_by", "") == readings.get("A10")
        if level in each["levels"] and (persons or 0) >= each.get("from_persons", 0) + more:
            return str(each["clock"])
    return ""


def matrix(side: str) -> dict[str, dict[str, int]]:
    """The table of one side (`information`, `service`): whose interest → how badly → level."""
    return {thing: degrees for thing, degrees in _rules()[side].items() if isinstance(degrees, dict)}
