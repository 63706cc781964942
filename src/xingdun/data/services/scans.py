"""Starting, stopping and resuming scans, and the steps a worker takes through one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from xingdun.audit import services as audit
from xingdun.data.errors import NotResumable, ScanHasEnded, ScanUnderWay
from xingdun.data.findings import TableSeen
from xingdun.data.models import Change, Column, Dataset, Scan, ScanTable, Source
from xingdun.frame.background import defer_once
from xingdun.frame.errors import Refusal
from xingdun.frame.kept_errors import kept, storable
from xingdun.organisation.models import Person

WORKER = "system:worker"
SAMPLE_ROWS = 100_000
"""How many rows of a larger table are read unless asked otherwise."""
LONGEST_NAME = 500


def _defer(scan: Scan) -> None:
    from xingdun.data import tasks

    defer_once(tasks.scan_run, scan)


@transaction.atomic
def scan_start(
    *,
    source: Source,
    by: Person | str,
    now: datetime,
    mode: str = Scan.Mode.SAMPLED,
    sample_rows: int | None = None,
) -> Scan:
    """Queue a scan of `source`; the worker takes it up when this transaction commits.

    sample_rows: how many rows of a larger table are read in sampled mode. Raises ScanUnderWay.
    """
    source = Source.objects.select_for_update().get(pk=source.pk)
    if source.scans.filter(state__in=Scan.ACTIVE).exists():
        raise ScanUnderWay(source=source.name)
    scan = Scan.objects.create(
        institution_id=source.institution_id,
        source=source,
        mode=mode,
        sample_rows=(sample_rows or SAMPLE_ROWS) if mode == Scan.Mode.SAMPLED else None,
        queued_at=now,
    )
    audit.record(
        actor=by,
        action="scan.start",
        about=scan,
        now=now,
        details={"source": source.reference, "mode": str(mode), "sample_rows": scan.sample_rows},
    )
    _defer(scan)
    return scan


@transaction.atomic
def scan_stop(*, scan: Scan, by: Person, now: datetime) -> Scan:
    """Stop a scan: at once when no worker is at it, else within a batch of rows. What was found stays."""
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    if scan.state not in Scan.ACTIVE:
        raise ScanHasEnded(state=scan.get_state_display())
    scan.stop(now=now)
    scan.save(update_fields=["state", "finished_at"])
    audit.record(actor=by, action="scan.stop", about=scan, now=now, details={"tables_done": scan.tables_done})
    return scan


@transaction.atomic
def scan_resume(*, scan: Scan, by: Person, now: datetime) -> Scan:
    """Go on with a scan that was stopped or failed, at the first table that is not done.

    Raises NotResumable when it ended otherwise or a newer scan of the source exists, ScanUnderWay.
    """
    source = Source.objects.select_for_update().get(pk=scan.source_id)
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    if source.scans.filter(state__in=Scan.ACTIVE).exists():
        raise ScanUnderWay(source=source.name)
    newer = source.scans.filter(queued_at__gt=scan.queued_at).exists()
    if newer or scan.state not in {Scan.State.STOPPED, Scan.State.FAILED}:
        raise NotResumable(state=scan.get_state_display())
    scan.state, scan.finished_at, scan.error_code, scan.error_facts = Scan.State.QUEUED, None, "", {}
    scan.save(update_fields=["state", "finished_at", "error_code", "error_facts"])
    scan.tables.filter(state=ScanTable.State.UNREADABLE).update(state=ScanTable.State.PENDING)
    _count_done(scan)
    audit.record(actor=by, action="scan.resume", about=scan, now=now, details={"tables_done": scan.tables_done})
    _defer(scan)
    return scan


def _count_done(scan: Scan) -> None:
    scan.tables_done = scan.tables.exclude(state=ScanTable.State.PENDING).count()
    scan.save(update_fields=["tables_done"])


@transaction.atomic
def scan_begin(*, scan: Scan, now: datetime) -> bool:
    """A worker takes the scan up, first or again; False when there is nothing to run (it was stopped meanwhile)."""
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    if scan.state == Scan.State.STOPPING:
        scan_end(scan=scan, state=Scan.State.STOPPED, now=now)
    if scan.state not in {Scan.State.QUEUED, Scan.State.RUNNING}:
        return False
    scan.state, scan.runs, scan.progress_at = Scan.State.RUNNING, scan.runs + 1, now
    scan.started_at = scan.started_at or now
    scan.rows_done = scan.tables.aggregate(rows=Sum("rows_scanned"))["rows"] or 0
    scan.save(update_fields=["state", "runs", "started_at", "progress_at", "rows_done"])
    audit.record(actor=WORKER, action="scan.run", about=scan, now=now, details={"run": scan.runs})
    return True


@transaction.atomic
def scan_plan(*, scan: Scan, tables: Iterable[TableSeen], now: datetime) -> list[ScanTable]:
    """Write down, once, which tables the scan goes through, in order; what is still to do comes back.

    A resumed scan keeps its plan: tables that came since are found by the next scan.
    """
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    if not scan.tables.exists():
        planned = ScanTable.objects.bulk_create(
            ScanTable(
                institution_id=scan.institution_id,
                scan=scan,
                order=order,
                schema=storable(table.schema, LONGEST_NAME),
                name=storable(table.name, LONGEST_NAME),
                rows_estimated=table.rows,
            )
            for order, table in enumerate(tables)
        )
        scan.tables_total = len(planned)
        scan.rows_total = sum(rows_to_read(scan, table.rows_estimated) for table in planned)
        scan.save(update_fields=["tables_total", "rows_total"])
        audit.record(actor=WORKER, action="scan.plan", about=scan, now=now, details={"tables": len(planned)})
    return list(scan.tables.filter(state=ScanTable.State.PENDING).order_by("order"))


def rows_to_read(scan: Scan, rows: int | None) -> int:
    """How many rows of a table of `rows` the scan means to read."""
    known = rows or 0
    return min(known, scan.sample_rows) if scan.sample_rows else known


@transaction.atomic
def table_leave(*, table: ScanTable, state: str, refusal: Refusal, now: datetime) -> ScanTable:
    """Go past a table that is gone or cannot be read, and say why; its dataset is marked gone when it is."""
    table.state, table.resume_state = state, None
    table.error_code, table.error_facts = kept(refusal)
    table.save(update_fields=["state", "resume_state", "error_code", "error_facts"])
    scan = Scan.objects.select_for_update().get(pk=table.scan_id)
    _count_done(scan)
    if state == ScanTable.State.GONE:
        datasets = Dataset.objects.filter(source=scan.source_id, schema=table.schema, name=table.name)
        _mark_gone([dataset for dataset in datasets if dataset.gone_at is None], now)
    audit.record(
        actor=WORKER,
        action="scan.table",
        about=scan,
        now=now,
        outcome="failed",
        details={"table": str(table), "state": str(state), "code": refusal.code},
    )
    return table


def _mark_gone(datasets: list[Dataset], now: datetime) -> None:
    keys = [dataset.pk for dataset in datasets]
    Dataset.objects.filter(pk__in=keys).update(change=Change.GONE, gone_at=now, columns_open=0)
    Column.objects.filter(dataset__in=keys, gone_at__isnull=True).update(change=Change.GONE, gone_at=now)


def _tell_of_source(scan: Scan, now: datetime) -> None:
    """A scan tries its source too: one that finished has reached it, one that failed with no table seen has not."""
    facts: dict[str, Any] = {"tried_at": now, "error_code": scan.error_code, "error_facts": scan.error_facts}
    if scan.state == Scan.State.FINISHED:
        Source.objects.filter(pk=scan.source_id).update(state=Source.State.REACHABLE, **facts)
    elif scan.state == Scan.State.FAILED and not scan.tables_total:
        Source.objects.filter(pk=scan.source_id).update(state=Source.State.UNREACHABLE, **facts)


@transaction.atomic
def scan_end(*, scan: Scan, state: str, now: datetime, refusal: Refusal | None = None) -> Scan:
    """The worker's last word on a scan: finished, stopped or failed.

    A finished one also says which datasets the source has no more.
    """
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    scan.state, scan.finished_at, scan.progress_at = state, now, now
    scan.current_table, scan.seconds_left = "", None
    scan.error_code, scan.error_facts = kept(refusal)
    scan.save()
    _tell_of_source(scan, now)
    gone: list[Dataset] = []
    if state == Scan.State.FINISHED:
        seen = set(scan.tables.exclude(state=ScanTable.State.GONE).values_list("schema", "name"))
        standing = Dataset.objects.filter(source=scan.source_id, gone_at__isnull=True)
        gone = [dataset for dataset in standing if (dataset.schema, dataset.name) not in seen]
        _mark_gone(gone, now)
    audit.record(
        actor=WORKER,
        action=f"scan.{state}",
        about=scan,
        now=now,
        outcome="failed" if refusal else "done",
        details={
            "tables_done": scan.tables_done,
            "rows": scan.rows_done,
            "gone": [dataset.reference for dataset in gone],
            **({"code": refusal.code} if refusal else {}),
        },
    )
    return scan
