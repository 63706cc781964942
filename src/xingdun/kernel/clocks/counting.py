"""How one limit is counted, unit by unit; each way also says how it went, one step a line."""

import calendar as gregorian
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from xingdun.kernel.clocks.clock import Limit, Period
from xingdun.kernel.clocks.errors import OutOfRangeError
from xingdun.kernel.clocks.suspension import WholeDays
from xingdun.kernel.clocks.wording import Bilingual, day_text, duration_text, moment_text, span_text
from xingdun.kernel.clocks.working_days import DayStatus, Kind, WorkingDays
from xingdun.kernel.clocks.zone import ZONE, day_end, day_start

Spans = tuple[tuple[datetime, datetime], ...]
Tell = Callable[[], tuple[Bilingual, ...]]

FARTHEST = 36_600  # days a count of working days may run, suspensions included
_ONE = timedelta(days=1)
_MONTHS = {"month": 1, "year": 12, "calendar_month": 1, "calendar_quarter": 3, "calendar_year": 12}
_KINDS: dict[Kind, Bilingual] = {
    "weekday": Bilingual("工作日", "working day"),
    "makeup": Bilingual("调休上班", "make-up working day"),
    "weekend": Bilingual("周末，不计", "weekend, not counted"),
    "holiday": Bilingual("{name}放假，不计", "{name}, not counted"),
}
_BEGAN = {
    "event": Bilingual("当日起算，{first}为第 1 日", "counted from the day itself; {first} is day 1"),
    "next_day": Bilingual("次日起算，{first}为第 1 日", "counted from the next day; {first} is day 1"),
}
_BEFORE = Bilingual("倒推 {period}：{at}", "{period} before it: {at}")
_RUNS = Bilingual("自 {at} 起连续计 {period}，不分昼夜与节假日", "{period} from {at}, night and holiday alike")
_STOOD = Bilingual("中止 {stood}，至 {until}", "stood still for {stood}, until {until}")
_STOOD_DAYS = Bilingual("其间整日中止 {n} 天，顺延 {n} 天", "suspended for {n} whole days, so {n} days later")
_DAY_N = Bilingual("第 {n} 日：{last}", "day {n}: {last}")
_MONTHS_ON = Bilingual("{anchor}起 {period}：{last}", "{period} from {anchor}: {last}")
_CLIPPED = Bilingual("该月没有对应日，取月末", "that month has no such day, so its last day is taken")
_SPAN = Bilingual("{day}所在的{span}：{ends}", "the {span} of {day}: {ends}")
_UNMOVED = Bilingual("日历期间不因中止而移动", "a suspension does not move the end of a calendar period")
_SPAN_NAMES = {
    "calendar_day": Bilingual("自然日", "calendar day"),
    "calendar_month": Bilingual("自然月", "calendar month"),
    "calendar_quarter": Bilingual("自然季度", "calendar quarter"),
    "calendar_year": Bilingual("自然年", "calendar year"),
}


class Reckoned(NamedTuple):
    """Where a limit leads. provisional: a day was looked at whose year's notice is unknown.

    tell gives the steps; most deadlines are compared rather than read, so the words are made when asked for.
    """

    at: datetime
    tell: Tell
    provisional: bool = False


def count_forward(limit: Limit, start: datetime, working: WorkingDays, spans: Spans) -> Reckoned:
    """The last moment of the limit's period. start: in Asia/Shanghai; spans: merged suspensions in order."""
    period = limit.period
    if period.is_wall_clock:
        return _wall_clock(limit, start, spans)
    if period.is_calendar:
        return _calendar_end(period, start, spans)
    first = start.date() if limit.start == "event" else start.date() + _ONE
    still = WholeDays(spans)
    if period.unit == "working_day":
        reckoned = _working_days(period.n, first, _ONE, working, still)
    elif period.unit == "day":
        reckoned = _days(period.n, first, still)
    else:
        reckoned = _months(limit, start.date(), still)
    return reckoned._replace(tell=lambda: (_BEGAN[limit.start].filled(first=day_text(first)), *reckoned.tell()))


def count_back(limit: Limit, expiry: datetime, working: WorkingDays) -> Reckoned:
    """The first moment of the day that lies the limit's period before the day of `expiry`."""
    period = limit.period
    if period.is_wall_clock:
        at = _shifted(expiry, -_length(period))
        return Reckoned(at, lambda: (_before(period, moment_text(at)),))
    day = expiry.date()
    if period.unit == "working_day":
        reckoned = _working_days(period.n, day - _ONE, -_ONE, working, WholeDays(()))
        return reckoned._replace(at=day_start(reckoned.at.date()))
    back = day - period.n * _ONE if period.unit == "day" else _months_later(day, -period.n * _MONTHS[period.unit])[0]
    return Reckoned(day_start(back), lambda: (_before(period, day_text(back)),))


def _before(period: Period, at: Bilingual) -> Bilingual:
    return _BEFORE.filled(period=period.text, at=at)


def _length(period: Period) -> timedelta:
    return timedelta(minutes=period.n) if period.unit == "minute" else timedelta(hours=period.n)


