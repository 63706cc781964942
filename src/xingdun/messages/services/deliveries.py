"""What leaves the platform: planned with the message, tried, tried again, ended."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from xingdun.audit import services as audit
from xingdun.frame.kept_errors import storable
from xingdun.frame.roles import Role
from xingdun.messages import rules, selectors
from xingdun.messages.errors import ChannelRetired
from xingdun.messages.models import Attempt, Channel, Delivery, Message, Preference
from xingdun.organisation.models import Person
from xingdun.organisation.selectors import holders

SYSTEM = "system:messages"
LONGEST_PROBLEM = 300


def _for_people(mail: Channel, messages: list[Message]) -> Iterable[Delivery]:
    """One delivery for each person who wants this at once and has a mail address."""
    kind, urgent = messages[0].kind, messages[0].urgent
    people = [message.to_id for message in messages]
    reachable = selectors.with_mail(people)
    modes = selectors.modes(people, kind)
    default = Preference.Mode.AT_ONCE if urgent else Preference.Mode.DIGEST
    for message in messages:
        if message.to_id in reachable and modes.get(message.to_id, default) == Preference.Mode.AT_ONCE:
            yield Delivery(channel=mail, person_id=message.to_id, message=message)


def _for_group(group: Channel, messages: list[Message], role: Role | None, now: datetime) -> Iterable[Delivery]:
    """One delivery of an urgent event to the group of those who are told."""
    if not messages[0].urgent:
        return
    people = [message.to_id for message in messages]
    concerned = not group.role or group.role == role
    if concerned or holders(Role(group.role), now=now).filter(pk__in=people).exists():
        yield Delivery(channel=group, message=messages[0], event=messages[0].event)


def plan_at_once(*, messages: list[Message], role: Role | None, now: datetime) -> int:
    """Plan what leaves at once of an event, in the transaction of its messages; gives how many deliveries."""
    planned: list[Delivery] = []
    for channel in selectors.channels_in_use():
        if channel.kind == Channel.Kind.MAIL:
            planned += _for_people(channel, messages)
        else:
            planned += _for_group(channel, messages, role, now)
    return plan(planned, now=now)


def plan(deliveries: Iterable[Delivery], *, now: datetime) -> int:
    """Keep new deliveries and wake the worker; part of the services that say why they are sent."""
    from xingdun.messages.tasks import deliver_defer

    planned = list(deliveries)
    for one in planned:
        one.institution_id = one.channel.institution_id
        one.created_at = one.next_attempt_at = now
    if planned:
        Delivery.objects.bulk_create(planned, ignore_conflicts=True)
        deliver_defer(planned[0].institution_id)
    return len(planned)


@transaction.atomic
def delivery_begin(*, delivery: Delivery, now: datetime) -> Attempt | None:
    """Claim a delivery that is due, for one attempt; None when another worker has it, or nothing is to be sent.

    A claim whose worker dies is due again after a while: a message may then arrive twice, never not at all.
    """
    found = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("channel", "message", "person__account")
        .filter(pk=delivery.pk, state__in=Delivery.OPEN, next_attempt_at__lte=now)
        .first()
    )
    if found is None:
        return None
    if _needless(found):
        _close(found, Delivery.State.DROPPED, now)
        audit.record(actor=SYSTEM, action="delivery.withdraw", about=found, now=now)
        return None
    found.attempts_made += 1
    found.state, found.next_attempt_at = Delivery.State.SENDING, now + rules.lost_after()
    found.save(update_fields=["attempts_made", "state", "next_attempt_at"])
    attempt = Attempt.objects.create(
        institution_id=found.institution_id, delivery=found, number=found.attempts_made, started_at=now
    )
    audit.record(actor=SYSTEM, action="delivery.start", about=found, now=now, details={"attempt": attempt.number})
    return attempt


def _needless(delivery: Delivery) -> bool:
    """Nobody needs it any more: the channel is retired, or its one reader has read the message here or is shut out."""
    person = delivery.person
    if delivery.channel.retired_at is not None or person is None:
        return delivery.channel.retired_at is not None
    shut_out = person.left_at is not None or (person.account is not None and not person.account.is_active)
    return shut_out or (delivery.message is not None and delivery.message.read_at is not None)


def _close(delivery: Delivery, state: str, now: datetime) -> None:
    delivery.state, delivery.ended_at, delivery.next_attempt_at = state, now, None
    delivery.save(update_fields=["state", "ended_at", "next_attempt_at", "problem"])


@transaction.atomic
def delivery_end(*, attempt: Attempt, problem: str, now: datetime) -> Delivery:
    """Keep how an attempt ended; a failed one is repeated after a pause, until the pauses are used up."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("channel").get(pk=attempt.delivery_id)
    attempt.ended_at, attempt.problem = now, problem[:LONGEST_PROBLEM]
    attempt.outcome = Attempt.Outcome.FAILED if problem else Attempt.Outcome.DONE
    attempt.save(update_fields=["ended_at", "problem", "outcome"])
    delivery.problem = attempt.problem
    pause = rules.pause_after(attempt.number)
    if not problem:
        _close(delivery, Delivery.State.DONE, now)
    elif delivery.state in Delivery.OPEN and delivery.attempts_made == attempt.number:
        if pause is None:
            _close(delivery, Delivery.State.FAILED, now)
        else:
            delivery.state, delivery.next_attempt_at = Delivery.State.WAITING, now + pause
            delivery.save(update_fields=["state", "next_attempt_at", "problem"])
    state = Channel.State.FAILED if problem else Channel.State.REACHABLE
    Channel.objects.filter(Q(pk=delivery.channel_id) & ~Q(state=Channel.State.RETIRED)).update(
        state=state, tried_at=now, problem=attempt.problem
    )
    audit.record(
        actor=SYSTEM,
        action="delivery.finish",
        about=delivery,
        now=now,
        outcome="failed" if problem else "done",
        details={"attempt": attempt.number, "state": delivery.state, "problem": attempt.problem},
    )
    return delivery


@transaction.atomic
def delivery_retry(*, delivery: Delivery, by: Person, now: datetime) -> Delivery:
    """Send once more what was given up. Raises ChannelRetired."""
    from xingdun.messages.tasks import deliver_defer

    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("channel").get(pk=delivery.pk)
    if delivery.channel.retired_at:
        raise ChannelRetired
    delivery.state, delivery.ended_at, delivery.next_attempt_at = Delivery.State.WAITING, None, now
    delivery.save(update_fields=["state", "ended_at", "next_attempt_at"])
    audit.record(actor=by, action="delivery.open", about=delivery, now=now)
    deliver_defer(delivery.institution_id)
    return delivery


def told(problem: Any) -> str:
    """A problem in one short line that can be kept, whatever the other side answered."""
    return storable(" ".join(str(problem).split()), LONGEST_PROBLEM)
