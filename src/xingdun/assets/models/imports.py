"""Workbooks of networks that the worker takes over, and what was wrong with those it could not."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.assets.errors import ImportBroke
from xingdun.frame.background import Job
from xingdun.frame.models import WEB, InstitutionModel


class NetworkImport(Job):
    """A workbook of networks, taken over as a whole or not at all.

    rows_total: about how many rows the workbook has; rows_written is more than none only in the end, or while the
    transaction that writes them is open. language: in which its faults are told.
    """

    broke = ImportBroke

    file_name = models.CharField(_("file"), max_length=200)
    file_digest = models.CharField("SHA-256", max_length=64)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_checked = models.PositiveIntegerField(_("rows checked"), default=0)
    rows_written = models.PositiveIntegerField(_("networks entered"), default=0)
    faults_total = models.PositiveIntegerField(_("faults"), default=0)
    language = models.CharField(max_length=10)
    asked_by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )

    class Meta:
        verbose_name = _("import of networks")
        verbose_name_plural = _("imports of networks")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "stopping"], finished_at__isnull=True)
                | Q(state__in=["stopped", "finished", "failed"], finished_at__isnull=False),
                name="networkimport_has_an_end_when_it_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error_code=""), name="failed_networkimport_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def share_done(self) -> float:
        """How far it is, 0 to 1: checking and writing a row count for about the same."""
        if self.state == self.State.FINISHED:
            return 1.0
        return min(1.0, (self.rows_checked + self.rows_written) / (2 * self.rows_total)) if self.rows_total else 0.0


class ImportContent(InstitutionModel):
    """The workbook of an import that waits or runs, sealed under the institution's key; removed when it ends."""

    networkimport = models.OneToOneField(NetworkImport, on_delete=models.PROTECT, related_name="content")
    sealed = models.BinaryField()

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT, DELETE"}

    class Meta:
        verbose_name = _("workbook of an import")
        verbose_name_plural = _("workbooks of imports")

    def __str__(self) -> str:
        return str(self.networkimport_id)


class ImportFault(InstitutionModel):
    """What is wrong at one place of a workbook that was not taken over."""

    networkimport = models.ForeignKey(
        NetworkImport, on_delete=models.PROTECT, related_name="faults", verbose_name=_("import of networks")
    )
    number = models.PositiveIntegerField(_("number"))
    place = models.CharField(_("place"), max_length=200)
    problem = models.CharField(_("what is wrong"), max_length=500)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("fault of a workbook")
        verbose_name_plural = _("faults of workbooks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["networkimport", "number"], name="fault_is_numbered_once_an_import"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"
