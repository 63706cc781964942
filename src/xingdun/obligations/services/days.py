"""Each day's posture, sealed in the ledger."""

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.kernel.clocks import day_start, local
from xingdun.obligations.canonical import digest, line
from xingdun.obligations.models import DayPosture, PostureChange
from xingdun.obligations.selectors.editions import edition_at
from xingdun.obligations.selectors.history import stood_at
from xingdun.obligations.selectors.scoring import scores_of
from xingdun.obligations.services.posture import SYSTEM


@transaction.atomic
def day_seal(*, institution: UUID, day: date, now: datetime) -> DayPosture:
    """Seal the posture as it stood at the end of `day` (Asia/Shanghai): its digest goes into the ledger.

    It is rebuilt from the history and read by the catalogue in force then, so it is the same whenever it is made; one
    that is sealed already is given back.
    """
    sealed = DayPosture.objects.filter(institution=institution, day=day).first()
    if sealed is not None:
        return sealed
    ended = day_start(day + timedelta(days=1))
    answers = list(stood_at(institution, ended))
    edition = edition_at(ended)
    whole = digest(line(each) for each in answers)
    counts = dict(Counter(each.state for each in answers))
    entry = audit.record(
        actor=SYSTEM,
        action="posture.seal",
        about=SYSTEM,
        now=now,
        details={
            "day": day.isoformat(),
            "digest": whole,
            "answers": len(answers),
            "counts": counts,
            "catalogue": edition.version,
        },
    )
    return DayPosture.objects.create(
        institution_id=institution,
        day=day,
        at=now,
        digest=whole,
        counts=counts,
        scores=scores_of(((each.duty, each.state) for each in answers), edition.catalogue),
        catalogue=edition.version,
        entry=entry.pk,
    )


def days_seal(*, institution: UUID, now: datetime) -> list[DayPosture]:
    """Seal every day that has ended and is not sealed yet, oldest first."""
    last = DayPosture.objects.filter(institution=institution).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        first = PostureChange.objects.filter(institution=institution).order_by("at").first()
        if first is None:
            return []
        last = local(first.at).date() - timedelta(days=1)
    days = (local(now).date() - last).days - 1
    return [day_seal(institution=institution, day=last + timedelta(days=each + 1), now=now) for each in range(days)]
