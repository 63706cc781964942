"""The posture by clause: the heat map of all of them, and the page of one."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from xingdun.obligations.applicability import Applies
from xingdun.obligations.catalogue import Clause, Duty, load
from xingdun.obligations.knowledge import Known
from xingdun.obligations.measuring import measuring, severity
from xingdun.obligations.models import Posture, PostureChange
from xingdun.obligations.selectors.history import history_of
from xingdun.obligations.selectors.posture import postures
from xingdun.obligations.selectors.scoring import counted
from xingdun.obligations.wording import EXPRESSION, texts
from xingdun.organisation.models import Institution

MOST_ANSWERS = 200
MOST_HISTORY = 100
_NOTHING = Posture.State.UNKNOWN.value
INFORMS = "informs"


@dataclass(frozen=True, slots=True)
class ClauseState:
    """One cell of the heat map: the worst state among the answers of the duties behind a clause.

    state: a state of posture, or `informs` for a clause that asks nothing. answers: how many stand in each state.
    """

    clause: str
    document: str
    article: str
    state: str
    answers: dict[str, int]
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClausePage:
    """One clause: its text, whether it applies and why, what answers it, how that stands, and how it came to.

    applies: {duty: whether and why}. answers: the worst first, at most MOST_ANSWERS of `answers_in_all`.
    """

    clause: Clause
    state: str
    answered_by: tuple[Duty, ...]
    applies: dict[str, Applies]
    known: dict[str, Known]
    answers: tuple[Posture, ...]
    answers_in_all: int
    history: tuple[PostureChange, ...]


def heat_map(institution: UUID) -> list[ClauseState]:
    """A cell for each clause, in the catalogue's order. One query."""
    catalogue = load()
    by_duty: dict[str, dict[str, int]] = {}
    for (duty, state), number in counted(institution).items():
        by_duty.setdefault(duty, {})[state] = number
    cells = []
    for clause in catalogue.clauses.values():
        duties = catalogue.answers.get(clause.id, ())
        answers: dict[str, int] = {}
        for duty in duties:
            for state, number in by_duty.get(duty, {}).items():
                answers[state] = answers.get(state, 0) + number
        state = min(answers, key=severity, default=_NOTHING) if duties else INFORMS
        cells.append(ClauseState(clause.id, clause.document, clause.article, state, answers, duties))
    return cells


def clause(institution: UUID, key: str, *, now: datetime) -> ClausePage:
    """Everything about one clause. Raises KeyError when the catalogue has none of that id."""
    catalogue = load()
    found = catalogue.clauses[key]
    duties = catalogue.answering(key)
    keys = tuple(each.key for each in duties)
    measured = measuring(Institution.objects.get(pk=institution), catalogue.duties, dict.fromkeys(keys), now)
    applies = {}
    for duty in duties:
        try:
            applies[duty.key] = measured.applicability.of_duty(duty)
        except ValueError as problem:
            applies[duty.key] = Applies(None, partial(texts, EXPRESSION.filled(problem=problem)))
    answers = postures().filter(institution=institution, duty__in=keys)
    counts = list(answers.order_by().values_list("state", flat=True).distinct())
    return ClausePage(
        clause=found,
        state=(min(counts, key=severity, default=_NOTHING) if duties else INFORMS),
        answered_by=duties,
        applies=applies,
        known=dict(measured.applicability.known),
        answers=tuple(sorted(answers[: MOST_ANSWERS * 5], key=lambda each: severity(each.state))[:MOST_ANSWERS]),
        answers_in_all=answers.count(),
        history=tuple(history_of(institution, keys)[:MOST_HISTORY]),
    )
