"""What the measuring stands on: the years' notices of holidays, and the versions of the catalogue."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import WEB, InstitutionModel, Record


class CalendarYear(InstitutionModel):
    """A year's notice of public holidays as the institution imported it. text: the file; digest: its SHA-256.

    moved: the deadlines it changed, as [duty, subject, before, after].
    """

    year = models.PositiveSmallIntegerField(_("year"))
    text = models.TextField(_("notice"))
    digest = models.CharField(_("digest"), max_length=64)
    by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("imported"))
    moved = models.JSONField(_("deadlines moved"), default=list)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "year"], name="one_notice_a_year"),
        ]

    def __str__(self) -> str:
        return str(self.year)


class CatalogueVersion(Record):
    """A version of the catalogue the platform has measured by; it is the platform's, and names no institution.

    texts: its files by name; digest: SHA-256 of them. difference: what it changed against the one before.
    """

    version = models.CharField(_("version"), max_length=40)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    taken_at = models.DateTimeField(_("in use since"))
    texts = models.JSONField(default=dict)
    difference = models.JSONField(_("difference"), default=dict)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")

    def __str__(self) -> str:
        return self.version
