"""How far an import is, told over a connection of its own: its transaction shows nothing before it ends."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Protocol, Self

from django.db import connection

from xingdun.assets.models import NetworkImport
from xingdun.frame.background import StopAsked, WorkerEnds

EVERY = 0.5
_TELL = (
    "UPDATE assets_networkimport SET rows_checked = %s, rows_written = %s, progress_at = now() WHERE id = %s"
    " RETURNING state"
)


class Told(Protocol):
    """Is told how many rows are done so far; it may raise StopAsked or WorkerEnds, which ends the work."""

    def checked(self, rows: int) -> None:
        """So many rows were looked at."""

    def written(self, rows: int) -> None:
        """So many networks were entered."""


class Silent:
    """Tells nobody: what is over in a moment has no progress."""

    def checked(self, rows: int) -> None:
        """Nothing is told."""

    def written(self, rows: int) -> None:
        """Nothing is told."""


class Progress:
    """Tells the database twice a second where an import is, and hears whether to stop.

    It writes no fact of the institution, so no ledger entry. aborted: whether the worker is told to end.
    """

    def __init__(self, job: NetworkImport, aborted: Callable[[], bool]) -> None:
        self._job, self._aborted = job, aborted
        self._own = connection.copy()
        self._checked = self._written = 0
        self._told_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._write(0 if kind else self._written)
        self._own.close()

    def checked(self, rows: int) -> None:
        """So many rows were looked at. Raises StopAsked or WorkerEnds."""
        self._checked = rows
        self._tell()

    def written(self, rows: int) -> None:
        """So many networks were entered. Raises StopAsked or WorkerEnds."""
        self._written = rows
        self._tell()

    def _tell(self) -> None:
        if time.monotonic() - self._told_at < EVERY:
            return
        self._told_at = time.monotonic()
        if self._write(self._written) == [(NetworkImport.State.STOPPING.value,)]:
            raise StopAsked
        if self._aborted():
            raise WorkerEnds

    def _write(self, written: int) -> list[tuple[str]]:
        """Tell the database how far it is; the job's state comes back."""
        with closing(self._own.cursor()) as cursor:
            cursor.execute(_TELL, [self._checked, written, self._job.pk])
            found: list[tuple[str]] = cursor.fetchall()
        return found
