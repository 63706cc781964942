"""How many answers stand how, by document, force, chapter and department: counts, never one average."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Count

from xingdun.obligations.catalogue import Catalogue, load
from xingdun.obligations.models import Posture

STATES = tuple(state.value for state in Posture.State if state != Posture.State.GONE)
Counts = dict[str, int]
Scores = dict[str, dict[str, Counts]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a duty's clauses stand: documents, forces, and chapters (`document · article`)."""

    documents: tuple[str, ...]
    forces: tuple[str, ...]
    chapters: tuple[str, ...]


@cache
def places() -> dict[str, Place]:
    """The place of each duty of the catalogue."""
    return places_in(load())


def places_in(catalogue: Catalogue) -> dict[str, Place]:
    """The place of each duty of a catalogue."""
    found = {}
    for duty in catalogue.duties.values():
        clauses = [catalogue.clauses[key] for key in duty.clauses if key in catalogue.clauses]
        found[duty.key] = Place(
            tuple(sorted({each.document for each in clauses})),
            tuple(sorted({each.force for each in clauses})),
            tuple(sorted({f"{each.document} {each.article}" for each in clauses})),
        )
    return found


def scores_of(answers: Iterable[tuple[str, str]], catalogue: Catalogue) -> Scores:
    """Counts of states by document, force and chapter, of (duty, state) pairs measured by a catalogue.

    An answer whose duty stands in two documents counts in both: they are read one by one, never added up.
    """
    return _by_place(Counter(answers), places_in(catalogue))


def _by_place(counted: Counter[tuple[str, str]], where: Mapping[str, Place]) -> Scores:
    scores: Scores = {"document": {}, "force": {}, "chapter": {}}
    for (duty, state), number in counted.items():
        place = where.get(duty)
        if place is None:
            continue
        for kind, names in (("document", place.documents), ("force", place.forces), ("chapter", place.chapters)):
            for name in names:
                counts = scores[kind].setdefault(name, {})
                counts[state] = counts.get(state, 0) + number
    return {kind: dict(sorted(of.items())) for kind, of in scores.items()}


def counted(institution: UUID) -> Counter[tuple[str, str]]:
    """How many answers each duty has in each state: one query, a few rows a duty."""
    rows = Posture.objects.filter(institution=institution).order_by().values_list("duty", "state")
    return Counter({(duty, state): number for duty, state, number in rows.annotate(number=Count("*"))})


def scores(institution: UUID) -> Scores:
    """Counts of states by document, force, chapter and department (by key; empty for none), now. Two queries."""
    by_department: dict[str, Counts] = {}
    rows = Posture.objects.filter(institution=institution).order_by().values_list("department", "state")
    for department, state, number in rows.annotate(number=Count("*")):
        by_department.setdefault(str(department or ""), {})[state] = number
    return {**_by_place(counted(institution), places()), "department": by_department}


def counts(institution: UUID) -> Counts:
    """How many answers stand in each state; those without any are named with 0."""
    found = Counter[str]()
    for (_, state), number in counted(institution).items():
        found[state] += number
    return {state: found[state] for state in STATES}
