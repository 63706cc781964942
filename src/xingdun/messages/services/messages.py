"""Telling people something, and what they have read."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.frame.ids import uuid7
from xingdun.frame.roles import Role
from xingdun.messages.errors import NotYours
from xingdun.messages.kinds import checked, kind_of
from xingdun.messages.models import Message
from xingdun.messages.services.deliveries import plan_at_once
from xingdun.organisation.models import Person
from xingdun.organisation.selectors import holders


def _recipients(to: Person | Iterable[Person], role: Role | None, department: Any, now: datetime) -> list[Person]:
    named = [to] if isinstance(to, Person) else list(to)
    held = holders(role, now=now, department=getattr(department, "pk", department)) if role else ()
    return list({person.pk: person for person in (*named, *held)}.values())


@transaction.atomic
def message_send(
    *,
    kind: str,
    by: Any,
    now: datetime,
    to: Person | Iterable[Person] = (),
    role: Role | None = None,
    department: Any = None,
    facts: Mapping[str, Any] | None = None,
    link: Any = "",
    urgent: bool | None = None,
    step: str = "",
) -> list[Message]:
    """Tell people something: those in `to`, and whoever holds `role` (in `department`) at `now`.

    facts: numbers, times, references and codes alone; link: the record it is about. urgent: the kind's own when None.
    step: a mark; nobody is told the same step twice. Gives the messages that are new; none when nobody is to be told.
    In the caller's transaction: what is told commits with what happened. Raises KindUnknown, FactNotAllowed,
    FactsMissing.
    """
    declared = kind_of(kind)
    kept = checked(declared, facts or {})
    people = _recipients(to, role, department, now)
    if step:
        told = set(Message.objects.filter(to__in=people, step=step).values_list("to", flat=True))
        people = [person for person in people if person.pk not in told]
    if not people:
        return []
    event = uuid7()
    made = Message.objects.bulk_create(
        Message(
            institution_id=person.institution_id,
            to=person,
            kind=kind,
            facts=kept,
            link=audit.reference(link) if link else "",
            urgent=declared.urgent if urgent is None else urgent,
            event=event,
            step=step,
            created_at=now,
        )
        for person in people
    )
    leaving = plan_at_once(messages=made, role=role, now=now)
    audit.record(
        actor=by,
        action="message.send",
        about=made[0],
        now=now,
        details={"kind": kind, "link": made[0].link, "event": str(event), "persons": len(made), "leaving": leaving},
    )
    return made


@transaction.atomic
def message_read(*, message: Message, by: Person, now: datetime) -> Message:
    """Mark a message of one's own as read. Raises NotYours."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.to_id != by.pk:
        raise NotYours
    if message.read_at is None:
        message.read_at = now
        message.save(update_fields=["read_at"])
        audit.record(actor=by, action="message.read", about=message, now=now)
    return message


@transaction.atomic
def message_read_all(*, by: Person, now: datetime) -> int:
    """Mark all of one's own messages as read; gives how many there were."""
    count = Message.objects.filter(to=by, read_at__isnull=True).update(read_at=now)
    if count:
        audit.record(actor=by, action="message.read", about=by, now=now, details={"messages": count})
    return count


@transaction.atomic
def message_settle(*, kind: str, link: Any, by: Any, now: datetime, to: Person | None = None) -> int:
    """What a message asked for is done: it is read for everybody (or for `to` alone), and no digest repeats it."""
    waiting = Message.objects.filter(kind=kind, link=audit.reference(link), read_at__isnull=True)
    if to is not None:
        waiting = waiting.filter(to=to)
    count = waiting.update(read_at=now)
    if count:
        details = {"kind": kind, "link": audit.reference(link), "messages": count}
        audit.record(actor=by, action="message.settle", about="system:messages", now=now, details=details)
    return count
