"""The clocks and the calendar that come with the platform, read once from this package's data."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from xingdun.kernel.clocks.clock import Clock, Limit, Period, Recipient
from xingdun.kernel.clocks.errors import ClockDataError, UnknownClockError
from xingdun.kernel.clocks.notice import notice_from
from xingdun.kernel.clocks.wording import Bilingual
from xingdun.kernel.clocks.working_days import WorkingDays

_DATA = files(__package__) / "data"
_REQUIRED = frozenset({"key", "zh", "en", "starts", "stops", "to"})
_OPTIONAL = frozenset({"sense", "recurring", "gap", "suspended_by", "checked", "note"})


@cache
def clocks() -> Mapping[str, Clock]:
    """Every clock of the platform by its key, in the order of the data."""
    return read_clocks((_DATA / "clocks.toml").read_text(encoding="utf-8"))


@cache
def working_days() -> WorkingDays:
    """China's working days 2004 to 2026, as the platform comes with them."""
    table = tomllib.loads((_DATA / "working_days.toml").read_text(encoding="utf-8"))
    names = {key: Bilingual(name["zh"], name["en"]) for key, name in table["names"].items()}
    return WorkingDays(tuple(notice_from(each) for each in table["notice"]), names)


def find_clock(key: str) -> Clock:
    """The clock of that key. Raises UnknownClockError, which names those that are close."""
    try:
        return clocks()[key]
    except KeyError:
        close = get_close_matches(key, clocks(), n=3, cutoff=0.5)
        near = Bilingual("相近：{c}。", "Close to it: {c}. ").filled(c=", ".join(close)) if close else Bilingual("", "")
        raise UnknownClockError(key=key[:60], close=near) from None


def read_clocks(text: str) -> Mapping[str, Clock]:
    """Clocks from a TOML text: `[recipients]` with their names, then `[[clock]]`. Raises ClockDataError naming it."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ClockDataError(where="TOML", problem=str(error)) from error
    names = {key: _bilingual(name, key) for key, name in table.get("recipients", {}).items()}
    found: dict[str, Clock] = {}
    for each in table.get("clock", []):
        clock = _clock(each, names)
        if clock.key in found:
            raise ClockDataError(where=clock.key, problem=Bilingual("名称重复", "the key stands twice"))
        found[clock.key] = clock
    return MappingProxyType(found)


def _clock(table: Mapping[str, Any], names: Mapping[str, Bilingual]) -> Clock:
    key = str(table.get("key", "?"))
    odd = (_REQUIRED - set(table)) | (set(table) - _REQUIRED - _OPTIONAL)
    if odd:
        problem = Bilingual("缺少或多出字段 {f}", "fields missing or unknown: {f}").filled(f=", ".join(sorted(odd)))
        raise ClockDataError(where=key, problem=problem)
    return Clock(
        key=key,
        name=_bilingual(table, key),
        starts=_bilingual(table["starts"], key),
        stops=_bilingual(table["stops"], key),
        recipients=tuple(_recipient(each, key, names) for each in table["to"]),
        sense=table.get("sense", "by"),
        recurring=table.get("recurring", False),
        gap=Period.parse(table["gap"]) if "gap" in table else None,
        suspended_by=_bilingual(table["suspended_by"], key) if "suspended_by" in table else None,
        checked=table.get("checked", True),
        note=_bilingual(table["note"], key) if "note" in table else None,
    )


def _recipient(table: Mapping[str, Any], clock: str, names: Mapping[str, Bilingual]) -> Recipient:
    key = table.get("recipient", "")
    if key not in names:
        raise ClockDataError(where=clock, problem=Bilingual("没有这个接收方", "there is no such recipient"))
    try:
        limits = tuple(
            Limit(Period.parse(each["period"]), each["start"], each["force"], tuple(each["clauses"]))
            for each in table["limits"]
        )
    except KeyError as missing:
        problem = Bilingual("期限缺少 {f}", "a limit lacks {f}").filled(f=missing)
        raise ClockDataError(where=clock, problem=problem) from missing
    return Recipient(key, names[key], limits)


def _bilingual(table: Mapping[str, Any], where: str) -> Bilingual:
    try:
        return Bilingual(table["zh"], table["en"])
    except (KeyError, TypeError):
        problem = Bilingual("需要中文和英文", "a text in Chinese and English is wanted")
        raise ClockDataError(where=where, problem=problem) from None
