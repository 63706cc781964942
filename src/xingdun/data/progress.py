"""How far a scan is, written often and cheaply: no fact of the institution, so no ledger entry."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils import timezone

from xingdun.data.models import Scan
from xingdun.frame.background import StopAsked, WorkerEnds

if TYPE_CHECKING:
    from xingdun.engines import local

EVERY = 0.5
_SMOOTHING = 5.0  # seconds over which the rate is averaged


class Progress:
    """Counts rows while tables are read, tells the database twice a second, and hears whether to stop.

    aborted: whether the worker is told to end.
    """

    def __init__(self, scan: Scan, aborted: Callable[[], bool]) -> None:
        self._scan, self._aborted = scan, aborted
        self._before = self._rows = self._told_rows = scan.rows_done
        self._told_at = time.monotonic()
        self._rate = 0.0
        self._table = ""
        self._why: Exception | None = None

    def begin(self, table: str) -> None:
        """A table's turn has come. Raises StopAsked or WorkerEnds."""
        self._table, self._before = table, self._rows
        self.tell()
        self.stop()

    def read(self, at: "local.Progress") -> None:
        """Where the runner is in the current table."""
        self._rows = self._before + at.rows
        if time.monotonic() - self._told_at >= EVERY:
            self.tell()

    def must_stop(self) -> bool:
        """Whether the runner should end after this batch."""
        return self._why is not None

    def stop(self) -> None:
        """Raise StopAsked or WorkerEnds when that was heard."""
        if self._why:
            raise self._why

    def tell(self) -> None:
        """Write down where the scan is, and hear whether to stop."""
        now = time.monotonic()
        passed = max(now - self._told_at, 1e-6)
        fresh = (self._rows - self._told_rows) / passed
        self._rate += (fresh - self._rate) * (min(1.0, passed / _SMOOTHING) if self._rate else 1.0)
        self._told_at, self._told_rows = now, self._rows
        left = max(self._scan.rows_total - self._rows, 0)
        mine = Scan.objects.filter(pk=self._scan.pk)
        mine.update(
            rows_done=self._rows,
            rate=self._rate,
            seconds_left=left / self._rate if self._rate and self._scan.rows_total else None,
            current_table=self._table,
            progress_at=timezone.now(),
        )
        if mine.values_list("state", flat=True).get() == Scan.State.STOPPING:
            self._why = StopAsked()
        elif self._aborted():
            self._why = WorkerEnds()
