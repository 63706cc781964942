"""Internal audits as signed acts: the rights as they stand, and the ledger of a period (DIGITAL-5.1.3)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import WEB, InstitutionModel


class InternalAudit(InstitutionModel):
    """An auditor answers for having looked; `content_digest` fixes what there was to see. Only added.

    figures: what was counted. important: the operations of approvers, administrators and regulators were looked at one
    by one. since: from when on (of rights: the audit before).
    """

    class Kind(models.TextChoices):
        """What was audited."""

        PERMISSIONS = "permissions", _("assignment of rights")
        LOGS = "logs", _("access logs")

    kind = models.CharField(_("audit of"), max_length=12, choices=Kind)
    by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("audited by")
    )
    since = models.DateTimeField(_("from"))
    at = models.DateTimeField(_("time"))
    important = models.BooleanField(_("key accounts looked at"), default=False)
    exceptions = models.PositiveIntegerField(_("exceptions"), default=0)
    findings = models.TextField(_("findings"))
    figures = models.JSONField(_("figures"), default=dict)
    content_digest = models.CharField(_("digest of the content"), max_length=64)
    signature = models.TextField(_("signature"), blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("internal audit")
        verbose_name_plural = _("internal audits")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(findings=""), name="internal_audit_tells_its_findings"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "kind", "-at"], name="internal_audit_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.at:%Y-%m-%d}"

    @property
    def counted(self) -> list[str]:
        """What was counted, one line each."""
        return [f"{name}: {value}" for name, value in self.figures.items()]
