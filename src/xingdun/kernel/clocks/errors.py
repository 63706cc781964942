"""What a clock refuses: each error has a code that stays and says in both languages what happened and what to do."""

from typing import ClassVar

from xingdun.kernel.clocks.wording import Bilingual


class ClockError(ValueError):
    """Any refusal of this package. `code` stays; `text` says what happened and what to do, facts filled in."""

    code: ClassVar[str] = "XD-CLOCK-000"
    telling: ClassVar[Bilingual] = Bilingual("时限无法推算。", "The clock cannot be reckoned.")

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        self.text = self.telling.filled(**facts)
        super().__init__(f"{self.code} {self.text.en}")


class NaiveTimeError(ClockError):
    """A moment without a zone."""

    code = "XD-CLOCK-001"
    telling = Bilingual(
        "时间 {moment} 没有时区。请给出带时区的时间，例如 2026-02-14T16:20+08:00。",
        "The moment {moment} has no zone. Give one with its zone, such as 2026-02-14T16:20+08:00.",
    )


class UnknownClockError(ClockError):
    """No clock has this key."""

    code = "XD-CLOCK-002"
    telling = Bilingual(
        "没有名为 {key} 的时限。{close}全部名称见 xingdun clock --list。",
        "There is no clock called {key}. {close}xingdun clock --list shows them all.",
    )


class ClockDataError(ClockError):
    """Data that do not describe a clock; `where` names the clock or recipient."""

    code = "XD-CLOCK-003"
    telling = Bilingual(
        "时限数据有误，{where}:{problem}。改正数据后重新载入；未载入任何时限。",
        "The clock data are wrong at {where}: {problem}. Mend them and load again; no clock was loaded.",
    )


class NoStartError(ClockError):
    """A clock without the moment it starts from."""

    code = "XD-CLOCK-004"
    telling = Bilingual(
        "时限 {key} 从“{starts}”起算，但没有给出这一时间。请补充起算时间。",
        "The clock {key} starts from: {starts}; that moment is missing. Say when it was.",
    )


class NotSuspendableError(ClockError):
    """A suspension of a clock that nothing may stop for a while."""

    code = "XD-CLOCK-005"
    telling = Bilingual(
        "时限 {key} 不得中止。请去掉中止区间。",
        "The clock {key} may not be suspended. Leave the suspensions out.",
    )


class SuspensionError(ClockError):
    """A suspension that ends before it begins."""

    code = "XD-CLOCK-006"
    telling = Bilingual(
        "中止区间 {since} 至 {until} 没有长度。请使结束晚于开始。",
        "The suspension from {since} to {until} has no length. Let its end come after its beginning.",
    )


class OutOfRangeError(ClockError):
    """A deadline beyond the dates that can be reckoned."""

    code = "XD-CLOCK-007"
    telling = Bilingual(
        "从 {start} 起推算超出可用日期范围。请核对起算时间。",
        "Reckoning from {start} leaves the range of dates. Check the moment it starts from.",
    )


class NoticeError(ClockError):
    """A year's notice that cannot be read or contradicts itself; `where` says at which line or date."""

    code = "XD-CLOCK-008"
    telling = Bilingual(
        "节假日通知有误，{where}:{problem}。请对照通知原文改正后重新导入；未导入任何内容。",
        "The notice is wrong at {where}: {problem}. Compare it with the original and import again; nothing was kept.",
    )


class NotRecurringError(ClockError):
    """The next occurrence of a duty that happens once."""

    code = "XD-CLOCK-009"
    telling = Bilingual(
        "时限 {key} 只随事件起算一次，没有下一次。请用其事件时间推算截止时间。",
        "The clock {key} runs once for its event and has no next time. Reckon its deadline from the event.",
    )


class UnknownRecipientError(ClockError):
    """The clock does not know this recipient."""

    code = "XD-CLOCK-010"
    telling = Bilingual(
        "时限 {key} 没有接收方 {recipient}。可选：{known}。",
        "The clock {key} has no recipient {recipient}. It knows: {known}.",
    )
