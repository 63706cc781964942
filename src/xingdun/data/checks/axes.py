"""Each axis of a grade: decided for every column, and carried up to the dataset without loss."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from xingdun.data import selectors
from xingdun.data.checks.subjects import standing
from xingdun.data.models import Column, Dataset, NationalClass, Sensitivity, Subject
from xingdun.frame.checks import Facts, Told, Verdict, check, satisfied, violated

READS = ("data.column", "data.dataset")
MOST_SHOWN = 20
UNDECIDED = ~Q(state__in=Column.DECIDED)
_HARMS_MANY = Q(subject__contains=[Subject.C2]) | Q(subject__contains=[Subject.C3])
_RANK = {Sensitivity.PUBLIC: 1, Sensitivity.INTERNAL: 2, Sensitivity.CONFIDENTIAL: 3}


def _columns(facts: Facts) -> QuerySet[Column]:
    keys = facts.keys("data.dataset")
    found = selectors.columns().filter(gone_at__isnull=True).select_related(None).order_by()
    return found if keys is None else found.filter(dataset__pk__in=keys)


def _where(facts: Facts, wrong: Q, told: Told) -> Iterator[Verdict]:
    """A verdict a dataset: violated by its columns that are `wrong`."""
    keys = ArrayAgg("pk", order_by="position")
    found = dict(_columns(facts).filter(wrong).values("dataset").annotate(keys=keys).values_list("dataset", "keys"))
    for dataset in standing(facts):
        wrongs = [f"data.column:{key}" for key in found.get(dataset.pk, ())[:MOST_SHOWN]]
        yield violated(wrongs, told, subject=dataset) if wrongs else satisfied([dataset], subject=dataset)


@check("important-data", reads=READS)
def important_data_marked(facts: Facts) -> Iterator[Verdict]:
    """What may harm public health or the country is decided, and then is C2 or C3 (DIGITAL-3.1)."""
    suggested = Q(suggested_subject__contains=[Subject.C2])
    weighty = Q(national_class__in=[NationalClass.IMPORTANT, NationalClass.CORE])
    yield from _where(
        facts,
        (suggested & UNDECIDED) | (weighty & ~_HARMS_MANY),
        _("columns that look like important medical data are not decided, or graded important without C2"),
    )


@check("personal-health-data", reads=READS)
def personal_health_data_marked(facts: Facts) -> Iterator[Verdict]:
    """What shows a natural person's state is decided; another grade than C1 says why (DIGITAL-3.2)."""
    suggested = Q(suggested_subject__contains=[Subject.C1])
    otherwise = ~Q(subject__contains=[Subject.C1]) & Q(decided_reason="")
    yield from _where(
        facts, suggested & (UNDECIDED | otherwise), _("columns that look like personal health data are not decided")
    )


@check("business-classes", reads=READS)
def business_classes_named(facts: Facts) -> Iterator[Verdict]:
    """Every column has one of the four business classes, decided (DIGITAL-4.1)."""
    yield from _where(facts, UNDECIDED | Q(business=""), _("columns have no decided business class"))


@check("subject-categories", reads=READS)
def subject_categories_whole(facts: Facts) -> Iterator[Verdict]:
    """A dataset bears every subject category that one of its columns bears, each decided (DIGITAL-4.2.1)."""
    axes = ("holds_c1", "holds_c2", "holds_c3")
    borne = {f"any_{axis}": BoolOr(axis) for axis in axes}
    rows = {row["dataset"]: row for row in _counted(facts).annotate(**borne)}
    for dataset in standing(facts):
        row = rows.get(dataset.pk)
        lost = [axis for axis in axes if row and row[f"any_{axis}"] and not getattr(dataset, axis)]
        yield _verdict(dataset, row["open"] if row else 0, lost=bool(lost))


@check("sensitivity-levels", reads=READS)
def sensitivity_set(facts: Facts) -> Iterator[Verdict]:
    """A dataset is as sensitive as its most sensitive column, each decided (DIGITAL-4.2.2a)."""
    ranks = [When(sensitivity=name, then=Value(rank)) for name, rank in _RANK.items()]
    most = Max(Case(*ranks, default=Value(0), output_field=IntegerField()))
    rows = {row["dataset"]: row for row in _counted(facts).annotate(most=most)}
    for dataset in standing(facts):
        row = rows.get(dataset.pk)
        lost = row is not None and row["most"] > _RANK.get(Sensitivity(dataset.sensitivity or "public"), 0)
        yield _verdict(dataset, row["open"] if row else 0, lost=lost or not dataset.sensitivity)


def _counted(facts: Facts) -> QuerySet[Column, Any]:
    return _columns(facts).values("dataset").annotate(open=Count("pk", filter=UNDECIDED))


def _verdict(dataset: Dataset, undecided: object, *, lost: bool) -> Verdict:
    if undecided:
        return violated([dataset], _("columns are not decided"), subject=dataset)
    if lost:
        return violated([dataset], _("the dataset's grade is looser than its columns'"), subject=dataset)
    return satisfied([dataset], subject=dataset)
