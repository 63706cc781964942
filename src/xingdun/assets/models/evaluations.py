"""Tests and evaluations of networks, and the agencies that may evaluate (MEASURES-6.4)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models.networks import Network
from xingdun.frame.models import InstitutionModel


class Agency(InstitutionModel):
    """An MLPS evaluation agency with the certificate under which it may evaluate (MEASURES-6.4c)."""

    name = models.CharField(_("name"), max_length=120)
    certificate_number = models.CharField(_("number of its certificate"), max_length=80)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    withdrawn_on = models.DateField(_("certificate withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("evaluation agency")
        verbose_name_plural = _("evaluation agencies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "certificate_number"], name="agency_certificate_number_is_unique"
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="agency_certificate_has_a_term"),
        ]

    def __str__(self) -> str:
        return self.name


class Evaluation(InstitutionModel):
    """One test of a network: before launch, by an agency, or by the institution itself."""

    class Kind(models.TextChoices):
        """Which sort of test."""

        PRE_LAUNCH = "pre_launch", _("security test before launch")
        EVALUATION = "evaluation", _("MLPS evaluation")
        SELF = "self", _("self-assessment")

    class Conclusion(models.TextChoices):
        """How it ended, in the words of evaluation reports."""

        EXCELLENT = "excellent", _("excellent")
        GOOD = "good", _("good")
        FAIR = "fair", _("fair")
        POOR = "poor", _("poor: not passed")

    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="evaluations", verbose_name=_("network")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluations", verbose_name=_("agency")
    )
    level = models.PositiveSmallIntegerField(_("level evaluated"), null=True, blank=True)
    report_number = models.CharField(_("number of the report"), max_length=80)
    reported_on = models.DateField(_("date of the report"))
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=12, choices=Conclusion)
    issues = models.PositiveIntegerField(_("issues found"), default=0)
    rectification_plan = models.TextField(_("rectification plan"), blank=True)
    recorded_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "network", "report_number"], name="evaluation_report_is_entered_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="evaluation") | Q(agency__isnull=False, level__isnull=False),
                name="evaluation_is_by_an_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} · {self.get_kind_display()} · {self.reported_on}"

    @property
    def passed(self) -> bool:
        """Whether its conclusion lets the network through."""
        return self.conclusion != self.Conclusion.POOR
