"""How a network is protected: plans on one centre and three protections, safeguards, and its end."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models.networks import Network
from xingdun.frame.models import InstitutionModel


class ProtectionPlan(InstitutionModel):
    """A plan on one centre and three protections (一个中心三重防护, MEASURES-6.3a); in force once approved."""

    class Kind(models.TextChoices):
        """What it plans."""

        OVERALL = "overall", _("overall plan of the institution")
        CONSTRUCTION = "construction", _("construction plan of a network")
        INFRASTRUCTURE = "infrastructure", _("protection plan of critical infrastructure")

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting for approval")
        APPROVED = "approved", _("in force")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REPLACED = "replaced", _("replaced")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("network")
    )
    title = models.CharField(_("title"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    management_centre = models.TextField(_("security management centre"))
    communication_network = models.TextField(_("protection of the communication network"))
    area_boundary = models.TextField(_("protection of area boundaries"))
    computing_environment = models.TextField(_("protection of the computing environment"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    class Meta:
        verbose_name = _("protection plan")
        verbose_name_plural = _("protection plans")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="construction", network__isnull=False)
                | (~Q(kind="construction") & Q(network__isnull=True)),
                name="construction_plan_is_of_a_network",
            ),
            models.UniqueConstraint(
                fields=["institution", "kind", "network"],
                condition=Q(state="approved"),
                nulls_distinct=False,
                name="one_plan_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "replaced"]) | Q(approved_at__isnull=False),
                name="plan_in_force_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Safeguard(InstitutionModel):
    """How one safeguard of the list stands on one network. key: of data/safeguards.toml."""

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", _("not assessed")
        IN_PLACE = "in_place", _("in place")
        PARTIAL = "partial", _("partly in place")
        ABSENT = "absent", _("missing")
        NOT_NEEDED = "not_needed", _("not needed")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="safeguards", verbose_name=_("network"))
    key = models.CharField(max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    evidence = models.TextField(_("what shows it"), blank=True)
    assessed_by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    assessed_at = models.DateTimeField(_("assessed"), null=True, blank=True)

    class Meta:
        verbose_name = _("safeguard")
        verbose_name_plural = _("safeguards")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "key"], name="safeguard_stands_once_a_network"),
            models.CheckConstraint(
                condition=Q(state="open", assessed_at__isnull=True)
                | (~Q(state="open") & Q(assessed_at__isnull=False) & ~Q(evidence="")),
                name="assessed_safeguard_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} · {self.title}"

    @property
    def title(self) -> str:
        """What it is, in the reader's language."""
        from xingdun.assets.rules import title_of  # the data are read when first asked

        return title_of(self.key)


class Retirement(InstitutionModel):
    """The end of a network: its risks assessed, its data sealed or destroyed, approved by another (MEASURES-17)."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Method(models.TextChoices):
        """What became of the data."""

        ERASED = "erased", _("overwritten")
        CRYPTOGRAPHIC = "cryptographic", _("keys destroyed")
        PHYSICAL = "physical", _("media destroyed")
        SEALED = "sealed", _("sealed, and kept for their term")
        MOVED = "moved", _("moved to another network, then erased")
        NONE_HELD = "none_held", _("no data were held")

    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="retirements", verbose_name=_("network")
    )
    reason = models.TextField(_("reasons"))
    risk_assessment = models.TextField(_("risk assessment"))
    risk_assessed_on = models.DateField(_("risks assessed on"))
    destruction_method = models.CharField(_("what became of the data"), max_length=16, choices=Method)
    destroyed_on = models.DateField(_("data destroyed or sealed on"))
    destruction_witness = models.CharField(_("witnessed by"), max_length=120)
    destruction_record = models.CharField(_("number of the record of it"), max_length=80)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    class Meta:
        verbose_name = _("retirement")
        verbose_name_plural = _("retirements")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["network"], condition=Q(state__in=["waiting", "approved"]), name="network_retires_once"
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_at__isnull=False)
                | (~Q(state="approved") & Q(approved_at__isnull=True)),
                name="retirement_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.network)
