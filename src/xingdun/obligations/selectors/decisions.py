"""What people decided about applicability and readings."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from xingdun.obligations.models import Answerable, CalendarYear, Exemption, ProfileAnswer, ReadingChoice

_IN_FORCE = Answerable.State.APPROVED


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


def exemptions_in_force(institution: UUID, *, now: datetime) -> dict[tuple[str, str], Exemption]:
    """The exemptions that hold at `now`, by duty and subject."""
    rows = Exemption.objects.filter(institution=institution, state=_IN_FORCE, expires_at__gt=now)
    return {(each.duty, each.subject): each for each in rows}


def readings_in_force(institution: UUID, *, now: datetime) -> dict[str, str]:
    """{contradiction: alternative} of the readings set otherwise than the catalogue's at `now`."""
    rows = ReadingChoice.objects.filter(institution=institution, state=_IN_FORCE, expires_at__gt=now)
    return dict(rows.values_list("contradiction", "alternative"))
