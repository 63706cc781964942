"""What may be missing from the ledger: the months that left at the end of their retention, by the newest order.

Pure: an exported ledger is checked with it where no database is.
"""

import json
import tomllib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

RETIRE = "ledger.retire"
ZONE = ZoneInfo("Asia/Shanghai")  # the months of the partitions
_DAYS = 28  # every month has them
_BOUNDARY = timedelta(days=4)


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
