"""How a network's level was determined, and where it was filed (MEASURES-6.1, MEASURES-6.2)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models.networks import Network
from xingdun.frame.models import InstitutionModel


class Degree(models.TextChoices):
    """How badly an object is harmed when the network is, by GB/T 22240; empty: not at all."""

    GENERAL = "general", _("general harm")
    SERIOUS = "serious", _("serious harm")
    PARTICULAR = "particular", _("particularly serious harm")


class Recipient(models.TextChoices):
    """To whom levels are reported; the keys are those of the clocks."""

    PUBLIC_SECURITY = "public_security", _("public security organ")
    HEALTH_AUTHORITY = "health_authority", _("health authority")


def _degree(label: object) -> models.CharField:
    return models.CharField(label, max_length=12, choices=Degree, blank=True)  # type: ignore[arg-type]


class Grading(InstitutionModel):
    """One determination of a level: harm to three objects from two sides, the matrices' answer, the level chosen.

    `information_*`: when business information is damaged (S). `service_*`: when the service fails (A). `least`: the
    higher of both matrices and of what the rules ask of such a network; `level` is never below it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Effect(models.TextChoices):
        """What has to be filed after it."""

        NONE = "none", _("nothing to file")
        FILING = "filing", _("first filing")
        CHANGE = "change", _("change of the filing")

    class Opinion(models.TextChoices):
        """What the superior authority said (MEASURES-6.1e)."""

        CONSENTED = "consented", _("consented")
        REFUSED = "refused", _("not consented")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="gradings", verbose_name=_("network"))
    information_citizens = _degree(_("information: rights of citizens and organisations"))
    information_society = _degree(_("information: social order and public interest"))
    information_nation = _degree(_("information: national security"))
    service_citizens = _degree(_("service: rights of citizens and organisations"))
    service_society = _degree(_("service: social order and public interest"))
    service_nation = _degree(_("service: national security"))
    information_level = models.PositiveSmallIntegerField(_("level of business information (S)"))
    service_level = models.PositiveSmallIntegerField(_("level of system service (A)"))
    least = models.PositiveSmallIntegerField(_("level by matrix and rules"))
    level = models.PositiveSmallIntegerField(_("level proposed"))
    reason = models.TextField(_("reasons"), blank=True)
    expert_review = models.TextField(_("expert review"), blank=True)
    expert_reviewed_on = models.DateField(_("experts met on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    effect = models.CharField(_("to be filed"), max_length=12, choices=Effect, default=Effect.NONE)
    previous_level = models.PositiveSmallIntegerField(_("level before"), null=True, blank=True)
    proposed_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    determined_earlier_on = models.DateField(_("determined before, on"), null=True, blank=True)
    determined_at = models.DateTimeField(_("determined"), null=True, blank=True)
    opinion = models.CharField(_("opinion of the authority"), max_length=12, choices=Opinion, blank=True)
    opinion_number = models.CharField(_("number of its reply"), max_length=80, blank=True)
    opinion_on = models.DateField(_("date of its reply"), null=True, blank=True)

    class Meta:
        verbose_name = _("grading")
        verbose_name_plural = _("gradings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["network"], condition=Q(state="waiting"), name="one_open_grading_a_network"
            ),
            models.CheckConstraint(
                condition=Q(level__gte=F("least"), level__range=(1, 5)), name="level_is_not_below_the_matrix"
            ),
            models.CheckConstraint(condition=Q(level=F("least")) | ~Q(reason=""), name="raised_level_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="approved", determined_at__isnull=False)
                | (~Q(state="approved") & Q(determined_at__isnull=True)),
                name="approved_grading_is_determined",
            ),
            models.CheckConstraint(
                condition=Q(opinion="") | (~Q(opinion_number="") & Q(opinion_on__isnull=False)),
                name="opinion_has_number_and_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} · S{self.information_level}A{self.service_level}G{self.level}"

    def get_effect_display(self) -> str:  # type: ignore[no-redef] # Django keeps the one that stands here
        """What is to be filed; nothing is said of it before the level is determined."""
        return str(self.Effect(self.effect).label) if self.determined_at else ""


class Filing(InstitutionModel):
    """A filing, change or revocation sent to one recipient; it is done when its receipt is there (MEASURES-6.2)."""

    class Kind(models.TextChoices):
        """What is filed."""

        FILING = "filing", _("filing")
        CHANGE = "change", _("change")
        REVOCATION = "revocation", _("revocation")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="filings", verbose_name=_("network"))
    grading = models.ForeignKey(
        Grading, on_delete=models.PROTECT, null=True, blank=True, related_name="filings", verbose_name=_("grading")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    recipient = models.CharField(_("recipient"), max_length=20, choices=Recipient)
    organ = models.CharField(_("received by"), max_length=120)
    level = models.PositiveSmallIntegerField(_("level filed"))
    filed_on = models.DateField(_("sent on"))
    receipt_number = models.CharField(_("number of the receipt"), max_length=80, blank=True)
    receipt_on = models.DateField(_("date of the receipt"), null=True, blank=True)
    recorded_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("report to an authority")
        verbose_name_plural = _("reports to authorities")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(receipt_number="", receipt_on__isnull=True)
                | (~Q(receipt_number="") & Q(receipt_on__gte=F("filed_on"))),
                name="receipt_has_number_and_date",
            ),
            models.CheckConstraint(
                condition=Q(kind="revocation") | Q(grading__isnull=False), name="filing_tells_a_grading"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} · {self.get_kind_display()} · {self.get_recipient_display()}"
