"""Who runs a scan: a session lock in the platform's database, gone with the process that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from xingdun.data.models import Scan
from xingdun.data.services.scans import lock_key


def _lock(function: str, scan: Scan) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [lock_key(scan)])
        (got,) = cursor.fetchone()
    return bool(got)


@contextmanager
def holding(scan: Scan) -> Iterator[bool]:
    """Hold the right to run `scan` as long as this process and its connection live; False when another holds it."""
    held = _lock("pg_try_advisory_lock", scan)
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            _lock("pg_advisory_unlock", scan)


def somebody_runs(scan: Scan) -> bool:
    """Whether a living process runs `scan`."""
    with holding(scan) as held:
        return not held
