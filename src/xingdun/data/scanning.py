"""A worker's way through one scan: table by table, each taken in whole or not at all.

Who runs a scan holds a session lock in the platform's database; when the process dies the lock is gone, which is how
the next worker knows. What is done is done: a resumed scan begins at the first table that is not.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import Error as DatabaseError
from django.utils import timezone

from xingdun.data import reading, services
from xingdun.data.errors import ScanBroke, TableGone, TableUnreadable
from xingdun.data.models import Scan, ScanTable
from xingdun.data.progress import Progress
from xingdun.frame.background import StopAsked, WorkerEnds, holding
from xingdun.frame.errors import Refusal

log = logging.getLogger(__name__)


def run(scan: Scan, *, aborted: Callable[[], bool] = lambda: False) -> bool:
    """Run or go on with `scan` until it ends; False when the worker had to leave it to the next one.

    What goes wrong with the source ends the scan as failed, with the reason; what goes wrong with the platform's own
    database is raised, and the scan stays to be resumed.
    """
    with holding(scan) as held:
        if not held or not services.scan_begin(scan=scan, now=timezone.now()):
            return True
        scan.refresh_from_db()
        try:
            _through(scan, Progress(scan, aborted))
        except WorkerEnds:
            return False
        except StopAsked:
            _end(scan, Scan.State.STOPPED)
        except Refusal as refusal:
            _end(scan, Scan.State.FAILED, refusal)
        except DatabaseError:
            raise
        except Exception as broken:
            log.exception("a scan broke off")  # the traceback names no values: readers quote none
            _end(scan, Scan.State.FAILED, ScanBroke(problem=type(broken).__name__))
        else:
            _end(scan, Scan.State.FINISHED)
    return True


def _end(scan: Scan, state: Scan.State, refusal: Refusal | None = None) -> None:
    services.scan_end(scan=scan, state=state, now=timezone.now(), refusal=refusal)


def _through(scan: Scan, progress: Progress) -> None:
    with reading.opened(services.source_url(source=scan.source)) as source:
        pending = services.scan_plan(scan=scan, tables=source.tables(), now=timezone.now())
        scan.refresh_from_db(fields=["rows_total", "tables_total", "tables_done"])
        for table in pending:
            progress.begin(str(table))
            _table(scan, table, source, progress)
        progress.tell()


def _table(scan: Scan, table: ScanTable, source: reading.OpenSource, progress: Progress) -> None:
    """One table: its findings are taken in whole, or it is left with the reason."""
    try:
        finding = source.read(table, sample=scan.sample_rows, progress=progress, checkpoint=partial(_checkpoint, table))
    except TableGone as gone:
        services.table_leave(table=table, state=ScanTable.State.GONE, refusal=gone, now=timezone.now())
    except TableUnreadable as refusal:
        services.table_leave(table=table, state=ScanTable.State.UNREADABLE, refusal=refusal, now=timezone.now())
    else:
        services.findings_apply(table=table, finding=finding, now=timezone.now())


def _checkpoint(table: ScanTable, state: dict[str, Any]) -> None:
    """Keep how far a large table was read; the rows of small ones are read again."""
    if state.get("current"):
        ScanTable.objects.filter(pk=table.pk).update(resume_state=state)
