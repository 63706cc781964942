"""Collecting what a paper needs, and the names of what is not there, with where each is entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from xingdun.frame.errors import Place
from xingdun.frame.wording import listed


@dataclass(frozen=True, slots=True)
class Missing:
    """Something needed that is empty: the noun of its record (if it has one), its name, and where it is entered."""

    record: str
    name: str
    place: Place | None = None


@dataclass(slots=True)
class Asked:
    """Values asked of records so far; `missing` names those that were needed and empty, in the reader's language.

    places: where the fields of each model are entered.
    """

    places: Mapping[type[Model], Place] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)

    def of(self, record: Model | None, model: type[Model], name: str) -> Any:
        """A value that must be there; named by its record and its field when it is not."""
        options = model._meta  # noqa: SLF001 - Django's documented API
        value = getattr(record, name, None) if record is not None else None
        if value is None or value in ("", []):
            label = getattr(options.get_field(name), "verbose_name", name)
            self.missing.append(Missing(str(options.verbose_name), str(label), self.places.get(model)))
            return ""
        return value

    def several(self, record: Model | None, model: type[Model], names: Iterable[str]) -> dict[str, Any]:
        """Several values that must be there."""
        return {name: self.of(record, model, name) for name in names}

    def told(self, words: Any, value: Any, model: type[Model] | None = None) -> Any:
        """A value that must be there, under a name of its own; it is entered where the fields of `model` are."""
        if value is None or value in ("", []):
            self.lacks(words, self.places.get(model) if model else None)
            return ""
        return value

    def lacks(self, words: Any, place: Place | None = None) -> None:
        """Something of that name is missing."""
        self.missing.append(Missing("", str(words), place))


def lines(missing: Iterable[Missing]) -> str:
    """What is missing in words, each record named once with its fields, a record a line."""
    by_record: dict[str, list[str]] = {}
    for each in dict.fromkeys(missing):
        by_record.setdefault(each.record, []).append(each.name)
    return "\n".join(" · ".join(filter(None, (record, listed(names)))) for record, names in by_record.items())


def places(missing: Iterable[Missing]) -> list[Place]:
    """Where all of it is entered, each place once with the names of what it lacks."""
    found: dict[tuple[str, Any], list[str]] = {}
    for each in dict.fromkeys(missing):
        if each.place is not None:
            found.setdefault((each.place.action, each.place.key), []).append(each.name)
    return [Place(action, key, tuple(names)) for (action, key), names in found.items()]
