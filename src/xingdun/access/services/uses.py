"""What was done through windows comes back from the source's own log as ledger entries tied to the grant."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from xingdun.access.enforcement.uses import Use, read_uses
from xingdun.access.models import Grant, Protection
from xingdun.audit import services as audit
from xingdun.audit.models import Entry

MOST = 2_000  # statements a round: the rest follow in the next one


@transaction.atomic
def uses_keep(*, protection: Protection, now: datetime) -> int:
    """Read on where the last round stopped; gives how many statements were kept (MEASURES-22.4c).

    The place in the log commits with the entries, so nothing is told twice and nothing is missed.
    """
    if not protection.log_folder:
        return 0
    protection = Protection.objects.select_for_update(of=("self",)).select_related("source").get(pk=protection.pk)
    found = read_uses(Path(protection.log_folder), protection.log_state, most=MOST)
    if found.state == protection.log_state:
        return 0
    grants = {grant.login: grant for grant in Grant.objects.filter(login__in={use.login for use in found.uses})}
    kept = [_keep(use, grants[use.login], protection, now) for use in found.uses if use.login in grants]
    protection.log_state = found.state
    protection.save(update_fields=["log_state"])
    return len(kept)


def _keep(use: Use, grant: Grant, protection: Protection, now: datetime) -> Entry:
    """One statement; its text may name a patient, so it is sealed."""
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
            "session": use.session,
            "address": use.address,
            "program": use.program,
            "milliseconds": use.milliseconds,
        },
    )
