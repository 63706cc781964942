"""The applicability profile: every fact about the institution, what is known of it, and what hangs on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xingdun.frame.checks import Facts
from xingdun.obligations.catalogue import Fact, load
from xingdun.obligations.expressions import expression
from xingdun.obligations.knowledge import Known, known_of
from xingdun.organisation.models import Institution


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact: what is known (None when it is open, so that what asks it counts as applying), and who asks it."""

    fact: Fact
    known: Known | None
    duties: tuple[str, ...]


def profile(institution: UUID, *, now: datetime) -> list[FactLine]:
    """Every fact about the institution that a duty asks, the open ones first."""
    catalogue = load()
    known = known_of(Institution.objects.get(pk=institution), Facts(institution, now))
    asked: dict[str, list[str]] = {}
    for duty in catalogue.duties.values():
        for key in expression(duty.applies).facts:
            asked.setdefault(key, []).append(duty.key)
    lines = [
        FactLine(fact, known.get(key), tuple(asked[key]))
        for key, fact in catalogue.vocabulary.facts.items()
        if key in asked and fact.about == "institution"
    ]
    return sorted(lines, key=lambda each: each.known is not None)
