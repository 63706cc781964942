"""Kinds of messages: each domain declares its own; a text is made in the reader's language when it is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.messages.errors import FactNotAllowed, FactsMissing, KindUnknown

Words = Callable[[str], Any]
Facts = Mapping[str, int | bool | str]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of message says: translated texts with {facts} to be filled in.

    title: its name where people choose what they are told. urgent: told at once unless somebody chose otherwise.
    words: how a code among the facts (a duty's key) is told in words.
    """

    key: str
    title: Any
    heading: Any
    text: Any
    urgent: bool = False
    words: Mapping[str, Words] = field(default_factory=dict)

    def told(self, text: Any, facts: Facts) -> str:
        """`text` in the language now active, with its facts; a fact that is missing stays a dash."""
        return str(text).format_map(_Told({name: self._word(name, value) for name, value in facts.items()}))

    def _word(self, name: str, value: int | bool | str) -> str:  # noqa: FBT001 - the fact to tell
        if name in self.words:
            return str(self.words[name](str(value)))
        if isinstance(value, str) and _MOMENT.match(value):
            return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
        return str(value)


class _Told(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


kinds: dict[str, Kind] = {}


def declare(*declared: Kind) -> None:
    """Declare kinds of messages; a key is declared once."""
    for one in declared:
        if one.key in kinds:
            raise ValueError(f"the kind {one.key!r} is declared twice")
        kinds[one.key] = one


def kind_of(key: str) -> Kind:
    """The kind of that key. Raises KindUnknown."""
    if key not in kinds:
        raise KindUnknown(kind=key)
    return kinds[key]


# A fact is a number, a time, a reference (`app.model:key`) or a code. Names, numbers of persons and free words are
# none of these: what a message says leaves the platform, so nothing that names anybody can be put into it.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T")
_REFERENCE = re.compile(r"[a-z_]+\.[a-z_]+:[A-Za-z0-9-]{1,64}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,119}")
_LONG_NUMBER = re.compile(r"\d{9}")


def checked(kind: Kind, facts: Mapping[str, Any]) -> dict[str, int | bool | str]:
    """The facts as they are kept. Raises FactNotAllowed, FactsMissing."""
    kept = {name: _kept(name, value) for name, value in facts.items()}
    wanted = set(re.findall(r"\{(\w+)\}", f"{kind.heading}{kind.text}"))
    if not wanted <= kept.keys():
        raise FactsMissing(kind=kind.key, names=", ".join(sorted(wanted - kept.keys())))
    return kept


def _kept(name: str, value: Any) -> int | bool | str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    if isinstance(value, int) and abs(value) < 10**9:
        return value
    if isinstance(value, str):
        if _REFERENCE.fullmatch(value) or (_MOMENT.match(value) and _is_moment(value)):
            return value
        if _CODE.fullmatch(value) and not _LONG_NUMBER.search(value):
            return value
    raise FactNotAllowed(name=name)


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


declare(
    Kind(
        "messages.test",
        _("test of a channel"),
        _("Test of a channel"),
        _("This channel works. Nothing needs to be done."),
    ),
)
