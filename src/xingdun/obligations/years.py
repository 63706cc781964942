"""The working days an institution counts by: the platform's, and the years it imported."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from xingdun.frame.context import current
from xingdun.kernel.clocks import WorkingDays, YearMissing, local, read_notice, warning, working_days
from xingdun.obligations.models import CalendarYear


def calendar_of(institution: UUID) -> WorkingDays:
    """The working days known to an institution."""
    years = CalendarYear.objects.filter(institution=institution).order_by("year").values_list("digest", "text")
    return _calendar(tuple(years))


@lru_cache(maxsize=32)
def _calendar(years: tuple[tuple[str, str], ...]) -> WorkingDays:
    calendar = working_days()
    for _, text in years:
        calendar = calendar.with_notice(read_notice(text))
    return calendar


def calendar_here() -> WorkingDays:
    """The working days known to the institution this call acts in."""
    institution = current().institution
    return calendar_of(institution) if institution else working_days()


def year_missing(institution: UUID, now: datetime) -> YearMissing | None:
    """Which year's notice should be imported now: from 1 November the next year's."""
    return warning(calendar_of(institution), local(now).date())
