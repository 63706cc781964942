"""A year's notice of public holidays: its dates, the checks that it does not contradict itself, and its data form."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xingdun.kernel.clocks.errors import NoticeError
from xingdun.kernel.clocks.wording import Bilingual

LONGEST_TEXT = 65_536  # characters; a notice has about a thousand
LONGEST_BREAK = 30  # days; a longer one is a slip of the year or month
SATURDAY = 5
# New Year's break and its make-up days may lie in the last week of the year before; nothing else leaves the year.
NEIGHBOUR = (12, 25)
# Days that are public holidays every year (Regulation on public holidays); a notice without them was cut short.
FIXED = ((1, 1), (5, 1), (10, 1))
# How many days of a year are public holidays, from which year on (the regulation's article 2, in the wording of the
# State Council's decrees 270, 513 and 795). Make-up days are worked for days off beyond these, never for these.
STATUTORY = ((2025, 13), (2008, 11), (2000, 10))
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A break from `first` to `last`, both free. name: its key in the table of names, or its name as written."""

    name: str
    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + offset * _ONE


@dataclass(frozen=True, slots=True)
class YearNotice:
    """What the State Council arranged for a year: breaks, and the weekend days worked in their stead.

    Raises NoticeError when it contradicts itself: a day both free and worked, a date outside the year (the last week of
    the December before is allowed), a make-up day that is a working day anyway, breaks that overlap, a break that ends
    before it begins, a fixed public holiday missing, fewer days off in all than the year has public holidays.
    """

    year: int
    holidays: tuple[Holiday, ...]
    makeup: tuple[date, ...]

    def __post_init__(self) -> None:
        free: dict[date, str] = {}
        for holiday in self.holidays:
            self._check_break(holiday)
            for day in holiday:
                self._check_year(day)
                if day in free:
                    raise NoticeError(
                        where=day, problem=Bilingual("同一天属于两个假期", "the day belongs to two breaks")
                    )
                free[day] = holiday.name
        seen: set[date] = set()
        for day in self.makeup:
            self._check_year(day)
            self._check_makeup(day, free, seen)
            seen.add(day)
        for month, number in FIXED:
            if date(self.year, month, number) not in free:
                missing = date(self.year, month, number)
                raise NoticeError(
                    where=missing,
                    problem=Bilingual(
                        "缺少法定节假日，通知不完整", "a fixed public holiday is missing: it is not whole"
                    ),
                )
        self._check_whole(free)

    def _check_break(self, holiday: Holiday) -> None:
        if holiday.last < holiday.first:
            problem = Bilingual("假期的结束早于开始", "the break ends before it begins")
        elif (holiday.last - holiday.first).days >= LONGEST_BREAK:
            problem = Bilingual("假期长得不合理", "the break is longer than any can be")
        else:
            return
        raise NoticeError(where=f"{holiday.first}..{holiday.last}", problem=problem)

    def _check_whole(self, free: Mapping[date, str]) -> None:
        """A festival left out, or a make-up day too many: what is free and not worked off falls short of the law."""
        owed = next((days for since, days in STATUTORY if self.year >= since), 0)
        given = sum(day.weekday() < SATURDAY for day in free) - len(self.makeup)
        if given < owed:
            problem = Bilingual(
                "除去调休，全年只放假 {given} 天，法定节假日为 {owed} 天：通知不完整，或上班日过多",
                "beyond what is worked off it gives {given} days off, the public holidays are {owed}: a break is"
                " missing, or a make-up day too many",
            )
            raise NoticeError(where=self.year, problem=problem.filled(given=given, owed=owed))

    def _check_year(self, day: date) -> None:
        before = day.year == self.year - 1 and (day.month, day.day) >= NEIGHBOUR
        if day.year != self.year and not before:
            raise NoticeError(
                where=day, problem=Bilingual("日期不在 {y} 年内", "the date is not in {y}").filled(y=self.year)
            )

    @staticmethod
    def _check_makeup(day: date, free: Mapping[date, str], seen: set[date]) -> None:
        if day in free:
            problem = Bilingual("同一天既放假又上班", "the day is both free and worked")
        elif day.weekday() < SATURDAY:
            problem = Bilingual("调休上班日本来就是工作日", "the make-up day is a working day anyway")
        elif day in seen:
            problem = Bilingual("同一个调休上班日列了两次", "the make-up day stands twice")
        else:
            return
        raise NoticeError(where=day, problem=problem)


def read_notice(text: str) -> YearNotice:
    """The notice in `text`: the data form (TOML) or the wording of the State Council's notice itself.

    The data form: `year = 2027`, `holidays = [{ name = "new_year", from = 2027-01-01, to = 2027-01-03 }, …]`,
    `makeup = [2027-01-30, …]`. Raises NoticeError, which says where; nothing is guessed.
    """
    from xingdun.kernel.clocks.notice_wording import looks_like_wording, read_wording

    text = text.removeprefix("\ufeff")  # as editors on Windows begin a file
    if len(text) > LONGEST_TEXT:
        raise NoticeError(where="1", problem=Bilingual("文件太大，不是一份通知", "the file is too large for a notice"))
    if looks_like_wording(text):
        return read_wording(text)
    try:
        return notice_from(tomllib.loads(text))
    except NoticeError:
        raise
    except (ValueError, RecursionError) as error:  # also a number or nesting that is too long
        problem = Bilingual("既不是通知原文，也不是 TOML", f"neither the notice's wording nor TOML ({str(error)[:80]})")
        raise NoticeError(where="1", problem=problem) from error


def notice_from(table: Mapping[str, Any]) -> YearNotice:
    """The notice of one table in the data form. Raises NoticeError."""
    year = table.get("year")
    if type(year) is not int or not date.min.year < year < date.max.year:
        raise NoticeError(where="year", problem=Bilingual("应为年份", "it is a year, as a number"))
    unknown = set(table) - {"year", "holidays", "makeup"}
    if unknown:
        raise NoticeError(where=min(unknown), problem=Bilingual("没有这一项", "there is no such field"))
    holidays = tuple(_holiday(each) for each in _array(table, "holidays"))
    makeup = tuple(_day(each, "makeup") for each in _array(table, "makeup"))
    return YearNotice(year, holidays, makeup)


def _array(table: Mapping[str, Any], name: str) -> list[Any]:
    array = table.get(name)
    if not isinstance(array, list):
        raise NoticeError(where=name, problem=Bilingual("应为列表", "it is a list"))
    return array


def _holiday(table: object) -> Holiday:
    if not isinstance(table, dict) or set(table) != {"name", "from", "to"} or not isinstance(table["name"], str):
        raise NoticeError(
            where="holidays", problem=Bilingual("每个假期需要 name、from、to", "each has name, from and to")
        )
    return Holiday(table["name"], _day(table["from"], table["name"]), _day(table["to"], table["name"]))


def _day(value: object, where: str) -> date:
    if type(value) is not date:  # a datetime is a date too, but a notice has days
        problem = Bilingual("{v} 不是日期", "{v} is not a date").filled(v=str(value)[:40])
        raise NoticeError(where=where, problem=problem)
    return value
