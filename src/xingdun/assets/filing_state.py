"""What about a network has to be filed, from when on, and whether it was: pure over records at hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from xingdun.assets.models import Filing, Grading, Network


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has to be told to the authorities: what kind of filing, since when, over which grading."""

    kind: str
    since: datetime
    level: int
    grading: Grading | None = None


def _when(grading: Grading) -> datetime:
    if grading.determined_at is None:
        raise ValueError(f"{grading} was not determined")
    return grading.determined_at


def events(network: Network, gradings: Iterable[Grading], filings: Iterable[Filing]) -> list[Event]:
    """What had to be filed over the network's life, oldest first.

    A level that is determined again before it was ever filed does not start the time anew. Of a network that was never
    filed there is nothing to revoke.
    """
    decided = sorted((each for each in gradings if each.determined_at), key=_when)
    first = [each for each in decided if each.effect == Grading.Effect.FILING]
    found = [Event(Filing.Kind.FILING, _when(first[0]), first[-1].level, first[-1])] if first else []
    found += [
        Event(Filing.Kind.CHANGE, _when(each), each.level, each)
        for each in decided
        if each.effect == Grading.Effect.CHANGE
    ]
    if network.retired_at is not None and any(each.kind == Filing.Kind.FILING for each in filings):
        found.append(Event(Filing.Kind.REVOCATION, network.retired_at, network.level or 0))
    return found


def answers(event: Event, filing: Filing) -> bool:
    """Whether the filing is about that event."""
    if filing.kind != event.kind:
        return False
    return event.grading is None or filing.grading_id == event.grading.pk or event.kind == Filing.Kind.FILING


def received(event: Event, filings: Iterable[Filing], recipient: str) -> Filing | None:
    """The filing of that event with `recipient` whose receipt has come."""
    return next(
        (each for each in filings if each.recipient == recipient and each.receipt_number and answers(event, each)), None
    )


def unfiled(network: Network, gradings: Iterable[Grading], filings: Iterable[Filing], recipient: str) -> list[Event]:
    """The events not told to `recipient` at all, received or not."""
    filings = list(filings)
    sent = [each for each in filings if each.recipient == recipient]
    return [event for event in events(network, gradings, filings) if not any(answers(event, each) for each in sent)]
