"""The safeguards a network is assessed against."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Asked:
    """One safeguard of the list; see safeguards.toml for the fields."""

    key: str
    zh: str
    en: str
    part: str
    from_level: int
    duties: tuple[str, ...]
    source: str
    when: str = ""

    @property
    def title(self) -> str:
        """What it is, in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@cache
def safeguards() -> Mapping[str, Asked]:
    """Every safeguard by its key, in the order of the data."""
    table = tomllib.loads((files(__package__) / "safeguards.toml").read_text(encoding="utf-8"))
    made = (Asked(**{**each, "duties": tuple(each["duties"])}) for each in table["safeguard"])
    return {each.key: each for each in made}


def asked(*, level: int | None, critical: bool, duty: str = "") -> tuple[Asked, ...]:
    """The safeguards asked of a network of that level (an ungraded one as of level 1), for one duty or for all."""
    return tuple(
        each
        for each in safeguards().values()
        if each.from_level <= (level or 1)
        and (critical or each.when != "critical_infrastructure")
        and (not duty or duty in each.duties)
    )


def title_of(key: str) -> str:
    """What a safeguard is, in the reader's language; its key when the list has it no more."""
    found = safeguards().get(key)
    return found.title if found else key
