"""Reading one entry of the catalogue's TOML field by field; whatever does not fit is refused with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from xingdun.kernel.clocks import Bilingual
from xingdun.obligations.catalogue.errors import EntryError

T = TypeVar("T")


@dataclass(slots=True)
class Entry:
    """One table of a file. Each field is taken once; `done` refuses what is left over."""

    file: str
    name: str
    table: Mapping[str, Any]
    taken: set[str] = field(default_factory=set)

    def text(self, key: str, default: str | None = None) -> str:
        """A text, not blank; `default` when the field is missing."""
        value = self._take(key, str, default)
        if not value.strip() and default is None:
            raise self.fault(f"{key} is blank")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts without repetition."""
        values = self._take(key, list, None if default is None else list(default))
        if any(not isinstance(value, str) or not value for value in values) or len(set(values)) != len(values):
            raise self.fault(f"{key} is no list of distinct texts")
        return tuple(values)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return self._take(key, bool, default)

    def day(self, key: str) -> date | None:
        """A date, or None when the field is missing."""
        return self._take(key, date, None) if key in self.table else None

    def choice(self, key: str, values: tuple[T, ...], default: T | None = None) -> T:
        """One of `values`."""
        given = self._take(key, str, default)
        for value in values:
            if value == given:
                return value
        raise self.fault(f"{key} is {given!r}, not one of {', '.join(map(str, values))}")

    def bilingual(self, key: str) -> Bilingual:
        """A table with zh and en."""
        return self.inner(key).titled()

    def inner(self, key: str) -> "Entry":
        """A table inside this one."""
        return Entry(self.file, self.name, self._take(key, dict, None))

    def tables(self, key: str) -> list["Entry"]:
        """A list of tables inside this one, empty when missing."""
        given = self._take(key, list, [])
        if any(not isinstance(each, dict) for each in given):
            raise self.fault(f"{key} is no list of tables")
        return [Entry(self.file, self.name, each) for each in given]

    def named(self) -> dict[str, str]:
        """Every field, each a text."""
        return {key: self.text(key) for key in self.table}

    def titled(self) -> Bilingual:
        """Its own zh and en, and nothing besides."""
        found = Bilingual(self.text("zh"), self.text("en"))
        self.done()
        return found

    def done(self) -> None:
        """Refuse fields nobody asked for: a misspelt name must not pass in silence."""
        spare = sorted(set(self.table) - self.taken)
        if spare:
            raise self.fault(f"there is no field {', '.join(spare)}")

    def fault(self, problem: str) -> EntryError:
        """The error that says where."""
        return EntryError(file=self.file, entry=self.name, problem=problem)

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self.taken.add(key)
        if key not in self.table and default is None:
            raise self.fault(f"{key} is missing")
        value = self.table.get(key, default)
        if not isinstance(value, kind):
            raise self.fault(f"{key} is no {kind.__name__}")
        return value
