"""Collecting what a paper needs, and the names of what is not there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model


@dataclass(slots=True)
class Asked:
    """Values asked of records so far; `missing` names those that were needed and empty, in the reader's language."""

    missing: list[str] = field(default_factory=list)

    def of(self, record: Model | None, model: type[Model], name: str) -> Any:
        """A value that must be there; named by its record and its field when it is not."""
        options = model._meta  # noqa: SLF001 - Django's documented API
        value = getattr(record, name, None) if record is not None else None
        if value is None or value in ("", []):
            label = getattr(options.get_field(name), "verbose_name", name)
            self.missing.append(f"{options.verbose_name} · {label}")
            return ""
        return value

    def several(self, record: Model | None, model: type[Model], names: Iterable[str]) -> dict[str, Any]:
        """Several values that must be there."""
        return {name: self.of(record, model, name) for name in names}

    def told(self, words: Any, value: Any) -> Any:
        """A value that must be there, under a name of its own."""
        if value is None or value in ("", []):
            self.missing.append(str(words))
            return ""
        return value
