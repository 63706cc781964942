"""What a delivery says outside the platform: counts, times, references and a link; nothing that names anybody."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from xingdun.messages.kinds import Kind, kinds
from xingdun.messages.models import Delivery


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text ready to leave. mark: by which a repeated one is known. link: empty when the platform has no address."""

    mark: str
    heading: str
    text: str
    link: str = ""
    link_words: str = ""


def page(name: str, **arguments: str) -> str:
    """The whole address of a page of the console; empty when the platform's own is not set, or it has no such page."""
    own = settings.ENVIRONMENT.address
    try:
        return own + reverse(f"console:{name}", kwargs=arguments) if own else ""
    except NoReverseMatch:
        return ""


def of(delivery: Delivery, *, language: str) -> Outgoing:
    """What a delivery says in `language`: to a group the link leads to the record, to a person to their message."""
    with translation.override(language):
        if delivery.message is None:
            return _digest(delivery)
        message, words = delivery.message, gettext("Open it")
        if delivery.person_id:
            link = page("messages.message.detail", pk=str(message.pk))
        else:
            label, _, key = message.link.partition(":")
            link = page(f"{label}.detail", pk=key) if key else ""
        return Outgoing(str(delivery.pk), message.heading, message.text, link, words)


def of_kind(kind: Kind, mark: str, *, language: str) -> Outgoing:
    """What a message of a kind without facts says."""
    with translation.override(language):
        return Outgoing(mark, str(kind.heading), str(kind.text))


def _digest(delivery: Delivery) -> Outgoing:
    total = sum(delivery.counts.values())
    heading = ngettext("%(count)d message waits for you", "%(count)d messages wait for you", total) % {"count": total}
    lines = [
        f"- {kinds[key].title if key in kinds else key}: {count}" for key, count in sorted(delivery.counts.items())
    ]
    return Outgoing(
        str(delivery.pk), heading, "\n".join(lines), page("messages.message.list"), gettext("Read my messages")
    )
