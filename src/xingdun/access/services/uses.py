"""What was done through windows comes back from the source's own log as ledger entries tied to the grant."""

from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from xingdun.access.enforcement.uses import FolderReader, Position, Use, Uses
from xingdun.access.models import Grant, Protection
from xingdun.audit import services as audit
from xingdun.audit.models import Entry

MOST = 1_000  # statements a round: the rest follow in the next one


@transaction.atomic
def uses_keep(*, protection: Protection, now: datetime) -> int:
    """Read on where the last round stopped; gives how many statements were kept (MEASURES-22.4c).

    The place in the log commits with the entries, so nothing is missed, and a record read twice is kept once.
    """
    if not protection.log_folder:
        return 0
    protection = Protection.objects.select_for_update(of=("self",)).select_related("source").get(pk=protection.pk)
    since = Position.from_text(protection.log_position) if protection.log_position else None
    reading = Uses(FolderReader(Path(protection.log_folder)), since)
    found = list(islice(reading, MOST))
    if reading.position is None or reading.position == since:
        return 0
    kept = [entry for use in found if (entry := _keep(use, protection, now))]
    protection.log_position = reading.position.to_text()
    protection.save(update_fields=["log_position"])
    return len(kept)


def _keep(use: Use, protection: Protection, now: datetime) -> audit.Recorded | None:
    """One statement; its text may name a patient, so it is sealed. None for one that is known, or nobody's."""
    grant = Grant.objects.filter(login=use.login).first()
    record = f"{use.session}/{use.number}"
    if grant is None or Entry.objects.filter(under=grant.reference, action="data.use", details__record=record).exists():
        return None
    return audit.record(
        actor=f"organisation.person:{grant.person_id}",
        action="data.use",
        about=protection.source,
        under=grant,
        now=now,
        reason=use.statement,
        outcome=use.outcome,
        details={
            "at": audit.moment(use.at),
            "record": record,
            "address": use.client,
            "milliseconds": use.milliseconds,
            "sqlstate": use.sqlstate,
        },
    )
