"""Networks: what they serve, who answers for them, and where they stand in their life (MEASURES-6)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xingdun.frame.models import InstitutionModel

LEVELS = range(1, 6)
"""Levels of protection, GB/T 22240."""

DEPARTMENTS = ("competent_department", "operating_department", "it_department", "user_department")
"""The four that answer for a network: competent, operating, IT, user (MEASURES-2d, MEASURES-6a)."""


class Technology(models.TextChoices):
    """New technology a network uses (MEASURES-6.1b, MEASURES-13a)."""

    BIG_DATA = "big_data", _("big data")
    ARTIFICIAL_INTELLIGENCE = "artificial_intelligence", _("artificial intelligence")
    BLOCKCHAIN = "blockchain", _("blockchain")
    CLOUD = "cloud", _("cloud computing")
    INTERNET_OF_THINGS = "internet_of_things", _("internet of things")
    MOBILE = "mobile", _("mobile internet")
    INDUSTRIAL_CONTROL = "industrial_control", _("industrial control")
    FIFTH_GENERATION = "fifth_generation", _("5G")


def _department(label: object) -> models.ForeignKey:
    return models.ForeignKey(
        "organisation.Department",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=label,  # type: ignore[arg-type]
    )


class Network(InstitutionModel):
    """A network or information system, the object of graded protection.

    A network may be entered before all four departments are known; it cannot be graded before. `level` is the one in
    force, from `level_determined_at`. `new`: built under the rules, so that planning, grading and testing precede it.
    """

    class State(models.TextChoices):
        """Where it stands in its life."""

        PLANNING = "planning", _("planned")
        GRADING = "grading", _("being graded")
        GRADED = "graded", _("graded")
        FILED = "filed", pgettext_lazy("state", "filed")
        OPERATING = "operating", _("in operation")
        CHANGED = "changed", _("level changed, filing to follow")
        RETIRED = "retired", pgettext_lazy("state", "retired")

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    competent_department = _department(_("competent department"))
    operating_department = _department(_("operating department"))
    it_department = _department(_("IT department"))
    user_department = _department(_("user department"))
    purpose = models.TextField(_("function"), blank=True)
    service_scope = models.CharField(_("service scope"), max_length=200, blank=True)
    service_objects = models.CharField(_("served"), max_length=200, blank=True)
    data_description = models.TextField(_("data held"), blank=True)
    technologies = ArrayField(
        models.CharField(max_length=32, choices=Technology), default=list, blank=True, verbose_name=_("new technology")
    )
    persons_held = models.PositiveBigIntegerField(_("persons whose data are held"), null=True, blank=True)
    carries_internet_care = models.BooleanField(_("carries care over the internet"), default=False)
    new = models.BooleanField(_("newly built"), default=True)
    launch_planned_on = models.DateField(_("launch planned on"), null=True, blank=True)
    in_operation_since = models.DateField(_("in operation since"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNING)
    level = models.PositiveSmallIntegerField(_("level in force"), null=True, blank=True)
    level_determined_at = models.DateTimeField(_("level determined"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "code"], name="network_code_is_unique"),
            models.CheckConstraint(
                condition=Q(level__isnull=True, level_determined_at__isnull=True)
                | Q(level__range=(1, 5), level_determined_at__isnull=False),
                name="network_level_was_determined",
            ),
            models.CheckConstraint(
                condition=Q(state="retired", retired_at__isnull=False) | (~Q(state="retired") & Q(retired_at=None)),
                name="retired_network_has_its_end",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["graded", "filed", "changed"]) | Q(level__isnull=False),
                name="graded_network_has_a_level",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(**{f"{name}__isnull": False for name in DEPARTMENTS}),
                name="graded_network_has_departments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def operating(self) -> bool:
        """Whether it runs: it went into operation and was not retired."""
        return self.in_operation_since is not None and self.retired_at is None

    @property
    def missing_departments(self) -> list[str]:
        """Which of the four are not named, by field."""
        return [name for name in DEPARTMENTS if getattr(self, f"{name}_id") is None]
