"""The day a page of the law is asked for: today as it stands, or a past day as it ended."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from xingdun.doors.console.calls import Call
from xingdun.frame.errors import BadInput
from xingdun.frame.permissions import require
from xingdun.kernel.clocks import day_start, local
from xingdun.obligations.models import DayPosture
from xingdun.obligations.selectors import day_postures
from xingdun.obligations.selectors.editions import Edition, edition_at, edition_now
from xingdun.obligations.selectors.pages import Counted, counted_now, counted_on


@dataclass(frozen=True, slots=True)
class Day:
    """on: the past day, or None for now. sealed: its record in the ledger, when it has one. today: the last day.

    edition: the catalogue it is told by.
    """

    on: date | None
    today: date
    edition: Edition
    sealed: DayPosture | None = None

    @property
    def written(self) -> str:
        """The day as it stands in addresses; empty for now."""
        return self.on.isoformat() if self.on else ""


def asked(request: Call) -> Day:
    """The day in `?on=`. Raises BadInput for what is no day or lies ahead, NotPermitted for a reader of today alone."""
    today = local(request.now).date()
    written = request.GET.get("on", "").strip()
    if not written:
        return Day(None, today, edition_now())
    try:
        on = date.fromisoformat(written)
    except ValueError:
        raise BadInput(field="on", problem=_("write the day as 2026-03-31")) from None
    if on > today:
        raise BadInput(field="on", problem=_("that day has not come yet")) from None
    if on == today:
        return Day(None, today, edition_now())
    require("obligations.dayposture.view", request.roles)
    edition = edition_at(day_start(on + timedelta(days=1)))
    return Day(on, today, edition, day_postures().filter(institution=request.person.institution_id, day=on).first())


def counted(request: Call, day: Day) -> Counted:
    """The answers by duty and state, now or at the end of the day."""
    institution = request.person.institution_id
    return counted_on(institution, day.on) if day.on else counted_now(institution)
