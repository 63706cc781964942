"""What people read: every text in Chinese and English, dates with their weekday."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Bilingual(NamedTuple):
    """One text in simplified Chinese and English."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """The text in `language` (`zh` or anything that begins with it; else English)."""
        return self.zh if language.startswith("zh") else self.en

    def filled(self, **facts: object) -> "Bilingual":
        """Both texts with {facts} filled in; a fact that is Bilingual goes in by its language."""

        def pick(index: int) -> dict[str, object]:
            return {name: fact[index] if isinstance(fact, Bilingual) else fact for name, fact in facts.items()}

        return Bilingual(self.zh.format(**pick(0)), self.en.format(**pick(1)))


def day_text(day: date) -> Bilingual:
    """A date with its weekday: `2024-02-04（周日）`, `Sun 2024-02-04`."""
    weekday = day.weekday()
    return Bilingual(f"{day}（周{_WEEKDAYS_ZH[weekday]}）", f"{_WEEKDAYS_EN[weekday]} {day}")


def moment_text(at: datetime) -> Bilingual:
    """A moment to the minute (to the second when it has seconds); a day's end is written 24:00."""
    seconds = "%H:%M:%S" if at.second else "%H:%M"
    clock = "24:00" if at.time() == time.max else at.strftime(seconds)
    day = day_text(at.date())
    return Bilingual(f"{day.zh} {clock}", f"{day.en} {clock}")


def span_text(first: date, last: date) -> Bilingual:
    """One day, or a span of days with both ends."""
    if first == last:
        return day_text(first)
    ends = day_text(first), day_text(last)
    return Bilingual(f"{ends[0].zh}至{ends[1].zh}", f"{ends[0].en} to {ends[1].en}")


def duration_text(length: timedelta) -> Bilingual:
    """A length in days, hours, minutes and seconds, without the parts that are zero."""
    seconds = int(length.total_seconds())
    parts = (
        (seconds // 86400, "天", "d"),
        (seconds // 3600 % 24, "小时", "h"),
        (seconds // 60 % 60, "分钟", "min"),
        (seconds % 60, "秒", "s"),
    )
    said = [(f"{n}{zh}", f"{n} {en}") for n, zh, en in parts if n] or [("0秒", "0 s")]
    return Bilingual("".join(zh for zh, _ in said), " ".join(en for _, en in said))


def listed(texts: Iterable[Bilingual]) -> Bilingual:
    """Texts one after another, as each language lists them."""
    many = tuple(texts)
    return Bilingual("、".join(one.zh for one in many), ", ".join(one.en for one in many))
