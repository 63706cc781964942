"""The day's digest: what was not urgent, once on each working day."""

from collections import Counter, defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.frame.calendar import calendar
from xingdun.kernel.clocks import local
from xingdun.messages import rules, selectors
from xingdun.messages.models import Channel, Delivery, Message, Preference
from xingdun.messages.services.deliveries import SYSTEM, plan


def due_since(now: datetime) -> datetime | None:
    """The moment from which the digest of the day of `now` is due: the hour of the rules on a working day.

    None before that hour and on other days. What is told later in the day waits for the next working day.
    """
    start = local(now).replace(hour=rules.digest_from_hour(), minute=0, second=0, microsecond=0)
    return start if now >= start and calendar().works(start.date()) else None


@transaction.atomic
def digest_plan(*, now: datetime) -> int:
    """Plan the day's digests of the institution this call acts in; gives how many. Nobody gets two on one day."""
    start = due_since(now)
    if start is None:
        return 0
    mail = [one for one in selectors.channels_in_use() if one.kind == Channel.Kind.MAIL]
    if not mail:
        return 0
    day = start.date()
    waiting, taken = _waiting(start)
    if not waiting:
        return 0
    Message.objects.filter(pk__in=taken).update(digested_at=now)
    planned = plan(
        (
            Delivery(channel=channel, person_id=person, digest_on=day, counts=dict(counts))
            for channel in mail
            for person, counts in waiting.items()
        ),
        now=now,
    )
    audit.record(
        actor=SYSTEM,
        action="message.digest",
        about=mail[0],
        now=now,
        details={"day": day.isoformat(), "persons": len(waiting), "messages": len(taken)},
    )
    return planned


def _waiting(start: datetime) -> tuple[dict[UUID, Counter[str]], list[UUID]]:
    """By person, how many unread messages of each kind go into their digest; and the keys of these messages."""
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    taken: list[UUID] = []
    modes = selectors.all_modes()
    for message in selectors.to_digest(start.date(), before=start).values("pk", "to_id", "kind", "urgent"):
        default = Preference.Mode.AT_ONCE if message["urgent"] else Preference.Mode.DIGEST
        if modes.get((message["to_id"], message["kind"]), default) == Preference.Mode.DIGEST:
            found[message["to_id"]][message["kind"]] += 1
            taken.append(message["pk"])
    return found, taken
