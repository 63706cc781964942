"""What people are told of windows: a break-glass alarms the data security officer at once."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xingdun.access.models import Grant
from xingdun.frame.roles import Role
from xingdun.messages import services as messages
from xingdun.messages.kinds import Kind, declare
from xingdun.organisation.models import Person

BREAK_GLASS = "access.break_glass"

declare(
    Kind(
        BREAK_GLASS,
        _("break-glass window opened"),
        _("A window was opened without approval, by break-glass"),
        _("It stays open until {until}. Review by {review_by} whether it was justified."),
        urgent=True,
    )
)


def break_glass_alarm(*, grant: Grant, by: Person, now: datetime) -> None:
    """Tell whoever is data security officer, in the transaction that opens the window (MEASURES-22.4b)."""
    facts = {"until": grant.expires_at, "review_by": grant.review_due_at or grant.expires_at}
    messages.message_send(kind=BREAK_GLASS, role=Role.DSO, facts=facts, link=grant, by=by, now=now)


def break_glass_reviewed(*, grant: Grant, by: Person, now: datetime) -> None:
    """The alarm is settled."""
    messages.message_settle(kind=BREAK_GLASS, link=grant, by=by, now=now)
