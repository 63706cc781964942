"""A window into a hospital's table, and what tests do with it."""

import time
from datetime import UTC, datetime, timedelta

import psycopg

from xingdun.access.enforcement import ColumnSpec, TableSpec, WindowSpec
from xingdun.kernel.masking import Clear, KeepEnds, PseudonymKey

KEY = PseudonymKey(bytes(range(32)))


def spec(*rows, seconds=3600.0, name=KeepEnds(1, 0), **limits):  # noqa: B008 - a value, frozen
    columns = (ColumnSpec("id", Clear()), ColumnSpec("name", name), ColumnSpec("ward", Clear()))
    end = datetime.now(UTC) + timedelta(seconds=seconds)
    return WindowSpec((TableSpec("his", "patient", columns, rows),), end, KEY, **limits)


def connect(hospital, admin, opened, database=None, **options):
    url = hospital.url(database or admin.info.dbname, user=opened.login, password=opened.password)
    return psycopg.connect(url, autocommit=True, **options)


def now():
    return datetime.now(UTC)


def is_ended(client):
    try:
        client.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def eventually(read, *, at_least):
    """What `read` finds once it is enough; what it found last when that takes too long."""
    ends = time.monotonic() + 240
    while len(found := read()) < at_least and time.monotonic() < ends:
        time.sleep(0.05)
    return found
