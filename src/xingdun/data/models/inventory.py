"""The inventory: tables, their columns, what is in them, and each decision on a grade."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.data.labels import entity_choices, entity_label, in_language
from xingdun.data.models.axes import Business, Confirmed, Effective, Suggested, axes_hold
from xingdun.data.models.sources import Scan, Source
from xingdun.frame.models import WEB, InstitutionModel


class Change(models.TextChoices):
    """What the last scan found against the one before."""

    NEW = "new", _("new")
    SAME = "same", _("as before")
    CHANGED = "changed", _("changed")
    GONE = "gone", _("gone")


class Identifier(models.TextChoices):
    """How a value leads to a person."""

    DIRECT = "direct", _("direct identifier")
    QUASI = "quasi", _("quasi-identifier")
    SENSITIVE = "sensitive", _("sensitive attribute")
    NONE = "none", _("not identifying")


class Dataset(InstitutionModel, Effective):
    """A table, view or file of a source; its grade is the union of what its columns ask."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="datasets", verbose_name=_("source"))
    schema = models.CharField(_("schema"), max_length=500, blank=True)
    name = models.CharField(_("name"), max_length=500)
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("department in charge")
    )
    business_classes = ArrayField(
        models.CharField(max_length=16, choices=Business), default=list, blank=True, verbose_name=_("business classes")
    )
    rows_estimated = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)
    rows_scanned = models.PositiveBigIntegerField(_("rows read"), default=0)
    sampled = models.BooleanField(_("sampled"), default=False)
    columns_total = models.PositiveIntegerField(_("columns"), default=0)
    columns_open = models.PositiveIntegerField(_("columns to confirm"), default=0)
    change = models.CharField(_("since the last scan"), max_length=8, choices=Change, default=Change.NEW)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_scan = models.ForeignKey(
        Scan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("last scan")
    )
    last_seen_at = models.DateTimeField(_("last seen"))
    gone_at = models.DateTimeField(_("gone"), null=True, blank=True)

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "schema", "name"], name="dataset_is_known_once"),
            models.CheckConstraint(condition=axes_hold("", may_be_empty=True), name="dataset_axes_hold"),
            models.CheckConstraint(
                condition=Q(change="gone", gone_at__isnull=False) | (~Q(change="gone") & Q(gone_at__isnull=True)),
                name="dataset_that_is_gone_says_when",
            ),
            models.CheckConstraint(
                condition=Q(columns_open__lte=models.F("columns_total")), name="dataset_open_columns_are_its_columns"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "name", "id"], name="dataset_by_name"),
            models.Index(fields=["institution", "level"], name="dataset_by_level"),
            GinIndex(fields=["subject"], name="dataset_by_subject"),
            models.Index(  # a source's totals are summed from it alone
                fields=["source"],
                include=["institution", "columns_total", "columns_open"],
                condition=Q(gone_at__isnull=True),
                name="dataset_standing_of_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Column(InstitutionModel, Suggested, Confirmed, Effective):
    """A column: what was found in it and why, what grade is suggested, confirmed and in force.

    No value of the source is kept beyond `examples`, and those are masked before they arrive.
    """

    class State(models.TextChoices):
        """How far its grade has been decided."""

        SUGGESTED = "suggested", _("suggested")
        CONFIRMED = "confirmed", _("confirmed")
        OVERRIDDEN = "overridden", _("overridden")
        SENT_BACK = "sent_back", _("sent back")

    DECIDED = (State.CONFIRMED, State.OVERRIDDEN)

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="columns", verbose_name=_("dataset"))
    name = models.CharField(_("name"), max_length=500)
    position = models.PositiveIntegerField(_("position"))
    declared_type = models.CharField(_("declared type"), max_length=200, blank=True)
    comment = models.CharField(_("comment in the source"), max_length=500, blank=True)
    entity = models.CharField(_("content"), max_length=64, choices=entity_choices)
    entities = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=_("all content"))
    confidence = models.FloatField(_("confidence"))
    identifier = models.CharField(_("identifying"), max_length=12, choices=Identifier)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    grade_reasons = models.JSONField(_("why this grade"), default=list, blank=True)
    rules_version = models.CharField(_("version of the rules"), max_length=20, blank=True)
    examples = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("masked examples"))
    values_read = models.PositiveBigIntegerField(_("values read"), default=0)
    values_missing = models.PositiveBigIntegerField(_("empty values"), default=0)
    distinct_estimate = models.PositiveBigIntegerField(_("distinct values (about)"), default=0)
    mean_length = models.FloatField(_("mean length"), default=0.0)
    change = models.CharField(_("since the last scan"), max_length=8, choices=Change, default=Change.NEW)
    last_seen_at = models.DateTimeField(_("last seen"))
    gone_at = models.DateTimeField(_("gone"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SUGGESTED)
    decided_by = models.ForeignKey(
        "organisation.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="column_is_known_once"),
            models.CheckConstraint(
                condition=axes_hold("suggested_", may_be_empty=False), name="column_suggested_axes_hold"
            ),
            models.CheckConstraint(
                condition=axes_hold("confirmed_", may_be_empty=True), name="column_confirmed_axes_hold"
            ),
            models.CheckConstraint(condition=axes_hold("", may_be_empty=False), name="column_axes_hold"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["confirmed", "overridden"],
                    confirmed_level__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state="sent_back", confirmed_level__isnull=True, decided_by__isnull=False)
                | Q(state="suggested", confirmed_level__isnull=True, decided_by__isnull=True),
                name="column_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["overridden", "sent_back"]) | ~Q(decided_reason=""),
                name="column_decided_otherwise_says_why",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0.0) & Q(confidence__lte=1.0), name="column_confidence_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(change="gone", gone_at__isnull=False) | (~Q(change="gone") & Q(gone_at__isnull=True)),
                name="column_that_is_gone_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "entity"], name="column_by_entity"),
            GinIndex(fields=["entities"], name="column_by_entities"),
            models.Index(fields=["institution", "state"], name="column_by_state"),
            models.Index(fields=["institution", "name", "id"], name="column_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> list[str]:
        """Why the content is called what it is, in the reader's language."""
        return [in_language(reason) for reason in self.reasons]

    @property
    def why_grade(self) -> list[tuple[str, list[str]]]:
        """Why the grade is suggested, each reason with its clauses, in the reader's language."""
        return [(in_language(reason), reason.get("clauses", [])) for reason in self.grade_reasons]

    @property
    def content(self) -> list[str]:
        """Everything found in it, the main thing first, in the reader's language."""
        return [str(entity_label(code)) for code in self.entities]


class GradeDecision(InstitutionModel):
    """One version of a column's grade: what was suggested then, what was decided, by whom and why. Only added."""

    class Kind(models.TextChoices):
        """What happened to the grade."""

        CONFIRMED = "confirmed", _("confirmed")
        OVERRIDDEN = "overridden", _("overridden")
        SENT_BACK = "sent_back", _("sent back")
        REOPENED = "reopened", _("reopened by a scan")

    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("decision"), max_length=12, choices=Kind)
    entity = models.CharField(_("content"), max_length=64, choices=entity_choices)
    business = models.CharField(_("business class"), max_length=16, blank=True)
    subject = ArrayField(models.CharField(max_length=2), default=list, verbose_name=_("subject category"))
    sensitivity = models.CharField(_("sensitivity"), max_length=16)
    level = models.PositiveSmallIntegerField(_("national level"))
    national_class = models.CharField(_("national class"), max_length=16)
    rules_version = models.CharField(_("version of the rules"), max_length=20, blank=True)
    person = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("time"))

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("decision on a grade")
        verbose_name_plural = _("decisions on grades")
        ordering: ClassVar = ["column", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["column", "number"], name="grade_versions_are_numbered"),
            models.CheckConstraint(
                condition=Q(kind="reopened", person__isnull=True) | (~Q(kind="reopened") & Q(person__isnull=False)),
                name="grade_is_decided_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.column} v{self.number}"
