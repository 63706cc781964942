"""Self-inspections, and the dated results findings come from (MEASURES-9)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models.evaluations import Evaluation
from xingdun.assets.models.networks import Network
from xingdun.frame.models import InstitutionModel


class Origin(models.TextChoices):
    """Where a result comes from; the first three are the methods of a self-inspection (MEASURES-9b)."""

    DOCUMENT_CHECK = "document_check", _("document check")
    VULNERABILITY_SCAN = "vulnerability_scan", _("vulnerability scan")
    PENETRATION_TEST = "penetration_test", _("penetration test")
    EVALUATION = "evaluation", _("MLPS evaluation")
    AUTHORITY = "authority", _("inspection by an authority")


METHODS = (Origin.DOCUMENT_CHECK, Origin.VULNERABILITY_SCAN, Origin.PENETRATION_TEST)


class Inspection(InstitutionModel):
    """One self-inspection: the yearly one, or one that an authority ordered; over when concluded, done when filed."""

    class Kind(models.TextChoices):
        """Why it is made."""

        YEARLY = "yearly", _("yearly self-inspection")
        ORDERED = "ordered", _("ordered by an authority")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    scope = models.TextField(_("scope"))
    organisation = models.TextField(_("who leads and takes part"))
    basis = models.TextField(_("basis"), blank=True)
    ordered_by = models.CharField(_("ordered by"), max_length=120, blank=True)
    order_number = models.CharField(_("number of the order"), max_length=80, blank=True)
    ordered_until = models.DateField(_("to be reported by"), null=True, blank=True)
    opened_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("begun"))
    summary = models.TextField(_("conclusion"), blank=True)
    advice = models.TextField(_("advice on rectification"), blank=True)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True)
    reported_to = models.CharField(_("report received by"), max_length=120, blank=True)
    reported_on = models.DateField(_("report sent on"), null=True, blank=True)
    receipt_number = models.CharField(_("number of the receipt"), max_length=80, blank=True)
    receipt_on = models.DateField(_("date of the receipt"), null=True, blank=True)

    class Meta:
        verbose_name = _("self-inspection")
        verbose_name_plural = _("self-inspections")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="yearly") | (~Q(ordered_by="") & ~Q(order_number="") & Q(ordered_until__isnull=False)),
                name="ordered_inspection_names_its_order",
            ),
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True) | (~Q(summary="") & ~Q(advice="")),
                name="concluded_inspection_has_its_conclusion",
            ),
            models.CheckConstraint(
                condition=Q(reported_on__isnull=True) | (~Q(reported_to="") & Q(concluded_at__isnull=False)),
                name="inspection_is_reported_when_concluded",
            ),
            models.CheckConstraint(
                condition=Q(receipt_number="", receipt_on__isnull=True)
                | (~Q(receipt_number="") & Q(receipt_on__gte=F("reported_on"))),
                name="inspection_receipt_has_number_and_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FindingBatch(InstitutionModel):
    """One dated result: a scan, a document check, a penetration test, an evaluation, or what an authority found.

    A result without findings counts as well: it says that one looked. covered: how many targets a scan looked at.
    """

    origin = models.CharField(_("origin"), max_length=20, choices=Origin)
    title = models.CharField(_("title"), max_length=200)
    performed_on = models.DateField(_("made on"))
    performed_by = models.CharField(_("made by"), max_length=120)
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="batches", verbose_name=_("network")
    )
    inspection = models.ForeignKey(
        Inspection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name=_("self-inspection"),
    )
    evaluation = models.ForeignKey(
        Evaluation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name=_("evaluation"),
    )
    notice_number = models.CharField(_("number of the notice"), max_length=80, blank=True)
    conclusions = models.TextField(_("conclusions"), blank=True)
    tool = models.CharField(_("read as"), max_length=80, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file_digest = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    covered = models.PositiveIntegerField(_("targets looked at"), null=True, blank=True)
    added = models.PositiveIntegerField(_("new findings"), default=0)
    seen_again = models.PositiveIntegerField(_("seen again"), default=0)
    returned = models.PositiveIntegerField(_("came back"), default=0)
    vanished = models.PositiveIntegerField(_("not seen any more"), default=0)
    informational = models.PositiveIntegerField(_("for information alone"), default=0)
    dismissed = models.PositiveIntegerField(_("dismissed by the tool"), default=0)
    recorded_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "network", "file_digest"],
                condition=~Q(file_digest=""),
                nulls_distinct=False,
                name="file_of_findings_is_imported_once",
            ),
            models.CheckConstraint(
                condition=~Q(origin="authority") | ~Q(notice_number=""), name="authority_result_has_its_notice"
            ),
            models.CheckConstraint(
                condition=Q(inspection__isnull=True) | Q(origin__in=[method.value for method in METHODS]),
                name="inspection_uses_its_methods",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.performed_on}"
