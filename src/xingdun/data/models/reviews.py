"""The yearly review of the inventory as a signed act (MEASURES-20a)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.data.models.inventory import Change, Dataset
from xingdun.frame.models import WEB, InstitutionModel


class InventoryReview(InstitutionModel):
    """Someone answers for the whole inventory as it stood at `at`; `content_digest` fixes what that was."""

    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    at = models.DateTimeField(_("time"))
    statement = models.TextField(_("statement"), blank=True)
    sources_total = models.PositiveIntegerField(_("sources"))
    datasets_total = models.PositiveIntegerField(_("datasets"))
    columns_total = models.PositiveIntegerField(_("columns"))
    columns_open = models.PositiveIntegerField(_("columns to confirm"))
    datasets_new = models.PositiveIntegerField(_("new since the last review"), default=0)
    datasets_changed = models.PositiveIntegerField(_("changed since the last review"), default=0)
    datasets_gone = models.PositiveIntegerField(_("gone since the last review"), default=0)
    content_digest = models.CharField(_("digest of the content"), max_length=64)
    signature = models.TextField(_("signature"), blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("inventory review")
        verbose_name_plural = _("inventory reviews")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "year", "number"], name="reviews_of_a_year_are_numbered"),
            models.CheckConstraint(
                condition=Q(columns_open__lte=F("columns_total")), name="review_open_columns_are_its_columns"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} / {self.number}"


class ReviewedDataset(InstitutionModel):
    """A dataset as a review saw it."""

    review = models.ForeignKey(InventoryReview, on_delete=models.PROTECT, related_name="datasets")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+", verbose_name=_("dataset"))
    digest = models.CharField(_("digest of the content"), max_length=64)
    change = models.CharField(_("since the last review"), max_length=8, choices=Change)
    columns_total = models.PositiveIntegerField(_("columns"))
    columns_open = models.PositiveIntegerField(_("columns to confirm"))
    subject = ArrayField(models.CharField(max_length=2), default=list, verbose_name=_("subject category"))
    sensitivity = models.CharField(_("sensitivity"), max_length=16, blank=True)
    level = models.PositiveSmallIntegerField(_("national level"), null=True, blank=True)
    national_class = models.CharField(_("national class"), max_length=16, blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("reviewed dataset")
        verbose_name_plural = _("reviewed datasets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "dataset"], name="dataset_is_reviewed_once_a_review"),
        ]

    def __str__(self) -> str:
        return str(self.dataset)
