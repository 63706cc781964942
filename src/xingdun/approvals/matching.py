"""Whether distinct persons can be found for every step that is still open: a bipartite matching, pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[P]):
    """What a step still asks: `count` distinct persons of `people`."""

    count: int
    people: frozenset[P]


@dataclass(frozen=True, slots=True)
class Shortage(Generic[P]):
    """Steps (by place) that together need more persons than can decide them (Hall's condition fails)."""

    steps: tuple[int, ...]
    needed: int
    people: frozenset[P]


def shortage(steps: Sequence[Wanted[P]]) -> Shortage[P] | None:
    """Why nobody can walk these steps when each person counts once; None when they can be walked.

    Kuhn's augmenting paths over the steps' seats; the paths that fail show which steps share too few people.
    """
    seated: dict[P, int] = {}
    for place, step in enumerate(steps):
        for _ in range(step.count):
            tried: set[P] = set()
            if not _seat(place, steps, seated, tried):
                short = sorted({place, *(seated[person] for person in tried)})
                return Shortage(tuple(short), sum(steps[each].count for each in short), frozenset(tried))
    return None


def _seat(place: int, steps: Sequence[Wanted[P]], seated: dict[P, int], tried: set[P]) -> bool:
    """Find one more person for the step at `place`, moving others where they can be replaced."""
    for person in steps[place].people - tried:
        if person in tried:
            continue
        tried.add(person)
        if person not in seated or _seat(seated[person], steps, seated, tried):
            seated[person] = place
            return True
    return False
