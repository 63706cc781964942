"""Spans in which a clock stands still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xingdun.kernel.clocks.errors import SuspensionError
from xingdun.kernel.clocks.zone import local

_ONE = timedelta(days=1)


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


class WholeDays:
    """The days for all of which a clock stands still; a day partly suspended counts (the stricter way).

    spans: merged, so that no day lies in two of them.
    """

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        self._runs: list[tuple[date, date]] = []
        for since, until in spans:
            first = since.date() if since.time() == time.min else since.date() + _ONE
            last = until.date() - _ONE
            if first <= last:
                self._runs.append((first, last))

    def __contains__(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self._runs)

    def count(self, first: date, last: date) -> int:
        """How many of them lie from `first` to `last`, both included."""
        return sum(max((min(last, end) - max(first, begin)).days + 1, 0) for begin, end in self._runs)
