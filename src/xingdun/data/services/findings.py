"""Taking what a scan found into the inventory: one table, one transaction, one ledger entry."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from xingdun.audit import services as audit
from xingdun.data import grades
from xingdun.data.findings import ColumnFinding, TableFinding
from xingdun.data.models import Change, Column, Dataset, GradeDecision, Scan, ScanTable
from xingdun.data.services.scans import LONGEST_NAME, WORKER
from xingdun.frame.kept_errors import storable
from xingdun.kernel.discovery.grading import rules_version
from xingdun.kernel.discovery.reasons import Reason

_FACTS = ("declared_type", "entity", "entities", "identifier")  # what makes a column "changed"
_SUGGESTED = tuple(f"suggested_{axis}" for axis in grades.EMPTY)
_WRITTEN = (
    *_FACTS,
    *_SUGGESTED,
    *(f"confirmed_{axis}" for axis in grades.EMPTY),
    *grades.EMPTY,
    *("position", "comment", "confidence", "reasons", "grade_reasons", "rules_version", "examples"),
    *("values_read", "values_missing", "distinct_estimate", "mean_length", "change", "last_seen_at", "gone_at"),
    *("state", "decided_by", "decided_at", "decided_reason"),
)


@transaction.atomic
def findings_apply(*, table: ScanTable, finding: TableFinding, now: datetime) -> Dataset:
    """Take in what was found in one table (MEASURES-20a).

    Confirmed grades stay. A column whose content became something else goes back to suggested, and so does one
    that was sent back; both with a new version in its history.
    """
    scan = Scan.objects.select_for_update(of=("self",)).select_related("source").get(pk=table.scan_id)
    dataset, created = Dataset.objects.select_for_update().get_or_create(
        source=scan.source,
        schema=table.schema,
        name=table.name,
        defaults={
            "institution_id": scan.institution_id,
            "department_id": scan.source.department_id,
            "first_seen_at": now,
            "last_seen_at": now,
        },
    )
    known = {column.name: column for column in dataset.columns.all()}
    returned = dataset.gone_at is not None
    counted = _columns(dataset, known, finding.columns, scan, now)
    touched = sum(counted[change] for change in (Change.NEW, Change.CHANGED, Change.GONE))
    changed = Change.CHANGED if touched or returned else Change.SAME
    dataset.change = Change.NEW if created else changed
    dataset.gone_at, dataset.last_seen_at, dataset.last_scan = None, now, scan
    dataset.rows_estimated, dataset.rows_scanned = finding.rows, finding.rows_scanned
    dataset.sampled = finding.sampled
    dataset.save()
    dataset_recount(dataset)
    _table_done(table, dataset, finding, counted)
    scan.tables_done = scan.tables.exclude(state=ScanTable.State.PENDING).count()
    scan.save(update_fields=["tables_done"])
    audit.record(
        actor=WORKER,
        action="dataset.scan",
        about=dataset,
        now=now,
        details={
            "scan": scan.reference,
            "change": str(dataset.change),
            "columns": {str(change): count for change, count in sorted(counted.items())},
            "rows_scanned": finding.rows_scanned,
            "sampled": finding.sampled,
        },
    )
    return dataset


def _columns(
    dataset: Dataset, known: dict[str, Column], found: Sequence[ColumnFinding], scan: Scan, now: datetime
) -> Counter[str]:
    new: list[Column] = []
    seen: list[Column] = []
    reopened: list[Column] = []
    for name, (position, finding) in _by_name(found).items():
        column = known.pop(name, None)
        if column is None:
            column = Column(institution_id=dataset.institution_id, dataset=dataset, name=name)
            _take(column, finding, position, now)
            column.change = Change.NEW
            new.append(column)
            continue
        before, entity = _told(column), column.entity
        _take(column, finding, position, now)
        returned, column.gone_at = column.gone_at is not None, None
        column.change = Change.CHANGED if returned or _told(column) != before else Change.SAME
        if column.state == Column.State.SENT_BACK or (column.state in Column.DECIDED and column.entity != entity):
            reopened.append(column)
            _reopen(column)
        seen.append(column)
    gone = [column for column in known.values() if column.gone_at is None]
    for column in gone:
        column.change, column.gone_at = Change.GONE, now
    for column in (*new, *seen):
        grades.write(column, "", grades.in_force(column))
    columns_write([*new, *seen, *gone], _WRITTEN)
    decisions_keep(reopened, GradeDecision.Kind.REOPENED, now=now, scan=scan)
    return Counter(column.change for column in (*new, *seen, *gone))


def columns_write(columns: Sequence[Column], fields: Sequence[str]) -> None:
    """Add columns, or write these fields of those that are there: one statement for many rows."""
    Column.objects.bulk_create(
        columns, batch_size=200, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
    )


def _by_name(found: Iterable[ColumnFinding]) -> dict[str, tuple[int, ColumnFinding]]:
    """Findings by the name they are kept under; a second column of one name is told apart by its position."""
    names: dict[str, tuple[int, ColumnFinding]] = {}
    for position, finding in enumerate(found, start=1):
        name = storable(finding.profile.name, LONGEST_NAME)
        if name in names:
            name = f"{name[: LONGEST_NAME - 12]} #{position}"
        names[name] = (position, finding)
    return names


def _told(column: Column) -> tuple[object, ...]:
    return tuple(getattr(column, fact) for fact in (*_FACTS, *_SUGGESTED))


def _kept(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    return [
        {
            "code": reason.code,
            "zh": storable(reason.zh, 500),
            "en": storable(reason.en, 500),
            "clauses": list(reason.clauses),
        }
        for reason in reasons
    ]


def _take(column: Column, finding: ColumnFinding, position: int, now: datetime) -> None:
    """Put what was found into the column's fields; counts and masked forms only, never a value."""
    profile, verdict, graded = finding.profile, finding.verdict, finding.graded
    column.position = position
    column.declared_type = storable(profile.declared, 200)
    column.comment = storable(profile.comment, 500)
    column.entity, column.entities = verdict.entity, list(verdict.entities)
    column.confidence = min(1.0, max(0.0, verdict.confidence))
    column.identifier = graded.identifier
    column.reasons, column.grade_reasons = _kept(verdict.reasons), _kept(graded.reasons)
    column.rules_version = rules_version()
    column.examples = [storable(example, 80) for example in profile.examples]
    column.values_read, column.values_missing = profile.rows, profile.rows - profile.filled
    column.distinct_estimate, column.mean_length = profile.distinct, profile.mean_length
    column.last_seen_at = now
    grades.write(column, "suggested_", graded.grade)


