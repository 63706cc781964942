"""A request for data: purpose, legal basis, columns, rows, period, recipient (MEASURES-21f, MEASURES-22.4b)."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import InstitutionModel


class Purpose(models.TextChoices):
    """What data may be asked for; which legal basis it can stand on is a rule (`kernel.policy`, request.toml)."""

    CARE = "care", _("treating patients")
    QUALITY = "quality", _("quality and safety of care")
    PAYMENT = "payment", _("settlement with insurers")
    OPERATIONS = "operations", _("running the institution")
    RESEARCH = "research", _("medical research")
    TEACHING = "teaching", _("teaching")
    PUBLIC_HEALTH = "public_health", _("public health duty")
    SUPERVISION = "supervision", _("help to the supervising authority")
    MAINTENANCE = "maintenance", _("maintenance under contract")


class LegalBasis(models.TextChoices):
    """What permits it (PIPL article 13)."""

    CONSENT = "consent", _("the persons' consent")
    CONTRACT = "contract", _("carrying out a contract")
    STATUTORY_DUTY = "statutory_duty", _("a duty set by law")
    VITAL_INTEREST = "vital_interest", _("saving a life")
    PUBLIC_HEALTH_EMERGENCY = "public_health_emergency", _("public health emergency")
    ETHICS_APPROVAL = "ethics_approval", _("an ethics committee's approval")


class Recipient(models.TextChoices):
    """Who receives the data."""

    OWN_DEPARTMENT = "own_department", _("the applicant's department")
    INSTITUTION = "institution", _("another department of the institution")
    OUTSIDE = "outside", _("someone outside the institution")
    ABROAD = "abroad", _("someone abroad")


MASKS = {
    "clear": _("shown as it is"),
    "null": _("not shown"),
    "keep_ends": _("ends kept"),
    "date_to": _("date made coarse"),
    "age_band": _("age in bands"),
    "number_band": _("number in bands"),
    "address_to_city": _("city only"),
    "pseudonym": _("pseudonym"),
    "redact": _("identifiers struck out"),
}
"""The masks in words."""


class Request(InstitutionModel):
    """What someone asks for, from when it is filed until it is decided and used."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting for approval")
        APPROVED = "approved", _("approved, not opened yet")
        OPEN = "open", _("window open")
        ENDED = "ended", _("ended")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    number = models.PositiveIntegerField(_("number"))
    applicant = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("applicant")
    )
    source = models.ForeignKey(
        "data.Source", on_delete=models.PROTECT, related_name="requests", verbose_name=_("source")
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    legal_basis = models.CharField(_("legal basis"), max_length=24, choices=LegalBasis)
    reason = models.TextField(_("what for"))
    project_number = models.CharField(_("project number"), max_length=80, blank=True)
    recipient = models.CharField(_("recipient"), max_length=16, choices=Recipient, default=Recipient.OWN_DEPARTMENT)
    recipient_name = models.CharField(_("recipient's name"), max_length=200, blank=True)
    consent_record = models.CharField(_("record of consent"), max_length=200, blank=True)
    anonymised = models.BooleanField(_("anonymised, with the test that shows it"), default=False)
    agreement = models.CharField(_("data security agreement"), max_length=200, blank=True)
    state_secret = models.BooleanField(_("contains state secrets"), default=False)
    state_approval = models.CharField(_("state approval document"), max_length=200, blank=True)
    provincial_assessment = models.CharField(_("provincial health assessment"), max_length=200, blank=True)
    export_assessment = models.CharField(_("export assessment"), max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(_("days"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    subject = ArrayField(models.CharField(max_length=2), default=list, verbose_name=_("subject category"))
    sensitivity = models.CharField(_("sensitivity"), max_length=16, blank=True)
    level = models.PositiveSmallIntegerField(_("national level"), null=True)
    filed_at = models.DateTimeField(_("filed"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for data")
        verbose_name_plural = _("requests for data")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "number"], name="request_numbers_are_unique"),
            models.CheckConstraint(condition=Q(days__gte=1), name="request_is_for_a_day_at_least"),
            models.CheckConstraint(
                condition=~Q(recipient__in=["outside", "abroad"]) | ~Q(recipient_name=""),
                name="outside_recipient_is_named",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "state", "-number"], name="request_by_state")]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def approvals(self) -> list[dict[str, Any]]:
        """The approvals as its page tells them: each step, and who has decided in it."""
        from xingdun.approvals.selectors import processes

        process = processes().filter(about=self.reference).order_by("-opened_at").first()
        if process is None:
            return []
        decided = list(process.decisions.all())
        return [
            {
                "role": step.get_role_display(),
                "department": step.department,
                "quorum": step.quorum,
                "reason": step.reason,
                "clauses": step.clauses,
                "decisions": [decision for decision in decided if decision.step_id == step.pk],
            }
            for step in process.steps.all()
        ]


class RequestedColumn(InstitutionModel):
    """A column asked for, how it is to be shown, and whether an approver cut it."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="columns")
    column = models.ForeignKey("data.Column", on_delete=models.PROTECT, related_name="+", verbose_name=_("column"))
    mask = models.JSONField(_("mask"), default=dict)
    mask_reason = models.CharField(_("why this mask"), max_length=300, blank=True)
    cut_by = models.ForeignKey(
        "organisation.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cut by"),
    )

    class Meta:
        verbose_name = _("column asked for")
        verbose_name_plural = _("columns asked for")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "column"], name="column_is_asked_for_once"),
        ]

    def __str__(self) -> str:
        return str(self.column)

    @property
    def mask_label(self) -> str:
        """The mask in words."""
        return str(MASKS.get(self.mask.get("kind", ""), self.mask.get("kind", "")))


class RowRule(InstitutionModel):
    """Which rows are asked for: `column` among `values`, or compared with the one value. All rules must hold."""

    class Operator(models.TextChoices):
        """How values are compared."""

        AMONG = "in", _("is one of")
        BELOW = "<", _("is before or below")
        AT_MOST = "<=", _("is at most")
        ABOVE = ">", _("is after or above")
        AT_LEAST = ">=", _("is at least")

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="rows")
    column = models.ForeignKey("data.Column", on_delete=models.PROTECT, related_name="+", verbose_name=_("column"))
    operator = models.CharField(_("operator"), max_length=2, choices=Operator, default=Operator.AMONG)
    values = ArrayField(models.CharField(max_length=200), verbose_name=_("values"))

    class Meta:
        verbose_name = _("row rule")
        verbose_name_plural = _("row rules")

    def __str__(self) -> str:
        return f"{self.column} {self.operator} {', '.join(self.values[:3])}"
