"""What the pages of the law count: answers by duty and state, clauses from there, now and on any past day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Min, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from xingdun.frame.context import current
from xingdun.kernel.clocks import day_start, local
from xingdun.obligations.catalogue import Catalogue, Clause, Document, load
from xingdun.obligations.measuring import severity
from xingdun.obligations.models import Posture, PostureChange
from xingdun.obligations.selectors.posture import OVERSEERS, postures_visible
from xingdun.organisation.selectors import departments

State = Posture.State
INFORMS = "informs"
STATES = tuple(state.value for state in (*Posture.RED[::-1], State.UNKNOWN, State.DUE, State.MET, State.NOT_APPLICABLE))
"""The states of an answer, the worst first."""
CLAUSE_STATES = (*STATES, INFORMS)

Counted = Counter[tuple[str, str]]
"""How many answers each duty has in each state: {(duty, state): number}."""
Counts = dict[str, int]

_MOST_KEPT = 32
_MOST_RECOUNTED = 100
"""Duties counted again one by one; when more have changed, all are."""

# A step takes one answer out of the state before and puts it into the next, so the steps up to a moment add up to how
# all answers stood then; which step of a subject was its last need not be known.
_ON_A_DAY = """
WITH step AS MATERIALIZED (
    SELECT duty, was, state, count(*) AS number FROM obligations_posturechange
    WHERE institution_id = %s AND at < %s GROUP BY duty, was, state
)
SELECT duty, state, sum(number)::bigint FROM (
    SELECT duty, state, number FROM step UNION ALL SELECT duty, was, -number FROM step
) AS moved WHERE state NOT IN ('', 'gone') GROUP BY duty, state HAVING sum(number) <> 0
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A clause as it stands: the worst state among the answers of its duties, and how many stand in each.

    state: one of CLAUSE_STATES. Without any answer it is unknown; `informs` when it asks for nothing.
    """

    clause: Clause
    state: str
    answers: Counts


@dataclass(frozen=True, slots=True)
class RedDuty:
    """A duty that is violated or overdue: for how many subjects, since when the first, due when the earliest."""

    duty: str
    state: str
    number: int
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Folded:
    """The answers of one duty in one state: how many, the keys of the first of them, and these once they are read."""

    duty: str
    state: str
    number: int
    keys: list[UUID] = field(default_factory=list)
    rows: list[Posture] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What falls due in a week or a month: numbers by state, and the days it spans, both counted."""

    first: date
    last: date
    counts: Counts


def oversees() -> bool:
    """Whether this call sees the whole institution, and not the departments its person heads alone."""
    call = current()
    return call.person is None or bool(call.roles & OVERSEERS)


def own_postures() -> QuerySet[Posture]:
    """The answers this call's person must see to: all of them, or those of the departments the person heads."""
    rows = postures_visible()
    return rows if oversees() else rows.filter(department__isnull=False)


@dataclass(slots=True)
class _Kept:
    """What was counted of an institution after its change `last`: true until another change is written."""

    last: UUID
    counted: Counted | None = None
    red: list[RedDuty] | None = None


_kept: dict[UUID, _Kept] = {}


def _kept_of(institution: UUID) -> _Kept | None:
    """What is kept of the whole institution's posture as it stands; None when nothing was ever measured.

    One query, or three when something has changed.
    """
    last = PostureChange.objects.filter(institution=institution).order_by("-id").values_list("id", flat=True).first()
    if last is None:
        return None
    kept = _kept.get(institution)
    if kept is None or kept.last != last:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[institution] = _Kept(last, _recounted(institution, kept) if kept else None)
    return kept


def _recounted(institution: UUID, kept: _Kept) -> Counted | None:
    """What was counted before, with the duties that changed since counted again; None when all are to be counted."""
    if kept.counted is None:
        return None
    since = PostureChange.objects.filter(institution=institution, id__gt=kept.last).order_by()
    changed = set(since.values_list("duty", flat=True).distinct()[: _MOST_RECOUNTED + 1])
    if len(changed) > _MOST_RECOUNTED:
        return None
    counted = Counter({key: number for key, number in kept.counted.items() if key[0] not in changed})
    counted.update(_counted(Posture.objects.filter(institution=institution, duty__in=changed)))
    return counted


