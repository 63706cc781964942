"""How the posture stood at any moment, from its history."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from xingdun.kernel.clocks import day_start
from xingdun.obligations.models import DayPosture, PostureChange


def posture_at(institution: UUID, moment: datetime) -> Iterator[PostureChange]:
    """Every answer as it stood just before `moment`: the last step of each duty and subject, those gone left out."""
    steps = (
        PostureChange.objects.filter(institution=institution, at__lt=moment)
        .order_by("duty", "subject", "-at", "-id")
        .distinct("duty", "subject")
    )
    return (each for each in steps.iterator(chunk_size=5_000) if each.state != PostureChange.State.GONE)


def posture_on(institution: UUID, day: date) -> Iterator[PostureChange]:
    """Every answer as it stood at the end of a day (Asia/Shanghai)."""
    return posture_at(institution, day_start(day + timedelta(days=1)))


def day_postures() -> QuerySet[DayPosture]:
    """The sealed days."""
    return DayPosture.objects.all()


def changes() -> QuerySet[PostureChange]:
    """Every step of the history."""
    return PostureChange.objects.all()


def history_of(institution: UUID, duties: tuple[str, ...], *, subject: str | None = None) -> QuerySet[PostureChange]:
    """The steps of some duties, newest first; of one subject when it is given."""
    steps = PostureChange.objects.filter(institution=institution, duty__in=duties).order_by("-at", "-id")
    return steps if subject is None else steps.filter(subject=subject)
