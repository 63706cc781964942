"""What all OSCAL documents share: identifiers, metadata, properties and the way they are written.

Source: OSCAL 1.2.1 (NIST). Every identifier is a UUID of version 5 over keys of our own, and a document's UUID is one
over its content, so that the same state is written as the same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from xingdun.kernel.clocks import ZONE, Bilingual, find_clock

VERSION = "1.2.1"
NAMESPACE = "urn:xingdun:oscal"
CATALOG_FILE = "oscal-catalog.json"
PROFILE_FILE = "oscal-profile.json"
MEDIA_TYPE = "application/json"
Object = dict[str, Any]
_ROOT = uuid5(NAMESPACE_URL, NAMESPACE)


@lru_cache(maxsize=100_000)
def identifier(*keys: object) -> str:
    """The UUID that stands for something of ours, the same in every document and at every time.

    Kept for a while: thousands of answers are about the same networks.
    """
    return str(uuid5(_ROOT, "\x1f".join(map(str, keys))))


def moment(at: datetime) -> str:
    """A moment as OSCAL has it: with its zone, in UTC."""
    return at.astimezone(UTC).isoformat()


def line(text: object) -> str:
    """A text on one line without outer space, as titles and values of properties must be."""
    return " ".join(str(text).split())


def both(text: Bilingual) -> str:
    """A text in both languages, one paragraph each: OSCAL knows no translations."""
    return text.zh if text.zh == text.en else f"{text.zh}\n\n{text.en}"


def told(detail: Mapping[str, str]) -> str:
    """A text kept in both languages, as `both`; empty when there is none."""
    return both(Bilingual(detail.get("zh", ""), detail.get("en", ""))) if detail else ""


def props(**facts: object) -> list[Object]:
    """Properties of our own namespace. An empty fact is left out; a tuple is a property for each of its items."""
    found = []
    for name, fact in facts.items():
        for value in fact if isinstance(fact, tuple) else (fact,):
            if value not in (None, "", False):
                said = "true" if value is True else line(value)
                found.append({"name": name.replace("_", "-"), "ns": NAMESPACE, "value": said})
    return found


def filled(**members: Any) -> Object:
    """An object of those members that hold something: OSCAL forbids empty lists. `import_ap` is written `import-ap`."""
    return {
        name.rstrip("_").replace("_", "-"): value for name, value in members.items() if value not in (None, "", [], {})
    }


def day_of(version: str) -> datetime:
    """The first of the month a catalogue's version (`2026.11.1`) names, at midnight in Shanghai."""
    year, month, *_ = version.split(".")
    return datetime(int(year), int(month), 1, tzinfo=ZONE)


def metadata(title: str, *, version: str, at: datetime, parties: Iterable[Object] = ()) -> Object:
    """The metadata every document begins with."""
    return filled(
        title=line(title),
        last_modified=moment(at),
        version=version,
        oscal_version=VERSION,
        parties=list(parties),
    )


def clock_text(key: str) -> Bilingual:
    """A statutory clock in words: from what on, and to whom by when."""
    clock = find_clock(key)
    parts = [
        (
            f"{each.name.zh}：{'，'.join(limit.period.text.zh for limit in each.limits)}",
            f"{each.name.en}: {', '.join(limit.period.text.en for limit in each.limits)}",
        )
        for each in clock.recipients
    ]
    return Bilingual(
        f"{clock.name.zh}（起算：{clock.starts.zh}）——{'；'.join(zh for zh, _ in parts)}",
        f"{clock.name.en} (from: {clock.starts.en}) - {'; '.join(en for _, en in parts)}",
    )


def document(root: str, content: Object) -> Object:
    """A whole document under its root name, with the UUID that its content gives it."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return {root: {"uuid": identifier(root, text), **content}}


def written(content: Object) -> bytes:
    """A document as the bytes of its file, on one line: indenting takes ten times as long where answers are many."""
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