def counted_now(institution: UUID) -> Counted:
    """The answers this call may see, by duty and state. One query, or three when something has changed."""
    if not oversees():
        return _counted(postures_visible())
    kept = _kept_of(institution)
    if kept is None:
        return Counter()
    if kept.counted is None:
        kept.counted = _counted(Posture.objects.filter(institution=institution))
    return kept.counted


def _counted(rows: QuerySet[Posture]) -> Counted:
    told = rows.order_by().values_list("duty", "state").annotate(number=Count("*"))
    return Counter({(duty, state): number for duty, state, number in told})


def counted_on(institution: UUID, day: date) -> Counted:
    """The answers of the whole institution as they stood at the end of `day` (Asia/Shanghai). One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_A_DAY, [institution, day_start(day + timedelta(days=1))])
        return Counter({(duty, state): number for duty, state, number in cursor.fetchall()})


def cells(counted: Mapping[tuple[str, str], int], catalogue: Catalogue | None = None) -> list[Cell]:
    """Every clause, in the order of the catalogue they were counted by (today's)."""
    catalogue = catalogue or load()
    by_duty: dict[str, Counts] = {}
    for (duty, state), number in counted.items():
        by_duty.setdefault(duty, {})[state] = number
    found = []
    for clause in catalogue.clauses.values():
        duties = catalogue.answers.get(clause.id, ())
        answers: Counts = {}
        for duty in duties:
            for state, number in by_duty.get(duty, {}).items():
                answers[state] = answers.get(state, 0) + number
        state = min(answers, key=severity, default=State.UNKNOWN.value) if duties else INFORMS
        found.append(Cell(clause, state, answers))
    return found


def chapter(clause: Clause) -> str:
    """The article or chapter a clause stands in: the first part of its place in the document."""
    return clause.article.partition(".")[0]


def grouped(
    found: Iterable[Cell], catalogue: Catalogue | None = None
) -> list[tuple[Document, list[tuple[str, list[Cell]]]]]:
    """Cells by document and chapter, in the order of the texts."""
    documents = (catalogue or load()).documents
    by_document: dict[str, dict[str, list[Cell]]] = {}
    for cell in found:
        by_document.setdefault(cell.clause.document, {}).setdefault(chapter(cell.clause), []).append(cell)
    return [(documents[key], list(chapters.items())) for key, chapters in by_document.items()]


def clause_scores(found: Iterable[Cell]) -> dict[str, dict[str, Counts]]:
    """How many clauses stand in each state, by document, force and chapter (`document chapter`): never one number."""
    scores: dict[str, dict[str, Counts]] = {"document": {}, "force": {}, "chapter": {}}
    for cell in found:
        clause = cell.clause
        places = {
            "document": clause.document,
            "force": clause.force,
            "chapter": f"{clause.document} {chapter(clause)}",
        }
        for kind, name in places.items():
            counts = scores[kind].setdefault(name, {})
            counts[cell.state] = counts.get(cell.state, 0) + 1
    return scores


def department_scores() -> list[tuple[UUID | None, str, Counts]]:
    """How many of the answers seen stand in each state, by department (key, name); those of none last. Two queries."""
    found: dict[UUID | None, Counts] = {}
    rows = postures_visible().select_related(None).order_by().values_list("department", "state")
    for key, state, number in rows.annotate(number=Count("*")):
        found.setdefault(key, {})[state] = number
    names = dict(departments().filter(pk__in=[key for key in found if key]).values_list("pk", "name"))
    scores = [(key, names.get(key, "") if key else "", counts) for key, counts in found.items()]
    return sorted(scores, key=lambda each: (each[0] is None, each[1]))


def red_duties(institution: UUID) -> list[RedDuty]:
    """The duties of the institution that are violated or overdue; violated first, the longest so first.

    One query, or up to four when something has changed.
    """
    kept = _kept_of(institution)
    if kept is None:
        return []
    if kept.red is None:
        rows = Posture.objects.filter(institution=institution, state__in=Posture.RED).order_by()
        told = rows.values("duty", "state").annotate(number=Count("*"), first=Min("since"), due=Min("due_at"))
        found = (RedDuty(each["duty"], each["state"], each["number"], each["first"], each["due"]) for each in told)
        kept.red = sorted(found, key=lambda each: (severity(each.state), each.since, each.duty))
    return kept.red


def folded(rows: QuerySet[Posture], *, order: str, duties: int, most: int) -> tuple[list[Folded], int, int]:
    """Answers by duty and state, the one whose first answer comes first by `order` first; `read` fills in their rows.

    At most `duties` of them, with at most so many answers of each; how many there are of them, and answers in all.
    Two queries.
    """
    told = rows.order_by().values_list("duty", "state").annotate(number=Count("*"), first=Min(order))
    groups = sorted(told, key=lambda each: (each[3] is None, each[3], each[0], each[1]))
    shown = {(duty, state): Folded(duty, state, number) for duty, state, number, _first in groups[:duties]}
    order_by = [F(order).asc(nulls_last=True), F("subject").asc()]
    place = Window(RowNumber(), partition_by=[F("duty"), F("state")], order_by=order_by)
    # Narrow rows are sorted, and only those that are shown are read whole.
    narrow = rows.order_by().filter(duty__in={duty for duty, _state in shown}).annotate(place=place)
    for key, duty, state in narrow.filter(place__lte=most).order_by("place").values_list("pk", "duty", "state"):
        if (duty, state) in shown:
            shown[duty, state].keys.append(key)
    return list(shown.values()), len(groups), sum(each[2] for each in groups)


def read(found: Iterable[Folded]) -> None:
    """Fill in the answers that are shown of each. One query."""
    several = list(found)
    rows = postures_visible().in_bulk([key for each in several for key in each.keys])
    for each in several:
        each.rows.extend(rows[key] for key in each.keys if key in rows)


def falling_due(rows: QuerySet[Posture], *, since: datetime, until: datetime, monthly: bool) -> list[Bucket]:
    """What of `rows` falls due between two moments, by week (from Monday) or month; empty ones are there too."""
    begin, end = local(since).date(), local(until - timedelta(microseconds=1)).date()
    firsts = [begin.replace(day=1) if monthly else begin - timedelta(days=begin.weekday())]
    while firsts[-1] <= end:
        firsts.append(_following(firsts[-1], monthly=monthly))
    # Compared with the bounds themselves: to truncate each moment in its time zone takes several times as long.
    bounds = Value([day_start(each) for each in firsts], ArrayField(DateTimeField()))
    place = Func(F("due_at"), bounds, function="width_bucket", output_field=IntegerField())
    dated = rows.filter(due_at__gte=since, due_at__lt=until, state__in=(State.DUE, State.MET, State.OVERDUE)).order_by()
    counts: dict[int, Counts] = {}
    for one, state, number in dated.values_list(place, "state").annotate(number=Count("*")):
        counts.setdefault(one, {})[state] = number
    return [
        Bucket(max(first, begin), min(after - timedelta(days=1), end), counts.get(number, {}))
        for number, (first, after) in enumerate(pairwise(firsts), 1)
    ]


def _following(first: date, *, monthly: bool) -> date:
    """The first day of the next month, or of the next week."""
    return (first + timedelta(days=32)).replace(day=1) if monthly else first + timedelta(days=7)


def ahead(now: datetime, days: int) -> datetime:
    """The end of the day that comes `days` after today (Asia/Shanghai): lists and their links count whole days."""
    return day_start(local(now).date() + timedelta(days=days + 1))
