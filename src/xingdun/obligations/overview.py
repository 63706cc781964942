"""What the first page tells of the posture."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xingdun.frame.overview import Link, Number, Tile, Viewer, show
from xingdun.obligations.models import Posture
from xingdun.obligations.selectors import due_next
from xingdun.obligations.selectors.posture import states_visible
from xingdun.obligations.years import year_missing

State = Posture.State
SOON = timedelta(days=30)


def posture(viewer: Viewer) -> Sequence[Number]:
    """How many answers stand in each state that asks for somebody."""
    counts = states_visible()
    if not counts:
        return ()
    soon = due_next(viewer.institution, now=viewer.now, until=viewer.now + SOON).count()
    return (
        _number(_("violated"), State.VIOLATED, counts, "violated"),
        _number(_("overdue"), State.OVERDUE, counts, "due"),
        Number(_("due within 30 days"), soon, Link("obligations.posture", {"state": State.DUE.value})),
        _number(_("unknown"), State.UNKNOWN, counts),
        _number(_("met"), State.MET, counts),
    )


def _number(label: object, state: Posture.State, counts: dict[str, int], tone: str = "plain") -> Number:
    value = counts.get(state.value, 0)
    return Number(label, value, Link("obligations.posture", {"state": state.value}), tone if value else "plain")  # type: ignore[arg-type]  # one of the tones


def calendar(viewer: Viewer) -> Sequence[Number]:
    """The year whose notice should be imported; nothing while none is missing."""
    missing = year_missing(viewer.institution, viewer.now)
    if missing is None:
        return ()
    text = missing.text.say(get_language() or "en")
    return (Number(_("year to import"), str(missing.year), Link("obligations.calendaryear"), "due", text),)


show(
    Tile("obligations.posture", _("Is the law kept today?"), "obligations.posture.view", posture, "shield-check", 5),
    Tile(
        "obligations.calendar",
        _("Are the working days known?"),
        "obligations.calendaryear.import",
        calendar,
        "calendar",
        15,
    ),
)
