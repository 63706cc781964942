"""Whether people can still bring what waits to its end: looked at again whenever who holds which role changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from xingdun.approvals import selectors
from xingdun.approvals.models import Process
from xingdun.audit import services as audit

_BATCH = 200


@transaction.atomic
def processes_look_again(*, by: Any, now: datetime) -> int:
    """Mark every waiting process that nobody can end any more, unmark those that people can; gives how many changed.

    Each change is told in the ledger, with the steps and how many persons they lack.
    """
    waiting = list(Process.objects.filter(state=Process.State.OPEN).order_by("pk").values_list("pk", flat=True))
    return sum(look_again(waiting[start : start + _BATCH], by=by, now=now) for start in range(0, len(waiting), _BATCH))


def look_again(keys: Iterable[UUID], *, by: Any, now: datetime) -> int:
    """The same for some processes, in the caller's transaction; a bounded number of queries."""
    found = list(
        selectors.processes().filter(pk__in=list(keys), state=Process.State.OPEN).select_for_update(of=("self",))
    )
    seats = selectors.seats_for(found, now=now)
    changed = 0
    for process in found:
        why = selectors.blocked(process, seats)
        if (why is not None) == process.stuck:
            continue
        process.stuck = why is not None
        process.save(update_fields=["stuck"])
        details: dict[str, Any] = {"about": process.about}
        if why:
            details |= {
                "steps": [step.order for step in why.steps],
                "needed": why.shortage.needed,
                "able": len(why.shortage.people),
            }
        audit.record(
            actor=by, action="approval.stuck" if why else "approval.unstuck", about=process, now=now, details=details
        )
        changed += 1
    return changed
