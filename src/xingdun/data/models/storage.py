"""Where and how a source keeps its data (MEASURES-22.3a, MEASURES-22.3b, INTERNET-8.2b)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.data.models.sources import Source
from xingdun.frame.models import WEB, InstitutionModel


class StorageRecord(InstitutionModel):
    """What someone stated at `at` about the storage of a source; the newest counts. Only added.

    country: ISO 3166-1 alpha-2 of where the data lie; Hong Kong, Macao and Taiwan have codes of their own and count
    as outside. The three measures name what protects the store, or where that is written.
    """

    class Hosting(models.TextChoices):
        """Whose machines they are."""

        OWN = "own", _("own data centre")
        HOSTED = "hosted", _("hosted with a third party")
        CLOUD = "cloud", _("cloud")

    HOME = "CN"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="storage", verbose_name=_("source"))
    country = models.CharField(_("country or region"), max_length=2)
    place = models.CharField(_("place"), max_length=200)
    hosting = models.CharField(_("hosting"), max_length=8, choices=Hosting)
    medium = models.CharField(_("architecture and medium"), max_length=200)
    management = models.CharField(_("management measures"), max_length=300, blank=True)
    physical = models.CharField(_("physical measures"), max_length=300, blank=True)
    technical = models.CharField(_("technical measures"), max_length=300, blank=True)
    by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("stated by")
    )
    at = models.DateTimeField(_("time"))

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("storage record")
        verbose_name_plural = _("storage records")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="storage_names_a_country"),
            models.CheckConstraint(condition=~Q(place="") & ~Q(medium=""), name="storage_names_place_and_medium"),
        ]
        indexes: ClassVar = [models.Index(fields=["source", "-at"], name="storage_newest_of_source")]

    def __str__(self) -> str:
        return f"{self.country} · {self.place}"
