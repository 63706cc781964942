"""Statutory clocks: when a duty falls due, on China's working days, and how that was worked out.

Pure: the moment, the calendar and the clock go in, a deadline with its working comes out; nothing here asks what day it
is. `clocks()` and `working_days()` are the data the platform comes with.
"""

from xingdun.kernel.clocks.catalogue import clocks, find_clock, read_clocks, working_days
from xingdun.kernel.clocks.clock import Clock, Limit, Period, Recipient, with_period
from xingdun.kernel.clocks.due import Due, Owed, due, dues, overdue, regraded
from xingdun.kernel.clocks.errors import (
    ClockDataError,
    ClockError,
    NaiveTimeError,
    NoStartError,
    NoticeError,
    NotRecurringError,
    NotSuspendableError,
    OutOfRangeError,
    SuspensionError,
    UnknownClockError,
    UnknownRecipientError,
)
from xingdun.kernel.clocks.notice import Holiday, YearNotice, read_notice
from xingdun.kernel.clocks.occurrence import Change, Occurrence, Running, next_occurrence, recompute
from xingdun.kernel.clocks.suspension import Suspension
from xingdun.kernel.clocks.wording import Bilingual, day_text, duration_text, moment_text
from xingdun.kernel.clocks.working_days import DayStatus, WorkingDays, YearMissing, warning
from xingdun.kernel.clocks.zone import ZONE, day_end, day_start, local

__all__ = [
    "ZONE",
    "Bilingual",
    "Change",
    "Clock",
    "ClockDataError",
    "ClockError",
    "DayStatus",
    "Due",
    "Holiday",
    "Limit",
    "NaiveTimeError",
    "NoStartError",
    "NotRecurringError",
    "NotSuspendableError",
    "NoticeError",
    "Occurrence",
    "OutOfRangeError",
    "Owed",
    "Period",
    "Recipient",
    "Running",
    "Suspension",
    "SuspensionError",
    "UnknownClockError",
    "UnknownRecipientError",
    "WorkingDays",
    "YearMissing",
    "YearNotice",
    "clocks",
    "day_end",
    "day_start",
    "day_text",
    "due",
    "dues",
    "duration_text",
    "find_clock",
    "local",
    "moment_text",
    "next_occurrence",
    "overdue",
    "read_clocks",
    "read_notice",
    "recompute",
    "regraded",
    "warning",
    "with_period",
    "working_days",
]
