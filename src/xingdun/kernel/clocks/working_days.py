"""China's working days: weekdays without the public holidays, with the weekend days worked in their stead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

from xingdun.kernel.clocks.errors import NoticeError, OutOfRangeError
from xingdun.kernel.clocks.notice import NEIGHBOUR, SATURDAY, YearNotice
from xingdun.kernel.clocks.wording import Bilingual

Kind = Literal["weekday", "weekend", "holiday", "makeup"]

WARN_FROM = (11, 1)  # the notice for the next year has come between late October and mid-December
_ONE = timedelta(days=1)


class DayStatus(NamedTuple):
    """What a day is. name: of its holiday. settled: the notice that could change it is known."""

    works: bool
    kind: Kind
    name: Bilingual | None
    settled: bool


class YearMissing(NamedTuple):
    """A year whose notice is not known though it is time; text says so to people."""

    year: int
    text: Bilingual


@dataclass(frozen=True)
class WorkingDays:
    """The calendar of working days, made of the notices known. Later notices replace earlier ones of the same year.

    names: holiday names by key. Days of a year whose notice is unknown follow the weekends alone and are not settled;
    nor is the last week of December while the next year's notice, whose New Year's break may begin there, is unknown.
    Raises NoticeError when two years' notices contradict each other.
    """

    notices: tuple[YearNotice, ...]
    names: Mapping[str, Bilingual] = field(default_factory=dict, compare=False, repr=False)
    _days: dict[date, DayStatus] = field(init=False, repr=False, compare=False)
    _years: frozenset[int] = field(init=False, repr=False, compare=False)
    _asked: dict[date, DayStatus] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        latest = {notice.year: notice for notice in self.notices}
        notices = tuple(latest[year] for year in sorted(latest))
        days: dict[date, DayStatus] = {}
        for notice in notices:
            for day, status in self._arranged(notice).items():
                if day in days and days[day].works != status.works:
                    problem = Bilingual("相邻两年的通知互相矛盾", "the notices of two years contradict each other")
                    raise NoticeError(where=day, problem=problem)
                days[day] = status
        object.__setattr__(self, "notices", notices)
        object.__setattr__(self, "_days", days)
        object.__setattr__(self, "_years", frozenset(latest))

    def _arranged(self, notice: YearNotice) -> dict[date, DayStatus]:
        days = {
            day: DayStatus(works=False, kind="holiday", name=self._name(holiday.name), settled=True)
            for holiday in notice.holidays
            for day in holiday
        }
        for day in notice.makeup:
            days[day] = DayStatus(works=True, kind="makeup", name=None, settled=True)
        return days

    def _name(self, name: str) -> Bilingual:
        return self.names.get(name) or Bilingual(name, name)

    def __hash__(self) -> int:
        return hash(self.notices)

    def with_notice(self, notice: YearNotice) -> "WorkingDays":
        """The calendar with that year's notice added, or put in the place of the one known. Raises NoticeError."""
        return WorkingDays((*self.notices, notice), self.names)

    @property
    def last_year(self) -> int | None:
        """The last year whose notice is known."""
        return max(self._years, default=None)

    def knows(self, day: date) -> bool:
        """The notices that say whether `day` is worked are known."""
        return day.year in self._years and ((day.month, day.day) < NEIGHBOUR or day.year + 1 in self._years)

    def status(self, day: date) -> DayStatus:
        """What `day` is, by its notice or, where none says more, by its weekday."""
        known = self._asked.get(day)
        if known is None:
            weekday = day.weekday() < SATURDAY
            plain = DayStatus(weekday, "weekday" if weekday else "weekend", None, settled=True)
            known = self._days.get(day, plain)._replace(settled=self.knows(day))
            self._asked[day] = known
        return known

    def works(self, day: date) -> bool:
        """`day` is a working day."""
        arranged = self._days.get(day)
        return arranged.works if arranged is not None else day.weekday() < SATURDAY

    def count(self, first: date, last: date) -> int:
        """How many working days lie from `first` to `last`, both included; 0 when `last` comes before `first`."""
        return sum(self.works(first + offset * _ONE) for offset in range((last - first).days + 1))

    def add(self, day: date, n: int) -> date:
        """The `n`-th working day after `day` (before it when `n` is negative); `day` itself when `n` is 0.

        Raises OutOfRangeError past the years 1 to 9999.
        """
        step = _ONE if n > 0 else -_ONE
        at = day
        left = abs(n)
        try:
            while left:
                at += step
                left -= self.works(at)
        except OverflowError:
            raise OutOfRangeError(start=day) from None
        return at


def warning(calendar: WorkingDays, today: date) -> YearMissing | None:
    """Which year's notice should be imported now: this year's at any time, the next year's from 1 November."""
    known = {notice.year for notice in calendar.notices}
    if today.year not in known:
        text = Bilingual(
            "缺少 {year} 年节假日通知：工作日时限均为暂定，请立即导入。",
            "The notice of {year} is missing: deadlines in working days are provisional. Import it now.",
        )
        return YearMissing(today.year, text.filled(year=today.year))
    if (today.month, today.day) >= WARN_FROM and today.year + 1 not in known:
        text = Bilingual(
            "尚未导入 {year} 年节假日通知：其中的工作日时限为暂定，通知发布后请导入。",
            "The notice of {year} is not known yet: its working days are provisional. Import it when issued.",
        )
        return YearMissing(today.year + 1, text.filled(year=today.year + 1))
    return None
