"""A message to one person: its kind and its facts; the words are made when it is read."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import InstitutionModel
from xingdun.messages.kinds import kinds


class Message(InstitutionModel):
    """What one person is told. `event` is shared by all who are told the same; `step` is never told twice to one."""

    to = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    kind = models.CharField(_("about what"), max_length=60)
    facts = models.JSONField(default=dict)
    link = models.CharField(_("record"), max_length=160, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    event = models.UUIDField(editable=False)
    step = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("told"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    digested_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["to", "step"], condition=~Q(step=""), name="nobody_is_told_a_step_twice"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["to"], condition=Q(read_at__isnull=True), name="messages_unread"),
            models.Index(fields=["to", "-created_at"], name="messages_newest"),
            models.Index(fields=["link"], condition=Q(read_at__isnull=True), name="messages_unread_link"),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """What it says in one line, in the reader's language."""
        kind = kinds.get(self.kind)
        return kind.told(kind.heading, self.facts) if kind else self.kind

    @property
    def text(self) -> str:
        """What it says, in the reader's language."""
        kind = kinds.get(self.kind)
        return kind.told(kind.text, self.facts) if kind else ""

    def get_kind_display(self) -> str:
        """The kind's name."""
        kind = kinds.get(self.kind)
        return str(kind.title) if kind else self.kind
