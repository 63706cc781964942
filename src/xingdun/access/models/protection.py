"""Sources whose database enforces the grants itself."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import InstitutionModel


class Protection(InstitutionModel):
    """A PostgreSQL source that was prepared for windows, and the administrator's login that opens them.

    `log_folder`: where the source's own jsonlog files can be read, for what was done through windows; `log_position`
    says how far they have been read.
    """

    source = models.OneToOneField(
        "data.Source", on_delete=models.PROTECT, related_name="protection", verbose_name=_("source")
    )
    administrator = models.CharField(_("administrator's login"), max_length=63)
    secret = models.TextField(editable=False)
    guarded = models.BooleanField(_("guarded by login event"), default=False)
    log_folder = models.CharField(_("log folder"), max_length=500, blank=True)
    log_position = models.TextField(blank=True, editable=False)
    prepared_at = models.DateTimeField(_("protected since"))
    watched_at = models.DateTimeField(_("last watched"), null=True, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    error_text = models.CharField(_("last fault"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("protected source")
        verbose_name_plural = _("protected sources")
        constraints: ClassVar = []

    def __str__(self) -> str:
        return str(self.source)
