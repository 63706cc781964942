"""Where data lie, and the scans that look into them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.data.errors import ScanBroke
from xingdun.frame.background import Job
from xingdun.frame.errors import Explanation
from xingdun.frame.kept_errors import explained
from xingdun.frame.models import InstitutionModel


class Source(InstitutionModel):
    """A database, a folder or a file that the institution answers for.

    `address` never holds a secret; `secret` is the password sealed under the key hierarchy.
    """

    class Kind(models.TextChoices):
        """What sort of thing is read."""

        POSTGRESQL = "postgresql", _("PostgreSQL database")
        FOLDER = "folder", _("folder of files")
        FILE = "file", _("file")

    class State(models.TextChoices):
        """What was found when it was last reached for."""

        NEW = "new", _("not tried yet")
        REACHABLE = "reachable", _("reachable")
        UNREACHABLE = "unreachable", _("not reachable")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    address = models.CharField(_("address"), max_length=500)
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("department in charge")
    )
    secret = models.TextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW)
    synthetic = models.BooleanField(_("synthetic sample"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"))
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    error_code = models.CharField(max_length=16, blank=True)
    error_facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="source_name_is_unique"),
            models.UniqueConstraint(fields=["institution", "address"], name="source_address_is_unique"),
            models.CheckConstraint(
                condition=Q(kind="postgresql") | Q(secret=""), name="source_secret_is_for_databases"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def problem(self) -> Explanation | None:
        """Why it could not be reached, in the reader's language."""
        return explained(self.error_code, self.error_facts, unknown=ScanBroke)


class Scan(Job):
    """One look into a source, in the background; its tables say where it goes on after a stop or a crash."""

    class Mode(models.TextChoices):
        """How much of each table is read."""

        SAMPLED = "sampled", _("large tables sampled")
        FULL = "full", _("every row")

    broke = ScanBroke

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="scans", verbose_name=_("source"))
    mode = models.CharField(_("mode"), max_length=12, choices=Mode, default=Mode.SAMPLED)
    sample_rows = models.PositiveBigIntegerField(_("rows of a sample"), null=True, blank=True)
    tables_total = models.PositiveIntegerField(_("tables"), default=0)
    tables_done = models.PositiveIntegerField(_("tables done"), default=0)
    rows_total = models.PositiveBigIntegerField(_("rows to read"), default=0)
    rows_done = models.PositiveBigIntegerField(_("rows read"), default=0)
    rate = models.FloatField(_("rows a second"), default=0.0)
    seconds_left = models.FloatField(_("seconds left"), null=True, blank=True)
    current_table = models.CharField(_("reading"), max_length=1100, blank=True)

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=["queued", "running", "stopping"]),
                name="source_is_scanned_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "stopping"], finished_at__isnull=True)
                | Q(state__in=["stopped", "finished", "failed"], finished_at__isnull=False),
                name="scan_has_an_end_when_it_ended",
            ),
            models.CheckConstraint(
                condition=Q(mode="full", sample_rows__isnull=True) | Q(mode="sampled", sample_rows__gte=1),
                name="scan_states_its_sample",
            ),
            models.CheckConstraint(
                condition=Q(tables_done__lte=F("tables_total")), name="scan_does_no_more_than_all_tables"
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error_code=""), name="failed_scan_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.get_state_display()}"

    @property
    def share_done(self) -> float:
        """How far it is, 0 to 1, by rows where the source knows them and by tables elsewhere."""
        if self.state == self.State.FINISHED:
            return 1.0
        by_tables = self.tables_done / self.tables_total if self.tables_total else 0.0
        by_rows = self.rows_done / self.rows_total if self.rows_total else by_tables
        return min(1.0, by_rows)


class ScanTable(InstitutionModel):
    """One table in one scan: whether it is done, how much of it was read, and what had changed in it.

    resume_state: counts and masked forms of the part that was read, while a large table is under way.
    """

    class State(models.TextChoices):
        """Where the table stands in the scan."""

        PENDING = "pending", _("waiting")
        DONE = "done", _("done")
        GONE = "gone", _("gone when its turn came")
        UNREADABLE = "unreadable", _("could not be read")

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="tables")
    order = models.PositiveIntegerField()
    schema = models.CharField(_("schema"), max_length=500, blank=True)
    name = models.CharField(_("table"), max_length=500)
    dataset = models.ForeignKey("data.Dataset", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    rows_estimated = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)
    rows_scanned = models.PositiveBigIntegerField(_("rows read"), default=0)
    resume_state = models.JSONField(null=True, blank=True, editable=False)
    columns_new = models.PositiveIntegerField(_("new columns"), default=0)
    columns_changed = models.PositiveIntegerField(_("changed columns"), default=0)
    columns_gone = models.PositiveIntegerField(_("columns gone"), default=0)
    error_code = models.CharField(max_length=16, blank=True)
    error_facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("table of a scan")
        verbose_name_plural = _("tables of a scan")
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scan", "schema", "name"], name="table_is_scanned_once_a_scan"),
            models.CheckConstraint(
                condition=~Q(state="unreadable") | ~Q(error_code=""), name="unreadable_table_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name

    @property
    def problem(self) -> Explanation | None:
        """Why it was left out, in the reader's language."""
        return explained(self.error_code, self.error_facts, unknown=ScanBroke)
