"""Which mask a column gets: by what it holds, its grade and the purpose, from rules kept as data (`choice.toml`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xingdun.kernel.masking.masks import (
    AddressToCity,
    AgeBand,
    Clear,
    DateTo,
    KeepEnds,
    Mask,
    Null,
    NumberBand,
    Pseudonym,
    Redact,
)
from xingdun.kernel.policy import Policy, Rule, read_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What a mask is chosen on: the column's entity and identifier role, its grade, and the purpose of the grant."""

    entity: str
    identifier: str
    subjects: frozenset[str]
    sensitivity: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A mask with the rule and the clauses behind it."""

    mask: Mask
    rule: str
    clauses: tuple[str, ...]


NOTHING = Chosen(Null(), "no-rule", ("MEASURES-22.4b",))

_MASKS: dict[str, Callable[[Mapping[str, Any], date], Mask]] = {
    "clear": lambda _, __: Clear(),
    "null": lambda _, __: Null(),
    "keep_ends": lambda row, _: KeepEnds(row["head"], row["tail"]),
    "date_to": lambda row, _: DateTo(row["unit"]),
    "age_band": lambda row, as_of: AgeBand(as_of, row["width"], row["top"]),
    "number_band": lambda row, _: NumberBand(row["width"], row["top"]),
    "address_to_city": lambda _, __: AddressToCity(),
    "pseudonym": lambda _, __: Pseudonym(),
    "redact": lambda _, __: Redact(),
}


@cache
def choice_policy() -> Policy[ColumnFacts]:
    """The rules on masks that come with the platform."""
    text = files(__package__).joinpath("choice.toml").read_text(encoding="utf-8")
    return Policy(read_rules(text), ColumnFacts)


def choose_mask(
    *,
    entity: str,
    identifier: str,
    subjects: frozenset[str],
    sensitivity: str,
    purpose: str,
    as_of: date,
) -> Chosen:
    """The mask of the first rule that fires; nothing is shown where none does.

    entity, identifier: as the discovery catalogue names them. subjects, sensitivity: of the column's grade. as_of: the
    day age bands are reckoned on. Source: DIGITAL-3.4, DIGITAL-5.2.1b, INTERNET-9.3c2.
    """
    facts = ColumnFacts(
        entity=entity, identifier=identifier, subjects=subjects, sensitivity=sensitivity, purpose=purpose
    )
    fired = choice_policy().fired(facts)
    return _chosen(fired[0], as_of) if fired else NOTHING


def _chosen(rule: Rule, as_of: date) -> Chosen:
    row = rule.step or {}
    return Chosen(_MASKS[row["mask"]](row, as_of), rule.id, rule.clauses)
