"""Pages beside the calendar: one's own addresses for calendar programs, and what one was reminded of."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import Action, Column, register
from xingdun.obligations import selectors, services
from xingdun.obligations.models import CalendarFeed, Reminder


class FeedForm(forms.Form):
    """What an address is for."""

    name = forms.CharField(
        label=_("what it is for"), max_length=80, help_text=_("For example: the calendar on my telephone.")
    )


register(
    CalendarFeed,
    title=_("Calendar addresses"),
    question=_("Which programs read my calendar?"),
    rows=selectors.own_feeds,
    order=("-created_at",),
    columns=[
        Column("name", sort="name"),
        Column("created_at", kind="time", sort="created_at"),
        Column("revoked_at", kind="time", sort="revoked_at"),
    ],
    filters=("created_at",),
    actions=[
        Action(
            "create",
            services.feed_create,
            _("Make an address"),
            form=FeedForm,
            on="list",
            shows_once=True,
            help=_("Whoever knows the address reads your deadlines; it is shown once. Revoke it when in doubt."),
        ),
        Action(
            "revoke",
            services.feed_revoke,
            _("Revoke"),
            available=lambda one: one.revoked_at is None,
            danger=True,
            help=_("Programs that read this address find nothing any more."),
        ),
    ],
    empty=_("No program reads your calendar. Make an address to see your deadlines elsewhere."),
    icon="calendar-event",
    heading=str,
)

register(
    Reminder,
    title=_("Reminders"),
    question=_("Of what was I reminded?"),
    rows=selectors.own_reminders,
    order=("-at", "duty"),
    columns=[
        Column("title", _("duty"), sort="duty"),
        Column("subject", kind="record"),
        Column("step", sort="step"),
        Column("anchor", kind="time", sort="anchor"),
        Column("at", kind="time", sort="at"),
    ],
    filters=("at", "anchor"),
    empty=_("Nobody had to remind you of anything."),
    icon="clock-exclamation",
    heading=str,
)
