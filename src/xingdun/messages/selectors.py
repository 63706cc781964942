"""Reading messages, channels and what left by them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from xingdun.frame.context import current
from xingdun.messages.models import Attempt, Channel, Delivery, MailAddress, Message, Preference
from xingdun.organisation.models import Person

MOST_COUNTED = 99


def own_messages() -> QuerySet[Message]:
    """The messages of whoever calls; nobody reads another's."""
    return Message.objects.filter(to=current().person)


def unread_count(person: Person) -> int:
    """How many messages a person has not read, counted to MOST_COUNTED + 1: one query over a partial index."""
    return Message.objects.filter(to=person, read_at__isnull=True)[: MOST_COUNTED + 1].count()


def channels() -> QuerySet[Channel]:
    """Every channel."""
    return Channel.objects.all()


def channels_in_use() -> QuerySet[Channel]:
    """The channels that are not retired, the oldest first."""
    return Channel.objects.filter(retired_at__isnull=True).order_by("created_at")


def deliveries() -> QuerySet[Delivery]:
    """Everything that left or is to leave, with channel, person and message."""
    return Delivery.objects.select_related("channel", "person", "message")


def deliveries_due(*, now: datetime) -> QuerySet[Delivery]:
    """What is to be sent at `now`, the longest waiting first."""
    return Delivery.objects.filter(state__in=Delivery.OPEN, next_attempt_at__lte=now).order_by("next_attempt_at")


def attempts() -> QuerySet[Attempt]:
    """Every attempt, with its delivery and channel."""
    return Attempt.objects.select_related("delivery__channel", "delivery__message")


def with_mail(people: Iterable[UUID]) -> frozenset[UUID]:
    """Those of `people` who gave a mail address."""
    return frozenset(MailAddress.objects.filter(person__in=people).values_list("person", flat=True))


def mail_of(person: Any) -> str:
    """Where a person (or the key of one) reads mail; empty when they gave none."""
    found = MailAddress.objects.filter(person=person).values_list("address", flat=True).first()
    return found or ""


def modes(people: Iterable[UUID], kind: str) -> dict[UUID, str]:
    """What those of `people` chose for one kind, who chose."""
    return dict(Preference.objects.filter(person__in=people, kind=kind).values_list("person", "mode"))


def all_modes() -> dict[tuple[UUID, str], str]:
    """What everybody chose, by person and kind."""
    return {(person, kind): mode for person, kind, mode in Preference.objects.values_list("person", "kind", "mode")}


def preferences_of(person: Person) -> dict[str, str]:
    """What a person chose, by kind."""
    return dict(Preference.objects.filter(person=person).values_list("kind", "mode"))


def to_digest(day: date, *, before: datetime) -> QuerySet[Message]:
    """Unread messages told before a moment, of people who read mail, are still here and have no digest of `day`."""
    has = Delivery.objects.filter(digest_on=day).values("person")
    here = Q(to__left_at__isnull=True) & (Q(to__account__isnull=True) | Q(to__account__is_active=True))
    return Message.objects.filter(
        here,
        read_at__isnull=True,
        digested_at__isnull=True,
        created_at__lt=before,
        to__in=MailAddress.objects.values("person"),
    ).exclude(to__in=has)
