"""When a duty falls due, how that was worked out, and by how much it was missed."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from xingdun.kernel.clocks.clock import Clock, Limit, Recipient, Sense
from xingdun.kernel.clocks.counting import Reckoned, Spans, Tell, count_back, count_forward
from xingdun.kernel.clocks.errors import ClockError, NoStartError, NotSuspendableError, OutOfRangeError
from xingdun.kernel.clocks.suspension import Suspension, merged
from xingdun.kernel.clocks.wording import Bilingual, listed, moment_text
from xingdun.kernel.clocks.working_days import WorkingDays
from xingdun.kernel.clocks.zone import local

_AT: dict[Sense, Bilingual] = {
    "by": Bilingual("截止：{at}", "due by: {at}"),
    "keep": Bilingual("至少保留至：{at}", "kept at least until: {at}"),
    "ahead": Bilingual("自此时起办理：{at}", "to be taken up from: {at}"),
}
_DEFAULT = Bilingual("平台默认值", "platform default")
_OWN = Bilingual("机构自定", "set by the institution")
_BESIDE = Bilingual("另有期限 {period}（{clauses}）：{at}", "beside it {period} ({clauses}): {at}")


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty falls due, and how that was worked out.

    at: aware datetime in Asia/Shanghai; the duty is in time up to and including it (sense `keep`: not before it).
    provisional: the working-day calendar does not reach far enough yet, so an import may move `at`. limit: the one that
    won. floor: the looser date of the documents, where `at` is stricter. working: one step a line, for people to check.
    """

    at: datetime
    provisional: bool
    sense: Sense
    recipient: Recipient
    limit: Limit
    floor: datetime | None
    tell: Tell = field(compare=False, repr=False)

    @property
    def working(self) -> tuple[Bilingual, ...]:
        """How it was worked out, one step a line; made when it is read."""
        return self.tell()

    def lines(self, language: str) -> tuple[str, ...]:
        """The working in `zh` or `en`."""
        return tuple(step.say(language) for step in self.working)


class Owed(NamedTuple):
    """One recipient's deadline under one clock."""

    clock: Clock
    recipient: Recipient
    due: Due


def due(
    clock: Clock,
    start: datetime | None,
    calendar: WorkingDays,
    *,
    suspensions: Iterable[Suspension] = (),
    recipient: str | None = None,
) -> Due:
    """The deadline of `clock` when its event happens at `start` (aware; sense `ahead`: when the thing expires).

    The stricter of a recipient's limits wins; of several recipients, without `recipient`, the strictest. Raises
    NoStartError, NaiveTimeError, NotSuspendableError, UnknownRecipientError, OutOfRangeError. Source: `clock.clauses`.
    """
    spans = _spans(clock, suspensions)
    begun = _begun(clock, start)
    asked = clock.recipients if recipient is None else (clock.recipient(recipient),)
    return _strictest(clock.sense, [_towards(clock, each, begun, calendar, spans) for each in asked])


def dues(
    clocks: Iterable[Clock],
    start: datetime | None,
    calendar: WorkingDays,
    *,
    suspensions: Iterable[Suspension] = (),
) -> tuple[Owed, ...]:
    """Every recipient's deadline under every clock that the one event starts, the soonest first. Raises as `due`."""
    suspensions = tuple(suspensions)
    owed = [
        Owed(clock, each, due(clock, start, calendar, suspensions=suspensions, recipient=each.key))
        for clock in clocks
        for each in clock.recipients
    ]
    return tuple(sorted(owed, key=lambda one: one.due.at))


def overdue(reckoned: Due, now: datetime, *, done: datetime | None = None) -> timedelta:
    """By how much the duty is missed at `now`, or was when it was `done`; zero when it is in time.

    For the sense `keep` nothing is missed until the thing is gone (`done`) before its time. Raises NaiveTimeError.
    """
    if reckoned.sense == "keep":
        return max(reckoned.at - local(done), timedelta()) if done is not None else timedelta()
    return max(local(now if done is None else done) - reckoned.at, timedelta())


