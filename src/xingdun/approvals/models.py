"""Approvals: one mechanism for every record. Steps in order, each with a role and a number of distinct persons."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import WEB, InstitutionModel
from xingdun.frame.roles import Role


class Process(InstitutionModel):
    """The approvals one record needs; `content_digest` fixes what is being approved."""

    class State(models.TextChoices):
        """Where the approvals stand."""

        OPEN = "open", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    about = models.CharField(_("about"), max_length=160)
    title = models.CharField(_("title"), max_length=200)
    requested_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    content_digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    stuck = models.BooleanField(_("nobody can decide"), default=False)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["about"], condition=Q(state="open"), name="one_open_process_a_record"),
            models.UniqueConstraint(fields=["id", "requested_by"], name="process_and_its_applicant"),
            models.CheckConstraint(condition=Q(stuck=False) | Q(state="open"), name="only_what_waits_is_stuck"),
        ]

    def __str__(self) -> str:
        return self.title


class Step(InstitutionModel):
    """One step: `quorum` distinct persons who hold `role` (in `department`, when it is named) must approve."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField(_("order"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    department = models.ForeignKey(
        "organisation.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quorum = models.PositiveSmallIntegerField(_("persons"), default=1)
    reason = models.CharField(_("why"), max_length=300)
    clauses = models.JSONField(_("clauses"), default=list)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["process", "order"], name="step_order_is_unique"),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="step_asks_someone"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.get_role_display()}"


class Delegation(InstitutionModel):
    """The decisions of one seat, left to another person until it ends: a role, in one department when it is named.

    It holds only while the delegator holds the role, and never reaches further than deciding approvals.
    """

    delegator = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("whose decisions")
    )
    delegate = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("who decides meanwhile")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    department = models.ForeignKey(
        "organisation.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("why"), max_length=300)
    ended_at = models.DateTimeField(_("ended before"), null=True, blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT, UPDATE (ended_at)"}

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(delegator=F("delegate")), name="delegation_goes_to_another"),
            models.UniqueConstraint(fields=["id", "delegator", "delegate"], name="delegation_and_its_people"),
        ]

    def __str__(self) -> str:
        return f"{self.delegator} → {self.delegate} · {self.get_role_display()}"


class Decision(InstitutionModel):
    """What one person decided, on their own seat or on one left to them, and their signature over it.

    The applicant never decides, on no seat; and nobody counts twice in one process, in person or by seat.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="decisions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="decisions")
    requested_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="decisions")
    seat = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("whose seat")
    )
    delegation = models.ForeignKey(
        Delegation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("delegation"),
    )
    approves = models.BooleanField(_("approves"))
    reason = models.TextField(_("reason"), blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    content_digest = models.CharField(max_length=64)
    at = models.DateTimeField(_("time"))
    signature = models.TextField(_("signature"), blank=True)
    key = models.ForeignKey(
        "keys.PersonalKey",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signature key"),
    )

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["process", "person"], name="nobody_counts_twice"),
            models.CheckConstraint(condition=~Q(person=F("requested_by")), name="applicant_does_not_decide"),
            models.UniqueConstraint(fields=["process", "seat"], name="no_seat_counts_twice"),
            models.CheckConstraint(condition=~Q(seat=F("requested_by")), name="applicant_has_no_seat"),
            models.CheckConstraint(
                condition=Q(delegation__isnull=True, seat=F("person"))
                | (Q(delegation__isnull=False) & ~Q(seat=F("person"))),
                name="another_seat_needs_its_delegation",
            ),
            models.CheckConstraint(
                condition=Q(signature="", key__isnull=True) | (~Q(signature="") & Q(key__isnull=False)),
                name="signature_has_its_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.approves}"
