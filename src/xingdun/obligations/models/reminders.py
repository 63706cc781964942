"""Who was reminded of what, and the calendars people subscribe to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import WEB, InstitutionModel
from xingdun.obligations.models.posture import titled


class Reminder(InstitutionModel):
    """One person was reminded of one duty and subject at one step of the plan; never again of that step.

    anchor: when it is due, or when it broke: a duty that comes round again is reminded of again.
    """

    person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    duty = models.CharField(_("duty"), max_length=80)
    subject = models.CharField(_("about"), max_length=160, blank=True, default="")
    anchor = models.DateTimeField(_("due or broken"))
    step = models.CharField(_("step"), max_length=20)
    at = models.DateTimeField(_("reminded"))

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["duty", "subject", "anchor", "step", "person"], name="nobody_is_reminded_of_a_step_twice"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="reminders_of_a_person")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What the duty asks, in the reader's language."""
        return titled(self.duty)

    def get_step_display(self) -> str:
        """The step in words."""
        kind, _dash, days = self.step.partition("-")
        if kind == "since":
            return str(_("gone up after %(days)s working days")) % {"days": days}
        return str(_("%(days)s working days before")) % {"days": days} if days != "0" else str(_("on the day"))


class CalendarFeed(InstitutionModel):
    """A secret address under which one person's calendar programs read their deadlines; only its digest is kept."""

    person = models.ForeignKey("organisation.Person", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("what it is for"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=8)
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return self.name
