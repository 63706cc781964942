"""`xingdun clock`: when a duty falls due, by which clause, and how that was worked out.

It needs no server; with --imported it counts by the years that the platform's institution imported.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from xingdun.doors.cli.counted import Counted, counted
from xingdun.kernel.clocks import (
    ZONE,
    Bilingual,
    Clock,
    ClockError,
    Due,
    Occurrence,
    Suspension,
    UnknownClockError,
    clocks,
    dues,
    find_clock,
    moment_text,
    next_occurrence,
)

REFUSED = 1
_DATE_ONLY = len("2026-02-14")
_WORDS = {
    "by": Bilingual("截止", "due by"),
    "keep": Bilingual("至少保留至", "keep until"),
    "ahead": Bilingual("自此办理", "act from"),
    "floor": Bilingual("法定底线", "legal floor"),
    "basis": Bilingual("依据", "basis"),
    "working": Bilingual("推算", "working"),
    "stops": Bilingual("终止于", "stopped by"),
    "note": Bilingual("说明", "note"),
    "next": Bilingual("若此时已完成，下一次", "if done then, next"),
    "warn": Bilingual("间隔预警", "gap warning"),
    "provisional": Bilingual(
        "暂定：所涉年份的节假日通知未知", "provisional: the notice of a year it touches is unknown"
    ),
    "settled": Bilingual("确定：所涉年份的节假日通知均已知", "settled: the notices of all years it touches are known"),
    "calendar": Bilingual("工作日历", "calendar"),
    "default": Bilingual("平台默认值，可由机构设定", "platform default, the institution may set it"),
    "unchecked": Bilingual("原文未核对，默认停用", "text not checked: off by default"),
}


class _UnreadableTimeError(ClockError):
    code = "XD-CLOCK-011"
    telling = Bilingual(
        "看不懂时间 {text}。请写作 2026-02-14、2026-02-14T16:20 或 2026-02-14T16:20+08:00。",
        "The time {text} cannot be read. Write 2026-02-14, 2026-02-14T16:20 or 2026-02-14T16:20+08:00.",
    )


class _TimeOfDayError(ClockError):
    code = "XD-CLOCK-012"
    telling = Bilingual(
        "时限 {key} 以分钟或小时计，只有日期不够。请给出时刻，例如 {text}T16:20。",
        "The clock {key} runs in minutes or hours; a date is not enough. Give the time too, such as {text}T16:20.",
    )


class _SeveralClocksError(ClockError):
    code = "XD-CLOCK-014"
    telling = Bilingual(
        "义务 {duty} 有多个时限：{keys}。请指明其中一个。",
        "The duty {duty} runs several clocks: {keys}. Ask for one of them.",
    )


class _NoClockError(ClockError):
    code = "XD-CLOCK-015"
    telling = Bilingual(
        "义务 {duty} 没有时限。有时限的义务见 xingdun clock --list。",
        "The duty {duty} has no clock. xingdun clock --list shows what has one.",
    )


def _find(key: str) -> Clock:
    """The clock of that key, or the one of the catalogue's duty of that key."""
    try:
        return find_clock(key)
    except UnknownClockError:
        from xingdun.obligations.catalogue import load  # late: most questions name the clock itself

        duty = load().duties.get(key)
        if duty is None:
            raise
    if not duty.clocks:
        raise _NoClockError(duty=key)
    if len(duty.clocks) > 1:
        raise _SeveralClocksError(duty=key, keys=", ".join(duty.clocks))
    return find_clock(duty.clocks[0])


