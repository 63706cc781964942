"""Ways out of the platform, what is to leave by them, and each try."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xingdun.frame.models import InstitutionModel
from xingdun.frame.roles import Role


class Channel(InstitutionModel):
    """Where an institution's messages leave: its mail, or the robot of a group.

    address: the sender, or the robot's host; its whole address with key or token, and the secret it is signed with,
    lie sealed in `secret`. role: whose urgent messages a group is told; empty for everybody's.
    """

    class Kind(models.TextChoices):
        """By what a message is carried."""

        MAIL = "mail", _("e-mail")
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")

    class State(models.TextChoices):
        """What was found when it was last used."""

        NEW = "new", _("not tried yet")
        REACHABLE = "reachable", _("works")
        FAILED = "failed", _("does not work")
        RETIRED = "retired", pgettext_lazy("state", "retired")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    address = models.CharField(_("address"), max_length=200)
    role = models.CharField(_("whose messages"), max_length=20, choices=Role, blank=True)
    secret = models.TextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW)
    created_at = models.DateTimeField(_("registered"))
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "name"], condition=Q(retired_at__isnull=True), name="channel_name_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(secret=""), name="retired_channel_holds_no_secret"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(InstitutionModel):
    """One thing to be sent by one channel: a message to a person, an event to a group, or a day's digest.

    counts: of a digest, how many messages of each kind wait. Its key is the mark by which a repeated one is known.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        SENDING = "running", _("being sent")
        DONE = "done", _("sent")
        FAILED = "failed", _("given up")
        DROPPED = "withdrawn", _("not needed any more")

    OPEN = (State.WAITING, State.SENDING)

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("channel"))
    person = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to")
    )
    message = models.ForeignKey("messages.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    event = models.UUIDField(null=True, editable=False)
    digest_on = models.DateField(_("digest of"), null=True, blank=True)
    counts = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    attempts_made = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    created_at = models.DateTimeField(_("planned"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "message"],
                condition=Q(message__isnull=False, event__isnull=True),
                name="message_leaves_once_by_a_channel",
            ),
            models.UniqueConstraint(
                fields=["channel", "event"], condition=Q(event__isnull=False), name="group_is_told_an_event_once"
            ),
            models.UniqueConstraint(
                fields=["channel", "person", "digest_on"],
                condition=Q(digest_on__isnull=False),
                name="person_has_one_digest_a_day",
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=False) | Q(digest_on__isnull=False, person__isnull=False),
                name="delivery_carries_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at__isnull=True, next_attempt_at__isnull=False)
                | Q(state__in=["done", "failed", "withdrawn"], ended_at__isnull=False),
                name="delivery_goes_on_or_has_ended",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="deliveries_to_come",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} · {self.what}"

    @property
    def what(self) -> str:
        """What it carries, in a few words: the kind, never the text."""
        return self.message.get_kind_display() if self.message else str(_("daily digest"))


class Attempt(InstitutionModel):
    """One try of a delivery. outcome: empty while it runs, and for ever when its worker died."""

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", _("sent")
        FAILED = "failed", _("failed")

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempts_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_outcome_display()}"
