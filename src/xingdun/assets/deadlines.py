"""Until when a finding is to be mended: the clock of its severity on the institution's calendar."""

from datetime import datetime

from xingdun.frame.calendar import calendar
from xingdun.kernel.clocks import due, find_clock


def mended_by(severity: str, start: datetime) -> datetime:
    """The deadline of a finding of that severity whose term runs from `start` (MEASURES-6.5b, MEASURES-9c)."""
    return due(find_clock(f"finding-{severity}"), start, calendar()).at
