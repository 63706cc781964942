"""Findings and what becomes of them: mended, retested, closed, or excepted for a time (MEASURES-6.5, MEASURES-9c)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xingdun.assets.models.inspections import FindingBatch, Origin
from xingdun.assets.models.networks import Network
from xingdun.assets.scanners.found import Severity
from xingdun.frame.models import InstitutionModel

SEVERITIES = [choice for choice in Severity.choices if choice[0] != Severity.INFO.value]


class Finding(InstitutionModel):
    """One weakness of one network (or of the institution, without a network); the same fingerprint is the same one.

    due_at: from the clock of its severity, counted from `counted_from`: when it was registered, came back, or an
    exception ended. missing_since: the newest scan of its tool looked at its target and did not see it; that is a hint
    for the retest, never its closing.
    """

    class State(models.TextChoices):
        """Where its mending stands."""

        OPEN = "open", pgettext_lazy("state", "open")
        FIXING = "fixing", _("being mended")
        FIXED = "fixed", _("mended, to be retested")
        EXCEPTED = "excepted", _("excepted for a time")
        CLOSED = "closed", _("closed after retest")

    UNMENDED: ClassVar = (State.OPEN, State.FIXING, State.FIXED, State.EXCEPTED)

    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("network")
    )
    batch = models.ForeignKey(
        FindingBatch, on_delete=models.PROTECT, related_name="findings", verbose_name=_("first seen in")
    )
    last_batch = models.ForeignKey(
        FindingBatch, on_delete=models.PROTECT, related_name="+", verbose_name=_("last seen in")
    )
    origin = models.CharField(_("origin"), max_length=20, choices=Origin)
    tool = models.CharField(_("tool"), max_length=80)
    fingerprint = models.CharField(max_length=64, editable=False)
    target = models.CharField(_("target"), max_length=300)
    port = models.CharField(_("port"), max_length=300, blank=True)
    component = models.CharField(_("component or place"), max_length=300, blank=True)
    identifier = models.CharField(_("identifier"), max_length=300)
    references = ArrayField(models.CharField(max_length=300), default=list, blank=True, verbose_name=_("CVE"))
    title = models.CharField(_("finding"), max_length=300)
    severity = models.CharField(_("severity"), max_length=8, choices=SEVERITIES)
    cvss = models.DecimalField("CVSS", max_digits=3, decimal_places=1, null=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    solution = models.TextField(_("advice"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    registered_at = models.DateTimeField(_("registered"))
    counted_from = models.DateTimeField(_("term counted from"))
    due_at = models.DateTimeField(_("to be mended by"))
    last_seen_at = models.DateTimeField(_("last seen"))
    missing_since = models.DateTimeField(_("not seen in the newest scan"), null=True, blank=True)
    came_back = models.PositiveSmallIntegerField(_("came back"), default=0)
    department = models.ForeignKey(
        "organisation.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible department"),
    )
    person = models.ForeignKey(
        "organisation.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )
    cause = models.TextField(_("cause"), blank=True)
    plan = models.TextField(_("rectification plan"), blank=True)
    planned_on = models.DateField(_("planned to be done on"), null=True, blank=True)
    measures = models.TextField(_("measures taken"), blank=True)
    fixed_at = models.DateTimeField(_("reported as mended"), null=True, blank=True)
    fixed_by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retest = models.TextField(_("retest"), blank=True)
    retest_batch = models.ForeignKey(
        FindingBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shown by")
    )
    retested_by = models.ForeignKey(
        "organisation.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("retested by"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    excepted_until = models.DateField(_("excepted until"), null=True, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes: ClassVar = [
            models.Index(fields=["institution", "state", "due_at"], name="finding_by_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["institution", "network", "fingerprint"], nulls_distinct=False, name="finding_is_kept_once"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("counted_from")), name="finding_is_due_after_its_start"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(department__isnull=False, person__isnull=False) | Q(state="excepted"),
                name="finding_in_hand_has_someone_responsible",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["fixed", "closed"])
                | (~Q(measures="") & Q(fixed_at__isnull=False, fixed_by__isnull=False)),
                name="mended_finding_says_how",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, retested_by__isnull=False) & ~Q(retest="")
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_finding_was_retested",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(retested_by=F("fixed_by")), name="retest_is_by_someone_else"
            ),
            models.CheckConstraint(
                condition=Q(state="excepted", excepted_until__isnull=False)
                | (~Q(state="excepted") & Q(excepted_until__isnull=True)),
                name="excepted_finding_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.target}"

    @property
    def place(self) -> str:
        """Where it is: target, port and component in one line."""
        return " · ".join(filter(None, (self.target, self.port, self.component)))


class FindingException(InstitutionModel):
    """Leave not to mend a finding until a day, with what stands in meanwhile; approved by others, never without end."""

    class Kind(models.TextChoices):
        """Why it is not mended now."""

        ACCEPTED = "accepted", _("the risk is accepted for a time")
        POSTPONED = "postponed", _("cannot be mended yet")
        FALSE_POSITIVE = "false_positive", _("the scanner errs")

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting for approval")
        APPROVED = "approved", _("in force")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("ended")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="exceptions", verbose_name=_("finding"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    until = models.DateField(_("until"))
    reason = models.TextField(_("reasons"))
    compensation = models.TextField(_("what stands in meanwhile"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(state__in=["waiting", "approved"]), name="one_exception_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(compensation=""), name="exception_has_reason_and_compensation"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "ended"]) | Q(decided_at__isnull=False),
                name="exception_in_force_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding} · {self.until}"