def _shifted(start: datetime, length: timedelta) -> datetime:
    """Time that really passed, also over the changes of summer time China had until 1991."""
    return (start.astimezone(UTC) + length).astimezone(ZONE)


def _wall_clock(limit: Limit, start: datetime, spans: Spans) -> Reckoned:
    begun = at = start if limit.start == "event" else day_start(start.date() + _ONE)
    left = _length(limit.period)
    stood: list[tuple[timedelta, datetime]] = []
    for since, until in spans:
        if until <= at:
            continue
        if since - at >= left:
            break
        left -= max(since - at, timedelta())
        stood.append((until - max(since, at), until))
        at = until

    def tell() -> tuple[Bilingual, ...]:
        runs = _RUNS.filled(at=moment_text(begun), period=limit.period.text)
        return (runs, *(_STOOD.filled(stood=duration_text(n), until=moment_text(until)) for n, until in stood))

    return Reckoned(_shifted(at, left), tell)


def _calendar_end(period: Period, start: datetime, spans: Spans) -> Reckoned:
    first, last = calendar_span(period, start.date())

    def tell() -> tuple[Bilingual, ...]:
        span = _SPAN.filled(day=day_text(start.date()), span=_SPAN_NAMES[period.unit], ends=span_text(first, last))
        return (span, _UNMOVED) if spans else (span,)

    return Reckoned(day_end(last), tell)


def calendar_span(period: Period, day: date) -> tuple[date, date]:
    """First and last day of the `n` days, months, quarters or years of the calendar that begin with that of `day`."""
    if period.unit == "calendar_day":
        return day, day + (period.n - 1) * _ONE
    months = _MONTHS[period.unit]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, _months_later(first, months * period.n)[0] - _ONE


def _months_later(day: date, months: int) -> tuple[date, bool]:
    """The corresponding day, and whether it had to be the month's last because that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    longest = gregorian.monthrange(year, month + 1)[1] if 1 <= year <= date.max.year else 0
    return date(year, month + 1, min(day.day, longest)), day.day > longest


def _months(limit: Limit, day: date, still: WholeDays) -> Reckoned:
    """Months and years end on the corresponding day, or the month's last (Civil Code, article 202).

    Each day suspended as a whole moves the beginning on by one day.
    """
    months = limit.period.n * _MONTHS[limit.period.unit]
    counted_from = day if limit.start == "event" else day + _ONE
    moved = 0
    while True:
        anchor = day + moved * _ONE
        last, clipped = _months_later(anchor, months)
        if limit.start == "event" and not clipped:
            last -= _ONE  # the day itself was the first
        stood = still.count(counted_from, last)
        if stood == moved:
            break
        if stood > FARTHEST:
            raise OutOfRangeError(start=day)
        moved = stood

    def tell() -> tuple[Bilingual, ...]:
        ends = _MONTHS_ON.filled(anchor=day_text(anchor), period=limit.period.text, last=day_text(last))
        return (*_stood_still(moved), ends, *((_CLIPPED,) if clipped else ()))

    return Reckoned(day_end(last), tell)


def _stood_still(days: int) -> tuple[Bilingual, ...]:
    return (_STOOD_DAYS.filled(n=days),) if days else ()


def _days(n: int, first: date, still: WholeDays) -> Reckoned:
    last = first + (n - 1) * _ONE
    stood = 0
    while (now := still.count(first, last)) != stood:
        last += (now - stood) * _ONE
        stood = now
    return Reckoned(day_end(last), lambda: (*_stood_still(stood), _DAY_N.filled(n=n, last=day_text(last))))


class _Counted(NamedTuple):
    day: date
    number: int  # of the working day; 0 when the day does not count
    status: DayStatus
    suspended: bool


def _working_days(n: int, first: date, step: timedelta, working: WorkingDays, still: WholeDays) -> Reckoned:
    days: list[_Counted] = []
    number, day = 0, first
    while True:
        status, suspended = working.status(day), day in still
        counts = status.works and not suspended
        number += counts
        days.append(_Counted(day, number if counts else 0, status, suspended))
        if number == n:
            break
        if len(days) > FARTHEST:
            raise OutOfRangeError(start=first)
        day += step
    provisional = not all(each.status.settled for each in days)
    return Reckoned(day_end(day), lambda: tuple(_runs(days)), provisional)


def _runs(days: list[_Counted]) -> Iterator[Bilingual]:
    """One line for each run of days of one kind."""
    for (kind, name, suspended, settled), group in groupby(
        days, key=lambda each: (each.status.kind, each.status.name, each.suspended, each.status.settled)
    ):
        run = list(group)
        ends = sorted((run[0].day, run[-1].day))
        said = Bilingual("中止，不计", "suspended, not counted") if suspended else _KINDS[kind].filled(name=name)
        line = Bilingual("{span}：{said}", "{span}: {said}").filled(span=span_text(*ends), said=said)
        if run[0].number:
            numbers = str(run[0].number) if len(run) == 1 else f"{run[0].number}-{run[-1].number}"
            line = Bilingual(f"{line.zh}，第 {numbers} 个工作日", f"{line.en}, no. {numbers}")
        if not settled:
            line = Bilingual(f"{line.zh}（暂定：通知未知）", f"{line.en} (provisional: notice unknown)")
        yield line
