"""Evidence that people bring: files, sealed at rest, and what they serve."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import WEB, InstitutionModel


class EvidenceFile(InstitutionModel):
    """A file that shows that duties are met, from `counts_from` until it expires or is withdrawn.

    Its content stands in EvidenceContent. sha256, sm3: of the content, in hex; the ledger entry of its upload bears
    them, so that the file can be recognised anywhere and at any later time.
    """

    class Classification(models.TextChoices):
        """Who may read the content: everyone here, staff, or those who govern."""

        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("internal")
        CONFIDENTIAL = "confidential", _("confidential")

    title = models.CharField(_("title"), max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    sm3 = models.CharField("SM3", max_length=64)
    classification = models.CharField(
        _("classification"), max_length=12, choices=Classification, default=Classification.INTERNAL
    )
    counts_from = models.DateTimeField(_("counts from"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("brought by")
    )
    uploaded_at = models.DateTimeField(_("brought"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT, UPDATE (withdrawn_at)"}

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="evidence_is_kept_once",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("counts_from")),
                name="evidence_expires_after_it_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceContent(InstitutionModel):
    """What an evidence file holds, sealed under the institution's data key.

    It stands in the database: it is committed with its record and its ledger entry or not at all, and backups hold it.
    """

    evidence = models.OneToOneField(EvidenceFile, on_delete=models.PROTECT, related_name="content")
    sealed = models.BinaryField()

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("content of evidence")
        verbose_name_plural = _("contents of evidence")

    def __str__(self) -> str:
        return str(self.evidence_id)


class EvidenceUse(InstitutionModel):
    """What a file serves: a duty (as a whole, or about one subject), or a record it belongs to.

    duty: a key of the catalogue, or empty. subject: `app.model:key`, or empty. One of them is said.
    """

    evidence = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="uses")
    duty = models.CharField(_("duty"), max_length=80, blank=True, default="")
    subject = models.CharField(_("about"), max_length=160, blank=True, default="")

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("use of evidence")
        verbose_name_plural = _("uses of evidence")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evidence", "duty", "subject"], name="evidence_serves_once"),
            models.CheckConstraint(condition=~Q(duty="", subject=""), name="evidence_serves_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "duty", "subject"], name="evidence_by_duty"),
            models.Index(fields=["institution", "subject"], name="evidence_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.subject}".strip()
