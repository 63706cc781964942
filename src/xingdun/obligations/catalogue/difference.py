"""What a new version of the catalogue changes, and which duties it touches."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from xingdun.obligations.catalogue.model import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Keys that came, went and changed; `changed` names the fields of each that differ."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """From one version to the next. touched: duties that came, went, changed, or answer a clause that did, sorted."""

    old: str
    new: str
    documents: Changes
    clauses: Changes
    duties: Changes
    contradictions: Changes
    touched: tuple[str, ...]


def difference(old: Catalogue, new: Catalogue) -> Difference:
    """The difference of two catalogues, each sound on its own."""
    clauses, duties = _changes(old.clauses, new.clauses), _changes(old.duties, new.duties)
    moved = {*clauses.added, *clauses.removed, *clauses.changed}
    touched = {*duties.added, *duties.removed, *duties.changed}
    touched.update(key for each in (old, new) for clause in moved for key in each.answers.get(clause, ()))
    return Difference(
        old=old.version,
        new=new.version,
        documents=_changes(old.documents, new.documents),
        clauses=clauses,
        duties=duties,
        contradictions=_changes(old.contradictions, new.contradictions),
        touched=tuple(sorted(touched)),
    )


def _changes(old: Mapping[str, object], new: Mapping[str, object]) -> Changes:
    both = {key: _fields(old[key], new[key]) for key in old if key in new}
    return Changes(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed={key: names for key, names in both.items() if names},
    )


def _fields(one: object, other: object) -> tuple[str, ...]:
    return tuple(each.name for each in fields(one) if getattr(one, each.name) != getattr(other, each.name))  # type: ignore[arg-type]  # entries are dataclasses
