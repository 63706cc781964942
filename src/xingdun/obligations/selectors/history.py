"""How the posture stood at any moment, from its history."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
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


class Stood(NamedTuple):
    """How one duty and subject stood."""

    duty: str
    subject: str
    state: str
    due_at: datetime | None
    detail: dict[str, str]
    evidence: list[str]


_STOOD = """
SELECT json_build_array(duty, subject, state, due_at, detail, evidence)::text FROM (
    SELECT DISTINCT ON (duty, subject) duty, subject, state, due_at, detail, evidence FROM obligations_posturechange
    WHERE institution_id = %s AND at < %s ORDER BY duty, subject, at DESC, id DESC
) AS last WHERE state <> 'gone'
"""


def stood_at(institution: UUID, moment: datetime) -> Iterator[Stood]:
    """As `posture_at`, without the records: for what reads all of it."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_STOOD, [institution, moment])
        while rows := cursor.fetchmany(5_000):
            for (text,) in rows:
                duty, subject, state, due_at, detail, evidence = json.loads(text)
                yield Stood(duty, subject, state, datetime.fromisoformat(due_at) if due_at else None, detail, evidence)


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
