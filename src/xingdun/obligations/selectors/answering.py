"""What the pages of a clause and of a duty tell: whether it applies, how each subject stands, what shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from xingdun.kernel.clocks import Bilingual
from xingdun.obligations.applicability import Applies
from xingdun.obligations.catalogue import Contradiction, Duty, load
from xingdun.obligations.in_force import readings_in_force
from xingdun.obligations.measuring import measuring
from xingdun.obligations.models import Exemption, Posture, PostureChange
from xingdun.obligations.selectors.history import history_of
from xingdun.obligations.selectors.pages import STATES, Counts, counted_now, oversees
from xingdun.obligations.selectors.posture import postures_visible
from xingdun.obligations.wording import EXPRESSION, texts
from xingdun.organisation.models import Institution

MOST_EVIDENCE = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """A contradiction, and how it is read now: by the catalogue's reading, or by the alternative in force."""

    contradiction: Contradiction
    alternative: str
    text: Bilingual


def worst_first(rows: QuerySet[Posture]) -> QuerySet[Posture]:
    """Answers by how pressing they are, then by when they are due."""
    places = [When(state=state, then=Value(place)) for place, state in enumerate(STATES)]
    order = Case(*places, default=Value(len(STATES)), output_field=IntegerField())
    return rows.order_by(order, "due_at", "duty", "subject")


def answers_to(duties: Iterable[str]) -> QuerySet[Posture]:
    """The answers to some duties that this call may see, the worst first."""
    return worst_first(postures_visible().filter(duty__in=list(duties)))


def answer_counts(institution: UUID, duties: Iterable[str]) -> Counts:
    """How many of the answers to some duties stand in each state."""
    keys, found = frozenset(duties), dict[str, int]()
    for (duty, state), number in counted_now(institution).items():
        if duty in keys:
            found[state] = found.get(state, 0) + number
    return {state: found[state] for state in STATES if state in found}


def changes_to(institution: UUID, duties: Iterable[str]) -> QuerySet[PostureChange]:
    """How answers to some duties changed, newest first; of the subjects this call may see."""
    keys = tuple(duties)
    steps = history_of(institution, keys)
    if oversees():
        return steps
    return steps.filter(subject__in=postures_visible().filter(duty__in=keys).order_by().values("subject"))


def evidence_shown(answers: Iterable[Posture]) -> list[str]:
    """The references of the records that show that duties are met, each once, at most MOST_EVIDENCE."""
    met = (reference for each in answers if each.state == Posture.State.MET for reference in each.evidence)
    return list(dict.fromkeys(met))[:MOST_EVIDENCE]


def applies_to(institution: UUID, duties: Sequence[Duty], *, now: datetime) -> dict[str, Applies]:
    """Whether each duty applies to the institution, and why."""
    keys = dict.fromkeys(each.key for each in duties)
    measured = measuring(Institution.objects.get(pk=institution), load().duties, keys, now)
    found = {}
    for duty in duties:
        try:
            found[duty.key] = measured.applicability.of_duty(duty)
        except ValueError as problem:
            found[duty.key] = Applies(None, partial(texts, EXPRESSION.filled(problem=problem)))
    return found


def readings(institution: UUID, *, now: datetime, clauses: Iterable[str] | None = None) -> list[Reading]:
    """The contradictions, or those that touch some clauses, each with the reading that holds at `now`."""
    touched = None if clauses is None else frozenset(clauses)
    chosen = readings_in_force(institution, now=now)
    found = []
    for each in load().contradictions.values():
        if touched is None or not touched.isdisjoint(each.clauses):
            alternative = chosen.get(each.key, "")
            other = {one.key: one.text for one in each.alternatives}
            found.append(Reading(each, alternative, other.get(alternative, each.reading)))
    return found


def exemptions_of(duties: Iterable[str]) -> QuerySet[Exemption]:
    """The exemptions asked for or in force for some duties."""
    return Exemption.objects.select_related("applicant").filter(
        duty__in=list(duties), state__in=(Exemption.State.WAITING, Exemption.State.APPROVED)
    )
