"""What people say about applicability: answers to open facts, exemptions, readings."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import InstitutionModel
from xingdun.obligations.catalogue import load
from xingdun.obligations.models.posture import titled


class ProfileAnswer(InstitutionModel):
    """What the institution answers about itself where its records and profile say nothing.

    fact: a key of the catalogue's vocabulary; value: of that fact's type.
    """

    fact = models.CharField(_("fact"), max_length=64)
    value = models.JSONField(_("answer"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("answer of the profile")
        verbose_name_plural = _("answers of the profile")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "fact"], name="one_answer_a_fact"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def question(self) -> str:
        """The fact in words."""
        found = load().vocabulary.facts.get(self.fact)
        return found.text.say(get_language() or "en") if found else self.fact

    @property
    def answer(self) -> str:
        """The value in words."""
        if isinstance(self.value, bool):
            return str(_("yes") if self.value else _("no"))
        return "、".join(self.value) if isinstance(self.value, list) else str(self.value)


class Answerable(InstitutionModel):
    """A departure from the catalogue that others must approve, and that ends by itself."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("in force")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("ended")

    reason = models.TextField(_("reason"))
    applicant = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    filed_at = models.DateTimeField(_("filed"))
    expires_at = models.DateTimeField(_("expires"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        abstract = True


class Exemption(Answerable):
    """A duty does not apply, against the derivation: two people other than the applicant sign it, and it expires.

    subject: `app.model:key`, empty when it holds for the duty as a whole.
    """

    duty = models.CharField(_("duty"), max_length=80)
    subject = models.CharField(_("about"), max_length=160, blank=True, default="")

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "duty", "subject"],
                condition=Q(state__in=["waiting", "approved"]),
                name="one_exemption_at_a_time",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("filed_at")), name="exemption_expires_later"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What the duty asks, in the reader's language."""
        return titled(self.duty)


class ReadingChoice(Answerable):
    """Another reading of clauses that contradict each other, with its reason, approver and expiry.

    contradiction: its key in the catalogue (A1 …); alternative: the key of one of its alternatives.
    """

    contradiction = models.CharField(_("contradiction"), max_length=16)
    alternative = models.CharField(_("reading"), max_length=64)

    class Meta:
        verbose_name = _("choice of reading")
        verbose_name_plural = _("choices of reading")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "contradiction"],
                condition=Q(state__in=["waiting", "approved"]),
                name="one_reading_at_a_time",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("filed_at")), name="reading_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.contradiction} · {self.question}"

    @property
    def question(self) -> str:
        """What is in question, in the reader's language."""
        found = load().contradictions.get(self.contradiction)
        return found.question.say(get_language() or "en") if found else self.contradiction

    @property
    def reading(self) -> str:
        """The reading chosen, in the reader's language."""
        found = load().contradictions.get(self.contradiction)
        for each in found.alternatives if found else ():
            if each.key == self.alternative:
                return each.text.say(get_language() or "en")
        return self.alternative
