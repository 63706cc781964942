"""The State Council's yearly notice as it is worded, read into dates.

Each numbered item names a break (`1月1日（周四）至3日（周六）放假调休，共3天`), the days taken in lieu (`补休`) and the
weekend days worked (`上班`). What the item says twice is compared: weekdays with dates, the number of days with spans.
All seven festivals must be arranged, each once, and no date may stand beside these acts.
"""

import re
from datetime import date

from xingdun.kernel.clocks.errors import NoticeError
from xingdun.kernel.clocks.notice import Holiday, YearNotice
from xingdun.kernel.clocks.wording import Bilingual

_TITLE = re.compile(r"([0-9]{4})年\s*部分节假日安排")
_ITEM = re.compile(r"^[ \t　]*[一二三四五六七八九十]{1,3}、([^::,。]{2,20}):(.*)$", re.MULTILINE)
_DAY = (
    r"(?:(?P<{p}y>[0-9]{{4}})年)?(?:(?P<{p}m>[0-9]{{1,2}})月)?(?P<{p}d>[0-9]{{1,2}})日(?:\((?P<{p}w>[^)]{{0,40}})\))?"
)
_SPAN = re.compile(_DAY.format(p="a") + r"(?:至" + _DAY.format(p="b") + ")?")
_COUNT = re.compile(r"(?:共|放假)([0-9]{1,2})天")
_ACT = re.compile("(放假|补休|上班)")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
_WIDTHS = {0xFF08: "(", 0xFF09: ")", 0xFF1A: ":", 0xFF0C: ",", 0xFF1B: ";"}  # full-width punctuation
_NAMES = {
    "元旦": "new_year",
    "春节": "spring_festival",
    "清明节": "qingming",
    "劳动节": "labour_day",
    "端午节": "dragon_boat",
    "中秋节": "mid_autumn",
    "国庆节": "national_day",
}


def looks_like_wording(text: str) -> bool:
    """The text is a notice in words rather than data."""
    return "放假" in text and _ITEM.search(text.translate(_WIDTHS)) is not None


def read_wording(text: str) -> YearNotice:
    """The notice whose wording is `text`. Raises NoticeError naming the item that is wrong."""
    plain = text.translate(_WIDTHS)
    title = _TITLE.search(plain)
    if title is None:
        raise NoticeError(
            where="1",
            problem=Bilingual(
                "标题中没有年份（…年部分节假日安排的通知）", "the title does not say of which year it is"
            ),
        )
    year = int(title[1])
    holidays: list[Holiday] = []
    makeup: list[date] = []
    missing = dict.fromkeys(_NAMES)
    for item in _ITEM.finditer(plain):
        _read_item(year, item[1].strip(), item[2], holidays, makeup)
        for name in item[1].strip().split("、"):
            if name in _NAMES and name not in missing:
                raise NoticeError(where=name, problem=Bilingual("安排了两次", "it is arranged twice"))
            missing.pop(name, None)
    if missing:
        problem = Bilingual("没有这个节日的安排，通知不完整", "this festival is not arranged: the notice is not whole")
        raise NoticeError(where=next(iter(missing)), problem=problem)
    return YearNotice(year, tuple(holidays), tuple(makeup))


def _read_item(year: int, name: str, said: str, holidays: list[Holiday], makeup: list[date]) -> None:
    key = _NAMES.get(name.split("、", maxsplit=1)[0], name)
    found = False
    for sentence in re.split("[。;]", said):
        for part in _parts(name, sentence):
            if part.endswith("上班"):
                makeup += [day for span in _spans(year, name, part) for day in Holiday(key, *span)]
            elif "放假" in part or "补休" in part:
                found = True
                holidays += [Holiday(key, *span) for span in _spans(year, name, part)]
        if found and "放假" in sentence:
            _check_count(name, sentence, year)
    if not found:
        raise NoticeError(where=name, problem=Bilingual("没有写明何时放假", "it does not say which days are free"))


def _parts(name: str, sentence: str) -> list[str]:
    """A sentence cut after each of its acts (放假, 补休, 上班); advice to employers begins with 鼓励 and is no act.

    Raises NoticeError for a date behind the last act: nobody can tell whether it is free or worked.
    """
    if sentence.strip().startswith("鼓励"):
        return []
    pieces = _ACT.split(sentence)
    if beside := _SPAN.search(pieces[-1]):
        problem = Bilingual("没有写明 {day} 放假还是上班", "it does not say whether {day} is free or worked")
        raise NoticeError(where=name, problem=problem.filled(day=beside[0]))
    return [said + act for said, act in zip(pieces[::2], pieces[1::2], strict=False)]


def _check_count(name: str, sentence: str, year: int) -> None:
    count = _COUNT.search(sentence)
    if count is None:
        return
    days = sum((last - first).days + 1 for first, last in _spans(year, name, sentence.split("放假", maxsplit=1)[0]))
    if days != int(count[1]):
        raise NoticeError(
            where=name,
            problem=Bilingual("写明共 {n} 天，日期却是 {d} 天", "it says {n} days, its dates are {d}").filled(
                n=count[1], d=days
            ),
        )


def _spans(year: int, name: str, text: str) -> list[tuple[date, date]]:
    """The days and spans in `text`; a month or year left out is that of the day before it."""
    spans = []
    at_year, at_month = year, 0
    for match in _SPAN.finditer(text):
        ends = []
        for end in "ab":
            if match[end + "d"] is None:
                continue
            at_month = int(match[end + "m"] or at_month)
            at_year = int(match[end + "y"] or at_year)
            ends.append(_dated(name, at_year, at_month, int(match[end + "d"]), match[end + "w"]))
        spans.append((ends[0], ends[-1]))
    if not spans:
        raise NoticeError(where=name, problem=Bilingual("没有日期", "it has no date"))
    return spans


def _dated(name: str, year: int, month: int, number: int, said: str | None) -> date:
    try:
        day = date(year, month, number)
    except ValueError:
        problem = Bilingual("没有 {m}月{d}日 这一天", "there is no day {m}-{d}").filled(m=month, d=number)
        raise NoticeError(where=name, problem=problem) from None
    weekday = _WEEKDAY.search(said or "")
    if weekday and _WEEKDAYS[weekday[1]] != day.weekday():
        raise NoticeError(
            where=name,
            problem=Bilingual("{day} 不是周{said}", "{day} is not the weekday it says ({said})").filled(
                day=day, said=weekday[1]
            ),
        )
    return day
