"""The working days an institution counts by: those the platform comes with, and the years it has imported.

A domain that keeps deadlines asks `calendar()`, and declares with `moved_by_calendar` how its own kept deadlines follow
an imported year; `obligations` imports years, and neither knows the other.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from xingdun.kernel.clocks import WorkingDays, working_days


class Moved(NamedTuple):
    """A kept deadline that an imported year moved. about: the record's reference."""

    about: str
    clock: str
    before: datetime
    after: datetime


Recompute = Callable[[WorkingDays, WorkingDays, datetime], Iterable[Moved]]
recomputing: list[Recompute] = []
_sources: list[Callable[[], WorkingDays]] = []


def calendar() -> WorkingDays:
    """The working days known to the institution this call acts in."""
    return _sources[-1]() if _sources else working_days()


def calendar_from(source: Callable[[], WorkingDays]) -> None:
    """Say where imported years come from."""
    if source not in _sources:
        _sources.append(source)


def moved_by_calendar(recompute: Recompute) -> Recompute:
    """Declare a function `(before, after, now)` that recomputes kept provisional deadlines and says which it moved.

    It is called in the transaction of the import, acting in the institution that imports.
    """
    recomputing.append(recompute)
    return recompute