def _reopen(column: Column) -> None:
    column.state = Column.State.SUGGESTED
    column.decided_by, column.decided_at, column.decided_reason = None, None, ""
    grades.write(column, "confirmed_", None)


def decisions_keep(columns: Sequence[Column], kind: GradeDecision.Kind, *, now: datetime, **facts: Any) -> None:
    """Add the grade of each of `columns` to its history, under the next number; `facts`: who or which scan, and why."""
    last = dict(
        GradeDecision.objects.filter(column__in=columns)
        .values("column")
        .annotate(last=Max("number"))
        .values_list("column", "last")
    )
    GradeDecision.objects.bulk_create(
        GradeDecision(
            institution_id=column.institution_id,
            column=column,
            number=last.get(column.pk, 0) + 1,
            kind=kind,
            entity=column.entity,
            rules_version=column.rules_version,
            at=now,
            **facts,
            **grades.axes(grades.read(column)),
        )
        for column in columns
    )


def _table_done(table: ScanTable, dataset: Dataset, finding: TableFinding, counted: Counter[str]) -> None:
    table.state, table.dataset, table.rows_scanned = ScanTable.State.DONE, dataset, finding.rows_scanned
    table.rows_estimated = finding.rows
    table.columns_new, table.columns_changed = counted[Change.NEW], counted[Change.CHANGED]
    table.columns_gone = counted[Change.GONE]
    table.error_code, table.error_facts, table.resume_state = "", {}, None
    table.save()


def dataset_recount(dataset: Dataset) -> Dataset:
    """Bring a dataset's grade and counts in line with its columns; part of every write to them."""
    standing = list(dataset.columns.filter(gone_at__isnull=True))
    grade = grades.union(grades.read(column) for column in standing)
    for name, value in grades.axes(grade).items():
        setattr(dataset, name, value)
    dataset.business_classes = sorted({column.business for column in standing})
    dataset.columns_total = len(standing)
    dataset.columns_open = sum(column.state not in Column.DECIDED for column in standing)
    dataset.save(update_fields=[*grades.EMPTY, "business_classes", "columns_total", "columns_open"])
    return dataset
