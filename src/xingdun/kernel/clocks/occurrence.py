"""The next time of a recurring duty, and what a newly known year moves."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from xingdun.kernel.clocks.clock import Clock
from xingdun.kernel.clocks.counting import calendar_span
from xingdun.kernel.clocks.due import Due, due
from xingdun.kernel.clocks.errors import NoStartError, NotRecurringError
from xingdun.kernel.clocks.suspension import Suspension
from xingdun.kernel.clocks.working_days import WorkingDays
from xingdun.kernel.clocks.zone import day_end, day_start, local

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The next fulfilment of a recurring duty.

    opens: what is done before it does not count for this time. warn_after: past it the silence since the last time is
    longer than the clock's gap, though the calendar period may not be over (contradiction A28); None without a gap or a
    last time.
    """

    due: Due
    opens: datetime
    warn_after: datetime | None

    def warns(self, now: datetime) -> bool:
        """At `now` the gap is exceeded and the duty still open."""
        return self.warn_after is not None and local(now) > self.warn_after


def next_occurrence(
    clock: Clock,
    calendar: WorkingDays,
    *,
    last: datetime | None,
    since: datetime | None = None,
    recipient: str | None = None,
) -> Occurrence:
    """The first time not yet fulfilled: after `last`, or since the duty applies (`since`) when it was never done.

    A calendar duty done in one quarter or year is next due at the end of the following one; a rolling duty one period
    after the last time. Raises NotRecurringError, NoStartError, NaiveTimeError and as `due`.
    """
    if not clock.recurring:
        raise NotRecurringError(key=clock.key)
    anchor = last or since
    if anchor is None:
        raise NoStartError(key=clock.key, starts=clock.starts)
    opens = local(anchor)
    if clock.is_calendar:
        first, end = calendar_span(clock.recipients[0].limits[0].period, opens.date())
        opens = day_start(end + timedelta(days=1) if last else first)
    warn_after = None
    if last is not None and clock.gap is not None:
        warn_after = day_end(local(last).date() + timedelta(days=clock.gap.n))
    return Occurrence(due(clock, opens, calendar, recipient=recipient), opens, warn_after)


@dataclass(frozen=True, slots=True)
class Running(Generic[Key]):
    """A clock that runs for a record: what a newly known year may move. key: the record's."""

    key: Key
    clock: Clock
    start: datetime
    suspensions: tuple[Suspension, ...] = ()
    recipient: str | None = None

    def due(self, calendar: WorkingDays) -> Due:
        """Its deadline by that calendar."""
        return due(self.clock, self.start, calendar, suspensions=self.suspensions, recipient=self.recipient)


@dataclass(frozen=True, slots=True)
class Change(Generic[Key]):
    """A deadline that differs between two calendars: it moved, or is no longer provisional."""

    key: Key
    before: Due
    after: Due

    @property
    def moved(self) -> timedelta:
        """How much later it now falls; negative when earlier."""
        return self.after.at - self.before.at


def recompute(running: Iterable[Running[Key]], before: WorkingDays, after: WorkingDays) -> tuple[Change[Key], ...]:
    """Which deadlines the calendar `after` changes against `before`, in the order given."""
    changes = []
    for each in running:
        old, new = each.due(before), each.due(after)
        if (old.at, old.floor, old.provisional) != (new.at, new.floor, new.provisional):
            changes.append(Change(each.key, old, new))
    return tuple(changes)
