"""The columns that requests ask for, and the grade of each, in as few and as narrow rows as may be."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from xingdun.access.models import RequestedColumn
from xingdun.data import grades
from xingdun.data.models import Column

_ALL = Q()
_GRADED = (
    *("name", "state", "entity", "identifier", "dataset_id", *grades.EMPTY),
    *(f"{prefix}{axis}" for prefix in ("suggested_", "confirmed_") for axis in grades.EMPTY),
    "dataset__department_id",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that a request asks for, and how it is to be shown."""

    column: UUID
    mask: dict[str, Any]
    reason: str


def columns_asked(requests: Any, wanted: Q = _ALL) -> dict[UUID, list[Shown]]:
    """The columns not cut of these requests (a query of keys) that are as `wanted` says, by request."""
    rows = RequestedColumn.objects.filter(wanted, request__in=requests, cut_by__isnull=True).order_by("request", "pk")
    found: dict[UUID, list[Shown]] = defaultdict(list)
    for request, column, mask, reason in rows.values_list("request", "column", "mask", "mask_reason"):
        found[request].append(Shown(column, mask, reason))
    return found


def graded(keys: Iterable[UUID]) -> dict[UUID, Column]:
    """These columns with their grades and the department in charge of their dataset."""
    rows = Column.objects.filter(pk__in=set(keys)).select_related("dataset").only(*_GRADED)
    return {column.pk: column for column in rows}


def departments_asked(requests: Any) -> dict[UUID, set[UUID]]:
    """The departments in charge of what these requests (a query of keys) ask for, by request."""
    rows = RequestedColumn.objects.filter(request__in=requests, cut_by__isnull=True).order_by()
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for request, department in rows.values_list("request", "column__dataset__department").distinct():
        found[request].add(department)
    return found
