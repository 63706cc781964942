"""Spans in which a clock stands still."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xingdun.kernel.clocks.errors import SuspensionError
from xingdun.kernel.clocks.zone import local


@dataclass(frozen=True, slots=True)
class Suspension:
    """The clock stands still from `since` up to, not including, `until` (aware datetimes).

    Raises NaiveTimeError, SuspensionError.
    """

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if local(self.until) <= local(self.since):
            raise SuspensionError(since=self.since, until=self.until)


def merged(suspensions: Iterable[Suspension]) -> tuple[tuple[datetime, datetime], ...]:
    """The spans in order, those that touch or overlap made one; in the institution's zone."""
    spans: list[tuple[datetime, datetime]] = []
    for since, until in sorted((local(each.since), local(each.until)) for each in suspensions):
        if spans and since <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], until))
        else:
            spans.append((since, until))
    return tuple(spans)


def whole_days(spans: Iterable[tuple[datetime, datetime]]) -> Callable[[date], bool]:
    """Tells of a day whether the clock stood still for all of it; a day partly suspended counts (the stricter way)."""
    days: list[tuple[date, date]] = []
    for since, until in spans:
        first = since.date() if since.time() == time.min else since.date() + timedelta(days=1)
        last = until.date() - timedelta(days=1)
        if first <= last:
            days.append((first, last))

    def stands_still(day: date) -> bool:
        return any(first <= day <= last for first, last in days)

    return stands_still
