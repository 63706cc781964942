"""The axes of a grade as columns; they are kept apart and never made one ladder (DIGITAL-4.1, DIGITAL-4.2)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LEVELS = range(1, 6)
"""National levels, GB/T 39725."""


class Business(models.TextChoices):
    """What the data serve (DIGITAL-4.1)."""

    CLINICAL = "clinical", _("clinical care")
    RESEARCH = "research", _("medical research")
    OPERATIONS = "operations", _("operations")
    PUBLIC_HEALTH = "public_health", _("public health")


class Subject(models.TextChoices):
    """Whom the data concern; several may hold (DIGITAL-4.2.1)."""

    C1 = "C1", _("C1 personal health")
    C2 = "C2", _("C2 important medical")
    C3 = "C3", _("C3 public health")


class Sensitivity(models.TextChoices):
    """Who may see the data (DIGITAL-4.2.2a). Confidential here is a grade of data, not a state secret."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    CONFIDENTIAL = "confidential", _("confidential (data)")


class NationalClass(models.TextChoices):
    """What harm to the country a leak does (GB/T 43697)."""

    GENERAL = "general", _("general")
    IMPORTANT = "important", _("important")
    CORE = "core", _("core")


def _business() -> models.CharField:
    return models.CharField(_("business class"), max_length=16, choices=Business, blank=True)


def _subject() -> ArrayField:
    return ArrayField(
        models.CharField(max_length=2, choices=Subject), default=list, blank=True, verbose_name=_("subject category")
    )


def _sensitivity() -> models.CharField:
    return models.CharField(_("sensitivity"), max_length=16, choices=Sensitivity, blank=True)


def _level() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        _("national level"), null=True, blank=True, choices=[(level, str(level)) for level in LEVELS]
    )


def _national_class() -> models.CharField:
    return models.CharField(_("national class"), max_length=16, choices=NationalClass, blank=True)


class Suggested(models.Model):
    """What the rules suggest."""

    suggested_business = _business()
    suggested_subject = _subject()
    suggested_sensitivity = _sensitivity()
    suggested_level = _level()
    suggested_national_class = _national_class()

    class Meta:
        abstract = True


class Confirmed(models.Model):
    """What the data security officer decided; empty until then."""

    confirmed_business = _business()
    confirmed_subject = _subject()
    confirmed_sensitivity = _sensitivity()
    confirmed_level = _level()
    confirmed_national_class = _national_class()

    class Meta:
        abstract = True


def _holds(category: Subject) -> models.GeneratedField:
    """Whether `subject` names the category; kept by the database, so that lists can be filtered by it."""
    return models.GeneratedField(
        expression=models.ExpressionWrapper(Q(subject__contains=[category.value]), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=category.label,
        choices=[(True, _("yes")), (False, _("no"))],
    )


class Effective(models.Model):
    """What counts: the confirmed grade, or the stricter of suggested and default. Written by services alone."""

    business = _business()
    subject = _subject()
    sensitivity = _sensitivity()
    level = _level()
    national_class = _national_class()
    holds_c1 = _holds(Subject.C1)
    holds_c2 = _holds(Subject.C2)
    holds_c3 = _holds(Subject.C3)

    class Meta:
        abstract = True


def axes_hold(prefix: str, *, may_be_empty: bool) -> Q:
    """The condition under which the axes at `prefix` ("suggested_", "confirmed_" or "") are well formed."""

    def at(axis: str, value: object, /) -> Q:
        return Q(**{prefix + axis: value})

    business = at("business__in", ["", *Business.values])
    subject = at("subject__contained_by", list(Subject.values))
    filled = (
        at("sensitivity__in", list(Sensitivity.values))
        & at("level__range", (LEVELS.start, LEVELS.stop - 1))
        & at("national_class__in", list(NationalClass.values))
    )
    undecided = {"sensitivity": "", "level__isnull": True, "national_class": "", "subject": []}
    empty = Q(**{prefix + axis: value for axis, value in undecided.items()})
    return business & subject & (filled | empty if may_be_empty else filled)