def _moment(text: str) -> datetime:
    """A moment as people write it; without a zone it is Shanghai's."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise _UnreadableTimeError(text=repr(text[:40])) from None
    return at if at.tzinfo else at.replace(tzinfo=ZONE)


def _start(clock: Clock, text: str) -> datetime:
    at = _moment(text)
    wall_clock = any(limit.period.is_wall_clock for each in clock.recipients for limit in each.limits)
    if wall_clock and len(text.strip()) <= _DATE_ONLY:
        raise _TimeOfDayError(key=clock.key, text=at.date())
    return at


def _suspensions(texts: tuple[str, ...]) -> tuple[Suspension, ...]:
    spans = (text.partition("..") for text in texts)
    return tuple(Suspension(_moment(since), _moment(until)) for since, _, until in spans)


@dataclass(frozen=True)
class _Answer:
    """What was asked, and what came out."""

    clock: Clock
    start: datetime
    owed: tuple[Due, ...]
    following: Occurrence | None
    days: Counted

    @property
    def provisional(self) -> bool:
        """Whether a year that any of the deadlines touches is unknown."""
        return any(due.provisional for due in self.owed)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _due_json(due: Due) -> dict[str, Any]:
    return {
        "recipient": due.recipient.key,
        "name": due.recipient.name._asdict(),
        "due": _iso(due.at),
        "provisional": due.provisional,
        "floor": _iso(due.floor) if due.floor else None,
        "period": f"{due.limit.period.n} {due.limit.period.unit}",
        "start": due.limit.start,
        "force": due.limit.force,
        "clauses": list(due.limit.clauses),
        "working": {"zh": list(due.lines("zh")), "en": list(due.lines("en"))},
    }


def _clock_json(clock: Clock) -> dict[str, Any]:
    return {
        "duty": clock.key,
        "name": clock.name._asdict(),
        "sense": clock.sense,
        "recurring": clock.recurring,
        "checked": clock.checked,
        "default": clock.is_default,
        "clauses": list(clock.clauses),
        "starts": clock.starts._asdict(),
        "stops": clock.stops._asdict(),
        "note": clock.note._asdict() if clock.note else None,
    }


def _answer_json(answer: _Answer) -> dict[str, Any]:
    following, days = answer.following, answer.days
    return {
        **_clock_json(answer.clock),
        "from": _iso(answer.start.astimezone(ZONE)),
        "due": _iso(answer.owed[0].at),
        "provisional": answer.provisional,
        "calendar": {
            "institution": days.institution or None,
            **{source: days.years(source) for source in ("platform", "imported", "file")},
        },
        "recipients": [_due_json(due) for due in answer.owed],
        "next": {
            "opens": _iso(following.opens),
            "due": _iso(following.due.at),
            "warn_after": _iso(following.warn_after) if following.warn_after else None,
        }
        if following
        else None,
    }


def _line(word: str, text: str, language: str) -> None:
    click.echo(f"{_WORDS[word].say(language)}  {text}")


def _print(answer: _Answer, language: str) -> None:
    clock, following = answer.clock, answer.following
    click.secho(f"{clock.name.say(language)}  [{clock.key}]", bold=True)
    for word, holds in (("unchecked", not clock.checked), ("default", clock.is_default)):
        if holds:
            click.echo(_WORDS[word].say(language))
    _line("stops", clock.stops.say(language), language)
    if clock.note:
        _line("note", clock.note.say(language), language)
    for due in answer.owed:
        click.echo()
        click.secho(due.recipient.name.say(language), bold=True)
        _line(due.sense, moment_text(due.at).say(language), language)
        if due.provisional:
            click.echo(_WORDS["provisional"].say(language))
        if due.floor:
            _line("floor", moment_text(due.floor).say(language), language)
        _line("basis", ", ".join(due.limit.clauses) or _WORDS["default"].say(language), language)
        click.echo(_WORDS["working"].say(language))
        for number, step in enumerate(due.lines(language), 1):
            click.echo(f"  {number}. {step}")
    if following:
        click.echo()
        _line("next", moment_text(following.due.at).say(language), language)
        if following.warn_after:
            _line("warn", moment_text(following.warn_after).say(language), language)
    click.echo()
    _line("calendar", answer.days.told(language), language)
    click.echo(_WORDS["provisional" if answer.provisional else "settled"].say(language))


def _list(form: str, language: str) -> None:
    if form == "json":
        click.echo(json.dumps([_clock_json(each) for each in clocks().values()], ensure_ascii=False, indent=2))
        return
    for clock in clocks().values():
        periods = dict.fromkeys(
            limit.period.text.say(language) for each in clock.recipients for limit in each.limits[:1]
        )
        marks = [_WORDS["unchecked"].say(language)] if not clock.checked else []
        marks += [_WORDS["default"].say(language)] if clock.is_default else []
        told = "  ".join((" / ".join(periods), clock.name.say(language), ", ".join(clock.clauses), *marks))
        click.echo(f"{clock.key:30}{told}")


def _reckon(duty: str, began: str | None, days: Counted, suspended: tuple[str, ...]) -> _Answer:
    clock = _find(duty)
    start = None if began is None else _start(clock, began)
    owed = tuple(one.due for one in dues((clock,), start, days.days, suspensions=_suspensions(suspended)))
    following = next_occurrence(clock, days.days, last=start) if clock.recurring else None
    return _Answer(clock, start, owed, following, days)  # type: ignore[arg-type] # `dues` refuses without a start


@click.command(epilog="Exit status: 0 reckoned; 1 refused, with a code and what to do; 2 wrong usage.")
@click.argument("duty", required=False)
@click.option("--from", "began", metavar="TIME", help="When its event happened (recurring duties: when last done).")
@click.option("--list", "listing", is_flag=True, help="Show every clock.")
@click.option(
    "--notice",
    "notices",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A later year's notice of holidays, as issued or as data; may be given several times.",
)
@click.option("--imported", is_flag=True, help="Count by the years imported into the running platform too.")
@click.option("--institution", metavar="NAME", help="Whose; needed with --imported when the platform serves several.")
@click.option(
    "--suspended", multiple=True, metavar="FROM..UNTIL", help="The clock stood still; may be given several times."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the answer.")
def clock(  # noqa: PLR0917 - click passes by name
    duty: str | None,
    began: str | None,
    listing: bool,  # noqa: FBT001 - click passes flags by name
    notices: tuple[Path, ...],
    imported: bool,  # noqa: FBT001 - click passes flags by name
    institution: str | None,
    suspended: tuple[str, ...],
    form: str,
    lang: str,
) -> None:
    """Say when DUTY falls due if its event happens at TIME, by which clause, and how that was worked out.

    DUTY is a duty of the catalogue, or a clock of --list. TIME is 2026-02-14, 2026-02-14T16:20 or the same with a zone;
    without one it is Shanghai's. Nothing is stored. The answer names the years whose holidays it knows, and says when
    it is provisional.
    """
    if listing:
        _list(form, lang)
        return
    if duty is None:
        raise click.UsageError("Name a DUTY, or ask for --list.")
    try:
        days = counted(notices, imported=imported or institution is not None, institution=institution)
        answer = _reckon(duty, began, days, suspended)
    except ClockError as error:
        click.secho(f"{error.code}  {error.text.say(lang)}", fg="red", err=True)
        raise SystemExit(REFUSED) from None
    if form == "json":
        click.echo(json.dumps(_answer_json(answer), ensure_ascii=False, indent=2))
    else:
        _print(answer, lang)
