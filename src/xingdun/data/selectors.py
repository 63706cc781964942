"""Reading the inventory: each of these costs a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, Model, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from xingdun.data import grades
from xingdun.data.models import (
    Column,
    Dataset,
    GradeDecision,
    InventoryReview,
    ReviewedDataset,
    Scan,
    ScanTable,
    Source,
    StorageRecord,
)
from xingdun.frame.context import current
from xingdun.kernel.discovery.grading import Grade


def _own(model: type[Model]) -> QuerySet[Any]:
    """The rows of the institution this call acts in (row security says the same in the database)."""
    return model._default_manager.filter(institution=current().institution)  # noqa: SLF001 - Django's documented API


def _of_standing_datasets(**counted: Any) -> Coalesce:
    """One number over a source's datasets that are not gone."""
    standing = Dataset.objects.filter(source=OuterRef("pk"), gone_at__isnull=True).order_by()
    return Coalesce(Subquery(standing.values("source").annotate(**counted).values(*counted)), 0)


def sources() -> QuerySet[Source]:
    """Every source, with its department, how much it holds, and when and how its last scan went."""
    scans = Scan.objects.filter(source=OuterRef("pk")).order_by("-queued_at")
    return (
        _own(Source)
        .select_related("department")
        .annotate(
            datasets_total=_of_standing_datasets(found=Count("pk")),
            columns_total=_of_standing_datasets(found=Sum("columns_total")),
            columns_open=_of_standing_datasets(found=Sum("columns_open")),
            scan_state=Subquery(scans.values("state")[:1]),
            scanned_at=Subquery(scans.filter(state=Scan.State.FINISHED).values("finished_at")[:1]),
        )
    )


def registered(keys: Iterable[Any] | None = None) -> QuerySet[Source]:
    """The sources without their numbers, all or those of `keys`, by name."""
    found = _own(Source).order_by("name", "pk")
    return found if keys is None else found.filter(pk__in=list(keys))


def storage_records() -> QuerySet[StorageRecord]:
    """Every statement on storage, with its source and who made it."""
    return _own(StorageRecord).select_related("source", "by")


def storage_in_force() -> QuerySet[StorageRecord]:
    """The newest statement on the storage of each source."""
    newest = StorageRecord.objects.filter(source=OuterRef("source")).order_by("-at", "-pk").values("pk")[:1]
    return storage_records().filter(pk=Subquery(newest))


def scans() -> QuerySet[Scan]:
    """Every scan, with its source."""
    return _own(Scan).select_related("source")


def scan_tables() -> QuerySet[ScanTable]:
    """Tables of scans, with their datasets."""
    return _own(ScanTable).select_related("scan__source", "dataset__source")


def datasets() -> QuerySet[Dataset]:
    """Every dataset, with its source and the department in charge."""
    return _own(Dataset).select_related("source", "department")


def standing_datasets() -> QuerySet[Dataset]:
    """The datasets that are still there."""
    return datasets().filter(gone_at__isnull=True).order_by("name", "pk")


def columns() -> QuerySet[Column]:
    """Every column, with its dataset and source, and who decided on its grade."""
    return _own(Column).select_related("dataset__source", "dataset__department", "decided_by")


def columns_of(datasets: Iterable[UUID]) -> QuerySet[Column]:
    """The standing columns of these datasets, in the order of their tables."""
    return columns().filter(dataset__in=list(datasets), gone_at__isnull=True).order_by("dataset", "position")


def decisions() -> QuerySet[GradeDecision]:
    """Every version of every grade, with its column and who decided."""
    return _own(GradeDecision).select_related("column__dataset__source", "person")


def reviews() -> QuerySet[InventoryReview]:
    """Every review of the inventory, with who answered for it."""
    return _own(InventoryReview).select_related("by")


def reviewed_datasets() -> QuerySet[ReviewedDataset]:
    """Datasets as reviews saw them."""
    return _own(ReviewedDataset).select_related("review", "dataset__source")


def grade_of(columns: Iterable[Column]) -> Grade | None:
    """The effective grade of these columns together: the union of what each asks (A5); None of none."""
    return grades.union(grades.read(column) for column in columns)


@dataclass(frozen=True, slots=True)
class Inventory:
    """How much the institution holds and how much of it is decided."""

    sources: int
    datasets: int
    columns: int
    columns_open: int


def inventory() -> Inventory:
    """The inventory in four numbers."""
    summed = _own(Dataset).filter(gone_at__isnull=True)
    found = summed.aggregate(datasets=Count("pk"), columns=Sum("columns_total"), open=Sum("columns_open"))
    return Inventory(_own(Source).count(), found["datasets"], found["columns"] or 0, found["open"] or 0)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many standing datasets of one source have one place on an axis."""

    source: UUID
    source_name: str
    value: Any
    datasets: int


def datasets_by(axis: str) -> list[Cell]:
    """What lies where: datasets by source and by one axis of their grade.

    axis: sensitivity, level, national_class, or subject (a dataset of several categories counts in each).
    """
    value = Func(F("subject"), function="unnest") if axis == "subject" else F(axis)
    rows = (
        _own(Dataset)
        .filter(gone_at__isnull=True, level__isnull=False)
        .order_by()
        .annotate(value=value)
        .values("source", "source__name", "value")
        .annotate(datasets=Count("pk"))
        .order_by("source__name", "value")
    )
    return [Cell(row["source"], row["source__name"], row["value"], row["datasets"]) for row in rows]