def _begun(clock: Clock, start: datetime | None) -> datetime:
    if start is None:
        raise NoStartError(key=clock.key, starts=clock.starts)
    try:
        return local(start)
    except OverflowError:
        raise OutOfRangeError(start=start) from None


def _spans(clock: Clock, suspensions: Iterable[Suspension]) -> Spans:
    spans = merged(suspensions)
    if spans and clock.suspended_by is None:
        raise NotSuspendableError(key=clock.key)
    return spans


def _strictest(sense: Sense, many: list[Due]) -> Due:
    return (max if sense == "keep" else min)(many, key=lambda one: one.at)


def _towards(clock: Clock, recipient: Recipient, start: datetime, calendar: WorkingDays, spans: Spans) -> Due:
    reckoned = [(limit, _reckon(clock, limit, start, calendar, spans)) for limit in recipient.limits]
    sign = -1 if clock.sense == "keep" else 1
    reckoned.sort(key=lambda one: sign * one[1].at.timestamp())
    limit, won = reckoned[0]
    floor = next((one.at for each, one in reversed(reckoned) if each.documented and one.at != won.at), None)
    return Due(
        at=won.at,
        provisional=any(one.provisional for _, one in reckoned),
        sense=clock.sense,
        recipient=recipient,
        limit=limit,
        floor=floor,
        tell=lambda: _told(clock, start, reckoned),
    )


def _reckon(clock: Clock, limit: Limit, start: datetime, calendar: WorkingDays, spans: Spans) -> Reckoned:
    try:
        if clock.sense == "ahead":
            return count_back(limit, start, calendar)
        return count_forward(limit, start, calendar, spans)
    except ClockError:
        raise
    except (OverflowError, ValueError):  # what dates raise past the years 1 to 9999
        raise OutOfRangeError(start=start) from None


def _told(clock: Clock, start: datetime, reckoned: list[tuple[Limit, Reckoned]]) -> tuple[Bilingual, ...]:
    (limit, won), *others = reckoned
    begins = Bilingual("{starts}：{at}", "{starts}: {at}").filled(starts=clock.starts, at=moment_text(start))
    period = Bilingual("期限：{period}（{by}）", "period: {period} ({by})").filled(
        period=limit.period.text, by=_basis(limit)
    )
    end = _AT[clock.sense].filled(at=moment_text(won.at))
    beside = (
        _BESIDE.filled(period=each.period.text, clauses=_basis(each), at=moment_text(one.at)) for each, one in others
    )
    return (begins, period, *won.tell(), end, *beside)


def _basis(limit: Limit) -> Bilingual:
    clauses = listed(Bilingual(clause, clause) for clause in limit.clauses)
    if limit.documented:
        return clauses
    whose = _OWN if limit.force == "institution" else _DEFAULT
    return Bilingual("{whose}；{c}", "{whose}; {c}").filled(whose=whose, c=clauses) if limit.clauses else whose


def regraded(before: Due, after: Due, *, at: datetime, reported: datetime | None) -> Due:
    """A recipient's deadline after the incident's level changed at `at`; a change never wins time (contradiction A2).

    before, after: the deadlines of the old and the new level, both counted from discovery. reported: when the first
    report was made. Raised before the first report, the shorter deadline holds; raised after it, that report stands
    and a supplementary one is due at once; lowered, the earlier deadline stays.
    """
    if after.at >= before.at:
        return _noting(
            before, before.at, Bilingual("级别下调：原期限不变", "level lowered: the earlier deadline stays")
        )
    if reported is None or local(reported) > local(at):
        note = Bilingual("级别上调：较短期限自发现时起算", "level raised: the shorter deadline counts from discovery")
        return _noting(after, after.at, note)
    note = Bilingual("级别上调，首报有效：立即补充报告", "level raised, the first report stands: supplement it at once")
    return _noting(after, local(at), note)


def _noting(base: Due, at: datetime, note: Bilingual) -> Due:
    ends = _AT[base.sense].filled(at=moment_text(at))
    return dataclasses.replace(base, at=at, tell=lambda: (*base.tell(), note, ends))
