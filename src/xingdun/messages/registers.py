"""Pages of the messages: one's own, the channels they leave by, and what left."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import Action, Column, Related, register
from xingdun.messages import forms, selectors, services
from xingdun.messages.models import Attempt, Channel, Delivery, Message

MENU = "settings"


def in_use(channel: Channel) -> bool:
    """Whether messages leave by it."""
    return channel.retired_at is None


register(
    Message,
    title=_("My messages"),
    question=_("What was I told?"),
    rows=selectors.own_messages,
    order=("-read_at", "-created_at"),  # what is not read comes first
    columns=[
        Column("heading", _("what it says")),
        Column("kind", kind="text", sort="kind"),
        Column("link", _("about"), kind="record"),
        Column("urgent", kind="boolean", sort="urgent"),
        Column("created_at", kind="time", sort="created_at"),
        Column("read_at", kind="time", sort="read_at"),
    ],
    filters=("urgent", "created_at"),
    detail=[
        Column("text", _("what it says")),
        Column("link", _("about"), kind="record"),
        Column("kind"),
        Column("urgent", kind="boolean"),
        Column("created_at", kind="time"),
        Column("read_at", kind="time"),
    ],
    actions=[
        Action("read", services.message_read, _("I have read it"), available=lambda one: one.read_at is None),
        Action("read_all", services.message_read_all, _("I have read all"), on="list"),
        Action(
            "prefer",
            services.preference_set,
            _("When I am told"),
            form=forms.PreferenceForm,
            on="list",
            help=_("By itself: alarms at once, the rest in one mail on working days in the morning."),
        ),
    ],
    empty=_("Nobody had to tell you anything yet."),
    icon="bell",
    menu="approvals",
    heading=lambda one: one.heading,
)

register(
    Channel,
    title=_("Channels"),
    question=_("By which ways do messages leave the platform?"),
    rows=selectors.channels,
    order=("name",),
    columns=[
        Column("name", sort="name"),
        Column("kind", sort="kind"),
        Column("address", sort="address"),
        Column("role", sort="role"),
        Column("state", kind="state", sort="state"),
        Column("tried_at", kind="time", sort="tried_at"),
    ],
    search=("name", "address"),
    filters=("kind", "state"),
    detail=[
        Column("state", kind="state"),
        Column("kind"),
        Column("address"),
        Column("role"),
        Column("tried_at", kind="time"),
        Column("problem"),
        Column("created_at", kind="time"),
        Column("retired_at", kind="time"),
    ],
    related=[
        Related(_("Deliveries"), "messages.delivery", lambda one: selectors.deliveries().filter(channel=one)),
    ],
    actions=[
        Action(
            "create",
            services.channel_create,
            _("Register a channel"),
            form=forms.ChannelForm,
            on="list",
            help=_("What leaves names nobody: counts, times, references and a link."),
        ),
        Action(
            "test",
            services.channel_test,
            _("Send a test"),
            available=in_use,
            help=_("A line goes to the group, or to your own mail address."),
        ),
        Action(
            "retire",
            services.channel_retire,
            _("Retire"),
            available=in_use,
            danger=True,
            help=_("Its secret is gone, and what waits for it is not sent."),
        ),
    ],
    empty=_("Messages stay within the platform. Register a channel to send them by mail or to a group."),
    icon="send",
    menu=MENU,
    heading=lambda one: one.name,
)

register(
    Delivery,
    title=_("Deliveries"),
    question=_("What left the platform, and what could not be delivered?"),
    rows=selectors.deliveries,
    order=("-created_at",),
    columns=[
        Column("what", _("about what")),
        Column("channel", kind="record", sort="channel__name"),
        Column("person", kind="record", sort="person__name"),
        Column("state", kind="state", sort="state"),
        Column("attempts_made", kind="number", sort="attempts_made"),
        Column("next_attempt_at", kind="time", sort="next_attempt_at"),
        Column("created_at", kind="time", sort="created_at"),
    ],
    filters=("channel", "state", "created_at"),
    detail=[
        Column("state", kind="state"),
        Column("channel", kind="record"),
        Column("person", kind="record"),
        Column("digest_on", kind="date"),
        Column("attempts_made", kind="number"),
        Column("next_attempt_at", kind="time"),
        Column("problem"),
        Column("created_at", kind="time"),
        Column("ended_at", kind="time"),
    ],
    related=[
        Related(
            _("Attempts"), "messages.attempt", lambda one: selectors.attempts().filter(delivery=one).order_by("number")
        ),
    ],
    actions=[
        Action(
            "retry",
            services.delivery_retry,
            _("Send it once more"),
            available=lambda one: one.state == Delivery.State.FAILED,
        ),
    ],
    empty=_("Nothing has left the platform yet."),
    icon="mail",
    menu=MENU,
    heading=str,
)

register(
    Attempt,
    title=_("Attempts"),
    question=_("When was each delivery tried, and how did it end?"),
    rows=selectors.attempts,
    order=("-started_at",),
    columns=[
        Column("number", kind="number", sort="number"),
        Column("delivery", kind="record"),
        Column("outcome", kind="state", sort="outcome"),
        Column("started_at", kind="time", sort="started_at"),
        Column("ended_at", kind="time", sort="ended_at"),
        Column("problem"),
    ],
    filters=("outcome", "started_at"),
    empty=_("Nothing was tried yet."),
    icon="refresh",
    heading=str,
)
