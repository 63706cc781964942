"""What the kernel calls things, in the reader's language."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from xingdun.kernel.discovery.entities import entities

_lazily = lazy(str, str)  # made once: lazystr makes a class at every call


class _Label:
    """Two names of one thing; as text it is the one in the language now active."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


def entity_label(code: str) -> Any:
    """The name of an entity; its code when the catalogue does not know it any more."""
    found = entities().get(code)
    return _lazily(_Label(found.zh, found.en)) if found else code


def entity_choices() -> list[tuple[str, Any]]:
    """Every entity with its name, in the catalogue's order."""
    return [(code, entity_label(code)) for code in entities()]


def in_language(reason: dict[str, Any]) -> str:
    """A kept reason in the language now active."""
    return str(_Label(reason.get("zh", ""), reason.get("en", "")))
