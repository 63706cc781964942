"""Deciding on grades: confirm, override with a reason, send back (MEASURES-20b, MEASURES-20c)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.data import grades
from xingdun.data.errors import (
    ColumnIsGone,
    NothingToConfirm,
    ReasonMissing,
    StateSecretRefused,
    StateSecretUnanswered,
)
from xingdun.data.models import Business, Column, Dataset, GradeDecision, NationalClass, Sensitivity, Subject
from xingdun.data.models.axes import LEVELS
from xingdun.data.services.findings import columns_write, dataset_recount, decisions_keep
from xingdun.frame.errors import BadInput
from xingdun.kernel.discovery.grading import Grade
from xingdun.organisation.models import Department, Person

_DECIDED = (
    *("state", "decided_by", "decided_at", "decided_reason"),
    *(f"confirmed_{axis}" for axis in grades.EMPTY),
    *grades.EMPTY,
)
_KINDS = {
    Column.State.CONFIRMED: GradeDecision.Kind.CONFIRMED,
    Column.State.OVERRIDDEN: GradeDecision.Kind.OVERRIDDEN,
    Column.State.SENT_BACK: GradeDecision.Kind.SENT_BACK,
}


def _locked(column: Column) -> Column:
    """The column as it stands, its dataset locked first so that decisions and scans take turns."""
    Dataset.objects.select_for_update().get(pk=column.dataset_id)
    column = Column.objects.select_for_update().select_related("dataset").get(pk=column.pk)
    if column.gone_at:
        raise ColumnIsGone(column=column.name)
    return column


def _ask_about_state_secrets(grade: Grade, column: Column, *, answer: bool | None) -> None:
    """“Confidential” grades data; a state secret may not be here at all (DIGITAL-4.2.2d, MEASURES-33a; A6)."""
    if answer:
        raise StateSecretRefused(column=column.name)
    if grade.sensitivity == "confidential" and answer is None:
        raise StateSecretUnanswered


def _decide(
    columns: Sequence[Column],
    state: Column.State,
    confirmed: dict[Any, Grade],
    *,
    by: Person,
    now: datetime,
    reason: str = "",
) -> None:
    """Write one decision on several columns of one dataset, with a new version of each grade's history."""
    for column in columns:
        column.state, column.decided_by, column.decided_at, column.decided_reason = state, by, now, reason
        grades.write(column, "confirmed_", confirmed.get(column.pk))
        grades.write(column, "", grades.in_force(column))
    columns_write(columns, _DECIDED)
    decisions_keep(columns, _KINDS[state], now=now, person=by, reason=reason)
    dataset_recount(columns[0].dataset)


@transaction.atomic
def column_confirm(*, column: Column, by: Person, now: datetime, state_secret: bool | None = None) -> Column:
    """Confirm the grade that the rules suggest.

    state_secret: the answer that a suggestion of “confidential” asks for. Raises ColumnIsGone,
    StateSecretUnanswered or StateSecretRefused.
    """
    column = _locked(column)
    grade = grades.read(column, "suggested_")
    _ask_about_state_secrets(grade, column, answer=state_secret)
    _decide([column], Column.State.CONFIRMED, {column.pk: grade}, by=by, now=now)
    audit.record(actor=by, action="column.confirm", about=column, now=now, details={"grade": grades.shown(grade)})
    return column


@transaction.atomic
def column_override(
    *,
    column: Column,
    business: str,
    subject: Iterable[str],
    sensitivity: str,
    level: int,
    national_class: str,
    reason: str,
    by: Person,
    now: datetime,
    state_secret: bool | None = None,
) -> Column:
    """Decide on another grade than the suggested one; the suggestion stays visible beside it (MEASURES-20c).

    Raises ReasonMissing, BadInput, ColumnIsGone, StateSecretUnanswered or StateSecretRefused.
    """
    if not reason.strip():
        raise ReasonMissing
    column = _locked(column)
    grade = Grade(business, tuple(sorted(set(subject))), sensitivity, int(level), national_class)  # type: ignore[arg-type]
    _refuse_unknown_axes(grade)
    _ask_about_state_secrets(grade, column, answer=state_secret)
    suggested = grades.read(column, "suggested_")
    _decide([column], Column.State.OVERRIDDEN, {column.pk: grade}, by=by, now=now, reason=reason.strip())
    audit.record(
        actor=by,
        action="column.override",
        about=column,
        now=now,
        reason=reason,
        details={"grade": grades.shown(grade), "suggested": grades.shown(suggested)},
    )
    return column


def _refuse_unknown_axes(grade: Grade) -> None:
    known: dict[str, Iterable[Any]] = {
        "business": Business.values,
        "subject": Subject.values,
        "sensitivity": Sensitivity.values,
        "level": LEVELS,
        "national_class": NationalClass.values,
    }
    for axis, value in grades.axes(grade).items():
        if any(one not in known[axis] for one in (value if isinstance(value, list) else [value])):
            raise BadInput(field=axis, problem=value)


@transaction.atomic
def column_send_back(*, column: Column, reason: str, by: Person, now: datetime) -> Column:
    """Refuse the suggestion: the column stays undecided, at the stricter, until the next scan or decision.

    Raises ReasonMissing or ColumnIsGone.
    """
    if not reason.strip():
        raise ReasonMissing
    column = _locked(column)
    _decide([column], Column.State.SENT_BACK, {}, by=by, now=now, reason=reason.strip())
    audit.record(actor=by, action="column.send_back", about=column, now=now, reason=reason)
    return column


@transaction.atomic
def dataset_confirm(*, dataset: Dataset, by: Person, now: datetime, state_secret: bool | None = None) -> Dataset:
    """Confirm what is suggested for every column that nobody has decided on; what was sent back stays.

    Raises NothingToConfirm, StateSecretUnanswered or StateSecretRefused.
    """
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    waiting = dataset.columns.filter(state=Column.State.SUGGESTED, gone_at__isnull=True).order_by("position")
    columns = list(waiting.select_for_update(of=("self",)).select_related("dataset"))
    if not columns:
        raise NothingToConfirm(dataset=dataset)
    suggested = {column.pk: grades.read(column, "suggested_") for column in columns}
    for column in columns:
        _ask_about_state_secrets(suggested[column.pk], column, answer=state_secret)
    _decide(columns, Column.State.CONFIRMED, suggested, by=by, now=now)
    audit.record(
        actor=by,
        action="dataset.confirm",
        about=dataset,
        now=now,
        details={"columns": {str(column.pk): grades.shown(suggested[column.pk]) for column in columns}},
    )
    return Dataset.objects.get(pk=dataset.pk)


@transaction.atomic
def dataset_assign(*, dataset: Dataset, department: Department, by: Person, now: datetime) -> Dataset:
    """Put a dataset under the department in charge, whose head reviews requests for it (MEASURES-21f)."""
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    before, dataset.department = dataset.department, department
    dataset.save(update_fields=["department"])
    audit.record(
        actor=by,
        action="dataset.assign",
        about=dataset,
        now=now,
        details={"from": before.reference, "to": department.reference},
    )
    return dataset
