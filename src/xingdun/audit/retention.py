"""How long entries are kept, and how a month leaves: its contents go, its leaves stay in the tree for good.

The order to go is itself an entry. It tells which leaves went, and it repeats what went before, so that the newest
one alone explains every gap; verification believes nothing else about missing entries.
"""

import json
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from xingdun.audit import services as audit
from xingdun.audit.errors import MonthNotSealed, NoSuchMonth, RetentionTooShort
from xingdun.audit.models import Retirement
from xingdun.frame.context import acting_in, current

RETIRE = "ledger.retire"
ZONE = ZoneInfo("Asia/Shanghai")  # the months of the partitions
_DAYS = 28  # every month has them
_BOUNDARY = timedelta(days=4)
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


@cache
def _numbers() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "retention.toml").read_text(encoding="utf-8"))


def at_least_months() -> int:
    """Months an entry stays whatever anybody wishes (MEASURES-22.4c, INTERNET-8.2e, DIGITAL-7.2.3.4a)."""
    return int(_numbers()["access_logs"]["at_least_months"])


def kept_months() -> int:
    """Months an entry stays when nobody asks for more or less."""
    return int(_numbers()["default"]["kept_months"])


def starts(month: date) -> datetime:
    """The first moment of the month `month` lies in."""
    return datetime(month.year, month.month, 1, tzinfo=ZONE)


def ends(month: date, *, after_months: int = 0) -> datetime:
    """The first moment after that month, or so many months later."""
    count = month.year * 12 + month.month + after_months  # months are counted from 1, so this is the next one
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class RetiredMonth:
    """A month that left: how many entries, when it was ordered, and the runs of leaves, first and last inclusive."""

    month: date
    entries: int
    at: datetime
    runs: tuple[tuple[int, int], ...]

    @property
    def lawful(self) -> bool:
        """Whether it was old enough when it left."""
        return ends(self.month, after_months=at_least_months()) <= self.at

    @property
    def youngest_before(self) -> datetime:
        """No entry sealed before one of this month is younger than this: the law's period before the order.

        Entries of two months are sealed across their boundary, hence the days between.
        """
        back = self.at.year * 12 + self.at.month - 1 - at_least_months()
        return self.at.replace(year=back // 12, month=back % 12 + 1, day=min(self.at.day, _DAYS)) + _BOUNDARY

    def told(self) -> dict[str, Any]:
        """As an order's details tell it."""
        runs = [list(run) for run in self.runs]
        return {"month": f"{self.month:%Y-%m}", "entries": self.entries, "at": audit.moment(self.at), "runs": runs}

    @classmethod
    def read(cls, told: dict[str, Any]) -> "RetiredMonth":
        """From an order's details; raises KeyError, TypeError, ValueError."""
        month = datetime.strptime(told["month"], "%Y-%m").replace(tzinfo=UTC).date()
        runs = tuple((int(first), int(last)) for first, last in told["runs"])
        return cls(month, int(told["entries"]), datetime.fromisoformat(told["at"]), runs)


class Retired:
    """Every leaf whose entry may be missing, by the months that left lawfully."""

    def __init__(self, months: Iterable[RetiredMonth] = (), *, now: datetime) -> None:
        self.months = [each for each in months if each.lawful and each.at <= now]
        self._runs = sorted((first, last, each) for each in self.months for first, last in each.runs)
        self._firsts = [first for first, _, _ in self._runs]

    def explains(self, index: int, latest: datetime | None) -> bool:
        """Whether the entry of leaf `index` left with its month.

        latest: the time of the last entry before it that is still there. An entry that follows one younger than the
        law's period at the time of the order was itself too young to leave, whatever the order says.
        """
        place = bisect_right(self._firsts, index) - 1
        if place < 0 or index > self._runs[place][1]:
            return False
        month = self._runs[place][2]
        if latest is None or latest > month.at:  # a clock that had jumped ahead says nothing
            return True
        return latest <= month.youngest_before


def read_order(content: str, *, now: datetime) -> Retired:
    """What an order explains, from its entry's content; nothing when it is no order."""
    try:
        facts = json.loads(content)
        if facts["action"] != RETIRE or facts["institution"]:
            return Retired(now=now)
        return Retired(map(RetiredMonth.read, facts["details"]["retired"]), now=now)
    except (KeyError, TypeError, ValueError):
        return Retired(now=now)


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
            details={"retired": [each.told() for each in [*earlier, gone]]},
        )
    return Retirement.objects.create(
        month=month.replace(day=1),
        entries=gone.entries,
        first_index=gone.runs[0][0] if gone.runs else None,
        last_index=gone.runs[-1][1] if gone.runs else None,
        retired_at=now,
    )


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
