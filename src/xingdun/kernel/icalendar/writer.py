"""A calendar of events, as text: folded, escaped, in UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MOST_OCTETS = 75  # RFC 5545, 3.1: of a line, its end not counted
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `uid` stays when it moves, `at` is an aware moment, `changed_at` when it was last said otherwise."""

    uid: str
    at: datetime
    changed_at: datetime
    summary: str
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()


def written(name: str, events: Iterable[Event], *, producer: str, refresh: timedelta) -> str:
    """The calendar of that name; `producer` says which program wrote it, `refresh` how often to ask again.

    Raises ValueError for a moment without a zone.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(producer)}//",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{int(refresh.total_seconds() // 60)}M",
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(event.changed_at)}"
    yield f"DTSTART:{_moment(event.at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.url:
        yield f"URL:{_plain(event.url)}"
    if event.categories:
        yield f"CATEGORIES:{','.join(map(_text, event.categories))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _plain(text: str) -> str:
    """`text` without control characters: none of them may stand in a value (RFC 5545, 3.3.11)."""
    return "".join(character for character in text if character >= " " and character != "\x7f")


def _text(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(_plain, lines)).translate(_ESCAPED)


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("an event's moment has a zone")
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, no character cut (RFC 5545, 3.1)."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _MOST_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    return "\r\n".join([*pieces, piece])
