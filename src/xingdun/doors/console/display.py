"""How values are shown on a page: by the kind their column declares, always escaped."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from xingdun.doors.console.references import Links
from xingdun.doors.console.values import empty, read, worded
from xingdun.doors.console.wording import CODES
from xingdun.frame.registers import Column

NOTHING = mark_safe('<span class="xd-nothing">—</span>')
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY

# Red is for what is violated, amber for what is due; every tone has a shape of its own (console.css).
TONES: dict[str, frozenset[str]] = {
    "violated": frozenset({"violated", "breached", "tampered"}),
    "due": frozenset({"due", "review_due"}),
    "overdue": frozenset({"overdue", "late"}),
    "good": frozenset(
        {
            "approved",
            "satisfied",
            "met",
            "done",
            "confirmed",
            "active",
            "granted",
            "succeeded",
            "verified",
            "signed",
            "sealed",
            "finished",
            "reachable",
        }
    ),
    "waiting": frozenset(
        {"open", "waiting", "pending", "running", "queued", "draft", "unconfirmed", "stopping", "suggested", "reopened"}
    ),
    "stopped": frozenset({"refused", "failed", "denied", "revoked", "blocked"}),
    "ended": frozenset({"withdrawn", "closed", "expired", "destroyed", "cancelled", "ended", "retired", "stopped"}),
    "unknown": frozenset({"unknown"}),
    "void": frozenset({"not_applicable", "informs"}),
}


def tone(value: Any) -> str:
    """The tone a state is shown in; plain for one without."""
    return next((name for name, values in TONES.items() if str(value).lower() in values), "plain")


def state(value: Any, label: Any) -> SafeString:
    """A state as a shape and a word."""
    return format_html('<span class="xd-state xd-{}">{}</span>', tone(value), label)


def number(value: Any) -> str:
    """A number with its thousands apart; anything else as it is written."""
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def absolute(at: datetime) -> str:
    """A time on the wall of the institution, to the minute."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def relative(at: datetime, now: datetime) -> str:
    """How far `at` is from `now`, in the largest unit that says something."""
    seconds = (at - now).total_seconds()
    amount, ahead = abs(seconds), seconds > 0
    if amount < _MINUTE:
        return gettext("in a moment") if ahead else gettext("just now")
    if amount < _HOUR:
        count = int(amount // _MINUTE)
        length = ngettext("%(count)d minute", "%(count)d minutes", count)
    elif amount < _DAY:
        count = int(amount // _HOUR)
        length = ngettext("%(count)d hour", "%(count)d hours", count)
    elif amount < _MONTH:
        count = int(amount // _DAY)
        length = ngettext("%(count)d day", "%(count)d days", count)
    elif amount < _YEAR:
        count = int(amount // _MONTH)
        length = ngettext("%(count)d month", "%(count)d months", count)
    else:
        count = int(amount // _YEAR)
        length = ngettext("%(count)d year", "%(count)d years", count)
    length %= {"count": count}
    return (gettext("in %(length)s") if ahead else gettext("%(length)s ago")) % {"length": length}


def moment(at: datetime | None, now: datetime | None) -> SafeString:
    """A time, absolute, with the relative one beside."""
    if at is None:
        return NOTHING
    if now is None:
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), absolute(at))
    return format_html(
        '<time datetime="{}">{}</time> <span class="xd-relative">{}</span>',
        at.isoformat(),
        absolute(at),
        relative(at, now),
    )


def shown(record: Any, column: Column, *, now: datetime | None, links: Links) -> SafeString:
    """The value of `column` as its kind is shown; a dash when there is none."""
    value = read(record, column.name)
    if empty(value):
        return NOTHING
    if column.kind == "time" and isinstance(value, datetime):
        return moment(value, now)
    if column.kind == "state":
        words = worded(record, column.name)
        return state(value, words) if words else NOTHING
    if column.kind == "record":
        named = [(links.show(each),) for each in (value if isinstance(value, list) else [value]) if each]
        return format_html_join(" ", "{}", named) if named else NOTHING
    if column.kind == "list":
        words = CODES.get((record._meta.label_lower, column.name)) if hasattr(record, "_meta") else None  # noqa: SLF001 - Django's documented API
        return _several([words(each) for each in value if each] if words else worded(record, column.name), links)
    return _plain(value, worded(record, column.name), now)


def _plain(value: Any, words: Any, now: datetime | None) -> SafeString:
    for kinds, show in _BY_TYPE:
        if isinstance(value, kinds):
            return show(value, now)
    # bdi: a hostile name with right-to-left marks stays within its own cell.
    return format_html("<bdi>{}</bdi>", words)


def _boolean(value: bool, _now: datetime | None) -> SafeString:  # noqa: FBT001 - the value to show
    mark, words = ("yes", gettext("yes")) if value else ("no", gettext("no"))
    return format_html('<span class="xd-boolean xd-{}">{}</span>', mark, words)


def _number(value: float, _now: datetime | None) -> SafeString:
    return format_html('<span class="xd-number">{}</span>', number(value))


def _day(value: date, _now: datetime | None) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), value.isoformat())


def _mapping(value: dict[Any, Any], _now: datetime | None) -> SafeString:
    return format_html("<code>{}</code>", json.dumps(value, ensure_ascii=False, default=str))


def _several(values: Any, links: Links | None) -> SafeString:
    if isinstance(values, dict):
        values = [f"{name}: {value}" for name, value in values.items()]
    elif isinstance(values, str) or not isinstance(values, Iterable):
        values = [values]
    items = [(links.show(value) if links and hasattr(value, "_meta") else value,) for value in values]
    return format_html('<span class="xd-list">{}</span>', format_html_join(" ", "<bdi>{}</bdi>", items))


# In this order: a bool is an int, a datetime is a date.
_BY_TYPE: tuple[tuple[Any, Any], ...] = (
    (bool, _boolean),
    ((int, float), _number),
    (datetime, moment),
    (date, _day),
    (dict, _mapping),
    ((list, tuple, set), lambda value, _now: _several(value, None)),
)
