"""A clock as data: how long, counted how, from what until what, owed to whom, by which clause."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from xingdun.kernel.clocks.errors import ClockDataError, UnknownRecipientError
from xingdun.kernel.clocks.wording import Bilingual

Unit = Literal[
    "minute", "hour", "day", "working_day", "month", "year",
    "calendar_day", "calendar_month", "calendar_quarter", "calendar_year",
]  # fmt: skip
Start = Literal["event", "next_day"]
Force = Literal["law", "normative", "standard", "commentary", "platform", "institution"]
Sense = Literal["by", "keep", "ahead"]

LONGEST = 10_000  # of any unit: 30 years of keeping are 30 years, not 946 million seconds
_UNITS: dict[str, tuple[str, str]] = {
    "minute": ("{n} 分钟", "{n} minute{s}"),
    "hour": ("{n} 小时", "{n} hour{s}"),
    "day": ("{n} 个自然日", "{n} calendar day{s}"),
    "working_day": ("{n} 个工作日", "{n} working day{s}"),
    "month": ("{n} 个月", "{n} month{s}"),
    "year": ("{n} 年", "{n} year{s}"),
    "calendar_day": ("每 {n} 个自然日", "every {n} calendar day{s}, by its end"),
    "calendar_month": ("每 {n} 个自然月", "every {n} calendar month{s}, by its end"),
    "calendar_quarter": ("每 {n} 个自然季度", "every {n} calendar quarter{s}, by its end"),
    "calendar_year": ("每 {n} 个自然年", "every {n} calendar year{s}, by its end"),
}
_NO_UNIT = Bilingual("没有这个单位", "there is no such unit")
_TOO_LONG = Bilingual(f"期间应为 1 至 {LONGEST} 个单位", f"a period is 1 to {LONGEST} of its unit")
_UNREADABLE = Bilingual(
    "期间应写作数字加单位，如 15 working_day", "a period is a number and a unit, as in 15 working_day"
)
_PERIOD = re.compile(r"([0-9]{1,5}) ([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Period:
    """`n` of a unit. The units `calendar_…` end with the day, month, quarter or year on the calendar.

    Raises ClockDataError when `n` is not from 1 to 10,000 or the unit is unknown.
    """

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise ClockDataError(where=f"{self.n} {self.unit}", problem=_NO_UNIT)
        if not 1 <= self.n <= LONGEST:
            raise ClockDataError(where=f"{self.n} {self.unit}", problem=_TOO_LONG)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """A period written as in the data: `30 minute`, `15 working_day`, `1 calendar_quarter`."""
        match = _PERIOD.fullmatch(text)
        if match is None:
            raise ClockDataError(where=repr(text)[:60], problem=_UNREADABLE)
        return cls(int(match[1]), cast("Unit", match[2]))  # an unknown one is refused when made

    @property
    def is_calendar(self) -> bool:
        """It ends with a span of the calendar, whenever it began."""
        return self.unit.startswith("calendar_")

    @property
    def is_wall_clock(self) -> bool:
        """It is counted in minutes or hours that pass, night and holiday alike."""
        return self.unit in ("minute", "hour")

    @property
    def text(self) -> Bilingual:
        """The period in words."""
        zh, en = _UNITS[self.unit]
        if self.is_calendar and self.n == 1:
            zh, en = zh.replace(" {n} 个", "个"), en.replace("{n} ", "")
        plural = "" if self.n == 1 else "s"
        return Bilingual(zh.format(n=self.n), en.format(n=self.n, s=plural))


@dataclass(frozen=True, slots=True)
class Limit:
    """One source's answer to "how long": a period, its start rule, its force and its clauses.

    start: `event` counts from the moment itself (days: the event's day is the first); `next_day` from the day after, as
    periods in days, months and years do unless a text says otherwise (Civil Code, article 201). force: that of the
    document; `platform` marks a default of this platform where the text gives no number, `institution` its own choice.
    """

    period: Period
    start: Start
    force: Force
    clauses: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.start not in get_args(Start):
            raise ClockDataError(where=str(self.clauses), problem=f"there is no start rule {self.start}")
        if self.force not in get_args(Force):
            raise ClockDataError(where=str(self.clauses), problem=f"there is no force {self.force}")
        if self.period.is_calendar and self.start != "event":
            raise ClockDataError(where=str(self.clauses), problem="a calendar period is that of its event")
        if self.documented and not self.clauses:
            raise ClockDataError(where=self.period.text.en, problem="a documented limit names its clauses")

    @property
    def documented(self) -> bool:
        """It stands in a document, and so is part of the legal floor."""
        return self.force not in ("platform", "institution")


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom the duty is owed, with the limits that hold towards them; the stricter wins."""

    key: str
    name: Bilingual
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A statutory clock.

    sense: `by` (do it no later than), `keep` (hold it at least until), `ahead` (counted back from an expiry: warn or
    act from then on). starts, stops, suspended_by: the facts that start it, stop it, and let it stand still; without
    suspended_by nothing does. recurring: each fulfilment starts it anew. gap: between two fulfilments of a calendar
    duty a longer silence is warned of. checked: the number was read in its text; otherwise the clock is off by default.
    """

    key: str
    name: Bilingual
    starts: Bilingual
    stops: Bilingual
    recipients: tuple[Recipient, ...]
    sense: Sense = "by"
    recurring: bool = False
    gap: Period | None = None
    suspended_by: Bilingual | None = None
    checked: bool = True
    note: Bilingual | None = None

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise ClockDataError(where=self.key, problem=problem)

    def _problem(self) -> str | None:
        keys = [each.key for each in self.recipients]
        calendar = {limit.period.is_calendar for each in self.recipients for limit in each.limits}
        gap_fits = self.gap is None or (self.gap.unit == "day" and self.recurring)
        tests = (
            (self.sense in get_args(Sense), f"there is no sense {self.sense}"),
            (bool(keys) and all(each.limits for each in self.recipients), "each recipient has a limit"),
            (len(set(keys)) == len(keys), "a recipient stands twice"),
            (self.sense == "by" or True not in calendar, "only a deadline may follow the calendar"),
            (gap_fits, "a gap is in days, between the times of a recurring duty"),
            (len(calendar) <= 1, "calendar and rolling periods do not mix in one clock"),
        )
        return next((problem for holds, problem in tests if not holds), None)

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause behind the clock, each once."""
        return tuple(dict.fromkeys(c for each in self.recipients for limit in each.limits for c in limit.clauses))

    @property
    def is_calendar(self) -> bool:
        """Its periods follow the calendar."""
        return self.recipients[0].limits[0].period.is_calendar

    @property
    def is_default(self) -> bool:
        """No document gives the number: every limit is the platform's or the institution's."""
        return not any(limit.documented for each in self.recipients for limit in each.limits)

    def recipient(self, key: str) -> Recipient:
        """The recipient of that key. Raises UnknownRecipientError."""
        for each in self.recipients:
            if each.key == key:
                return each
        known = ", ".join(each.key for each in self.recipients)
        raise UnknownRecipientError(key=self.key, recipient=key, known=known)


def with_period(clock: Clock, period: Period, *, recipient: str | None = None, start: Start | None = None) -> Clock:
    """`clock` with the institution's own period instead of the platform's, for one recipient or for all.

    Documented limits stay: a looser period of the institution changes nothing, a stricter one wins beside the legal
    floor. start: the same rule as before when None. Raises UnknownRecipientError, ClockDataError.
    """
    if recipient is not None:
        clock.recipient(recipient)
    changed = []
    for each in clock.recipients:
        if recipient is not None and each.key != recipient:
            changed.append(each)
            continue
        rule = start or ("event" if period.is_wall_clock or period.is_calendar else each.limits[0].start)
        own = Limit(period, rule, "institution", tuple(dict.fromkeys(c for one in each.limits for c in one.clauses)))
        kept = tuple(one for one in each.limits if one.documented)
        changed.append(dataclasses.replace(each, limits=(own, *kept)))
    return dataclasses.replace(clock, recipients=tuple(changed))
