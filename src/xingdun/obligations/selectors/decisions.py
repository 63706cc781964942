"""What people decided about applicability and readings."""

from django.db.models import QuerySet

from xingdun.obligations.models import CalendarYear, Exemption, ProfileAnswer, ReadingChoice


def profile_answers() -> QuerySet[ProfileAnswer]:
    """What the institution answered about itself."""
    return ProfileAnswer.objects.select_related("by")


def exemptions() -> QuerySet[Exemption]:
    """Every exemption asked for, with who asked."""
    return Exemption.objects.select_related("applicant")


def reading_choices() -> QuerySet[ReadingChoice]:
    """Every reading asked for, with who asked."""
    return ReadingChoice.objects.select_related("applicant")


def calendar_years() -> QuerySet[CalendarYear]:
    """The years' notices imported."""
    return CalendarYear.objects.select_related("by")
