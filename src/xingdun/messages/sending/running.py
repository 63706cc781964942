"""Sending what is due: each delivery claimed, tried once, and its end kept."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from xingdun.frame.errors import Refusal
from xingdun.frame.ids import uuid7
from xingdun.messages import selectors
from xingdun.messages.errors import AddressUnusable
from xingdun.messages.kinds import kind_of
from xingdun.messages.models import Attempt, Channel, Delivery
from xingdun.messages.sending import mail, webhooks, wording
from xingdun.messages.services.channels import channel_secret
from xingdun.messages.services.deliveries import delivery_begin, delivery_end, told
from xingdun.organisation.models import Person

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500


def run(clock: Callable[[], datetime] = timezone.now) -> int:
    """Send what is due in the institution this call acts in; gives how many attempts were made.

    Whatever goes wrong with one delivery is kept with it and holds up none of the others.
    """
    made = 0
    for delivery in selectors.deliveries_due(now=clock())[:MOST_AT_ONCE]:
        attempt = delivery_begin(delivery=delivery, now=clock())
        if attempt is not None:
            made += 1
            delivery_end(attempt=attempt, problem=_try(attempt, clock()), now=clock())
    return made


def _try(attempt: Attempt, now: datetime) -> str:
    """One attempt, outside any transaction; what went wrong, or nothing."""
    try:
        _send(attempt.delivery, now)
    except Refusal as refusal:
        return told(f"{refusal.code} {refusal.facts.get('problem', '')}")
    except Exception as error:
        log.exception("a delivery broke")
        return told(type(error).__name__)
    return ""


def _send(delivery: Delivery, now: datetime) -> None:
    channel = delivery.channel
    if channel.kind == Channel.Kind.MAIL:
        mail.send(channel.address, _mail_of(delivery.person), wording.of(delivery, language=_language(delivery.person)))
    else:
        outgoing = wording.of(delivery, language=settings.LANGUAGE_CODE)
        webhooks.send(channel.kind, *channel_secret(channel=channel), outgoing, now=now)


def send_test(channel: Channel, person: Person) -> None:
    """Send a line by a channel: to the group, or to the tester's own mail address. Raises what sending raises."""
    outgoing = wording.of_kind(kind_of("messages.test"), str(uuid7()), language=settings.LANGUAGE_CODE)
    if channel.kind == Channel.Kind.MAIL:
        mail.send(channel.address, _mail_of(person), outgoing)
    else:
        webhooks.send(channel.kind, *channel_secret(channel=channel), outgoing, now=timezone.now())


def _mail_of(person: Person | None) -> str:
    address = selectors.mail_of(person) if person else ""
    if not address:
        raise AddressUnusable(problem="no mail address")
    return address


def _language(person: Person | None) -> str:
    account = person.account if person else None
    return account.language if account else settings.LANGUAGE_CODE
