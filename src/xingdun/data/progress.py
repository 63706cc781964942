"""How far a scan is, written often and cheaply: no fact of the institution, so no ledger entry."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils import timezone

from xingdun.data.models import Scan

EVERY = 0.5
_SMOOTHING = 5.0  # seconds over which the rate is averaged


class StopAsked(Exception):  # noqa: N818 - no error: somebody stops the scan
    """Somebody asked for the scan's end."""


class WorkerEnds(Exception):  # noqa: N818 - no error: the worker goes down, the scan goes on at the next start
    """The worker is told to end in the middle of the scan."""


@dataclass(slots=True)
class Progress:
    """Counts rows while tables are read, tells the database twice a second, and hears whether to stop.

    aborted: whether the worker is told to end.
    """

    scan: Scan
    aborted: Callable[[], bool]
    rows: int = 0
    rate: float = 0.0
    table: str = ""
    _told: float = 0.0
    _told_rows: int = 0
    _base: int = field(default=0)

    def __post_init__(self) -> None:
        self._told = time.monotonic()
        self._base = self.rows = self._told_rows = self.scan.rows_done

    def begin(self, table: str) -> None:
        """A table's turn has come."""
        self.table = table
        self._base = self.rows
        self.tell()

    def read(self, rows: int) -> None:
        """`rows` rows of the current table have been read so far. Raises StopAsked or WorkerEnds."""
        self.rows = self._base + rows
        if time.monotonic() - self._told >= EVERY:
            self.tell()

    def tell(self) -> None:
        """Write down where the scan is. Raises StopAsked or WorkerEnds."""
        now = time.monotonic()
        passed = max(now - self._told, 1e-6)
        fresh = (self.rows - self._told_rows) / passed
        weight = min(1.0, passed / _SMOOTHING) if self.rate else 1.0
        self.rate += (fresh - self.rate) * weight
        self._told, self._told_rows = now, self.rows
        left = max(self.scan.rows_total - self.rows, 0)
        mine = Scan.objects.filter(pk=self.scan.pk)
        mine.update(
            rows_done=self.rows,
            rate=self.rate,
            seconds_left=left / self.rate if self.rate and self.scan.rows_total else None,
            current_table=self.table,
            progress_at=timezone.now(),
        )
        if mine.values_list("state", flat=True).get() == Scan.State.STOPPING:
            raise StopAsked
        if self.aborted():
            raise WorkerEnds
