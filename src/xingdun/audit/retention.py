"""How long entries are kept, and how a month leaves: its contents go, its leaves stay in the tree for good.

The order to go is itself an entry. It tells which leaves went, and it repeats what went before, so that the newest
one alone explains every gap; verification believes nothing else about missing entries.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from xingdun.audit import services as audit
from xingdun.audit.errors import MonthNotSealed, NoSuchMonth, RetentionTooShort
from xingdun.audit.models import Retirement
from xingdun.audit.retired import RETIRE, RetiredMonth, at_least_months, ends, kept_months, read_order, starts
from xingdun.frame.context import acting_in, current

_PARTITION = "audit_entry_"

_MONTHS = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'audit_entry'::regclass AND c.relname ~ '^audit_entry_[0-9]{6}$' ORDER BY 1
"""
_LEAVES = """
SELECT count(*), count(l.index) FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id
WHERE e.tableoid = %s::regclass AND e.at >= %s AND e.at < %s
"""
_RUNS = """
SELECT min(index), max(index) FROM (
    SELECT l.index, l.index - row_number() OVER (ORDER BY l.index) AS run
    FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id
    WHERE e.tableoid = %s::regclass AND e.at >= %s AND e.at < %s
) AS placed GROUP BY run ORDER BY 1
"""
_NEWEST_ORDER = """
SELECT e.content, l.index FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id
WHERE e.institution_id IS NULL AND e.action = %s ORDER BY l.index DESC LIMIT 1
"""


def newest_order() -> tuple[str, int] | None:
    """The content and leaf of the newest sealed order; None when no month has left."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_ORDER, [RETIRE])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def months_past(*, now: datetime, months: int | None = None) -> list[date]:
    """The months in the database that ended more than `months` (the default period) ago, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS)
        names = [name for (name,) in cursor.fetchall()]
    found = (date(int(name[-6:-2]), int(name[-2:]), 1) for name in names)
    wanted = kept_months() if months is None else months
    return [month for month in found if ends(month, after_months=wanted) <= now]


@transaction.atomic
def month_retire(*, month: date, by: Any, now: datetime) -> Retirement:
    """Let the entries of a month leave the database; their leaves, tiles and checkpoints stay, so the rest is proven.

    Raises RetentionTooShort, NoSuchMonth, MonthNotSealed. The database itself refuses a younger month as well.
    Source: MEASURES-22.4c, INTERNET-8.2e, DIGITAL-7.2.3.4a.
    """
    until = ends(month, after_months=at_least_months())
    if until > now:
        raise RetentionTooShort(month=f"{month:%Y-%m}", until=f"{until:%Y-%m-%d}")
    gone = _leave(month, now)
    before = newest_order()
    earlier = read_order(before[0], now=now).months if before else []
    with acting_in(None, address=current().address):  # a month holds every institution's entries: the order is nobody's
        audit.record(
            actor=by,
            action=RETIRE,
            about=f"audit.month:{month:%Y-%m}",
            now=now,
            details={"retired": [_told(each) for each in [*earlier, gone]]},
        )
    return Retirement.objects.create(
        month=month.replace(day=1),
        entries=gone.entries,
        first_index=gone.runs[0][0] if gone.runs else None,
        last_index=gone.runs[-1][1] if gone.runs else None,
        retired_at=now,
    )


def _told(month: RetiredMonth) -> dict[str, Any]:
    """As an order's details tell it, for `RetiredMonth.read`."""
    return {
        "month": f"{month.month:%Y-%m}",
        "entries": month.entries,
        "at": audit.moment(month.at),
        "runs": [list(run) for run in month.runs],
    }


def _leave(month: date, now: datetime) -> RetiredMonth:
    """Drop the month's partition once every entry of it is known to be sealed."""
    table = f"public.{_PARTITION}{month:%Y%m}"
    period: list[Any] = [table, starts(month), ends(month)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            raise NoSuchMonth(month=f"{month:%Y-%m}")
        cursor.execute(_LEAVES, period)
        entries, sealed = cursor.fetchone()
        if sealed != entries:
            raise MonthNotSealed(month=f"{month:%Y-%m}", count=entries - sealed)
        cursor.execute(_RUNS, period)
        runs: Sequence[tuple[int, int]] = cursor.fetchall()
        cursor.execute("SELECT audit_month_retire(%s, %s)", [month, entries])
    return RetiredMonth(month.replace(day=1), entries, now, tuple((first, last) for first, last in runs))


def statements() -> Iterator[str]:
    """The SQL that lays the law's period over the database; run by its owner after each migration."""
    yield (
        "CREATE OR REPLACE FUNCTION audit_retention_floor() RETURNS interval LANGUAGE sql STABLE "
        f"AS 'SELECT interval ''{at_least_months()} months'''"
    )
