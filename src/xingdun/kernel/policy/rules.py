"""Rules as data: who may, who may not, and what is asked first; each with the clauses it keeps."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Effect = Literal["permit", "forbid", "require"]
Test = Literal["is", "in", "has", "lacks", "above", "below"]

_EFFECTS = frozenset({"permit", "forbid", "require"})
_TESTS: dict[str, Test] = {"is": "is", "in": "in", "has": "has", "lacks": "lacks", "above": "above", "below": "below"}


class RuleError(ValueError):
    """A rule that cannot be read or compiled; the message names it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one fact: it `is` a value, is `in` a list, `has` or `lacks` a member, lies `above` or `below`."""

    fact: str
    test: Test
    value: Any


@dataclass(frozen=True, slots=True)
class Rule:
    """It fires when all of `when` hold and not all of any one group of `unless` do.

    reason: told to people, by language (`en`, `zh`). step: what a `require` rule asks for.
    """

    id: str
    effect: Effect
    when: tuple[Condition, ...]
    unless: tuple[tuple[Condition, ...], ...] = ()
    clauses: tuple[str, ...] = ()
    reason: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    step: Mapping[str, Any] | None = None


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of a TOML text, in its order.

    `[[rule]]` with `id`, `effect`, `clauses`, `reason`, `when` and `unless` (a list of tables); a plain value in `when`
    means `is`. Raises RuleError.
    """
    rules = tuple(_read_rule(table) for table in tomllib.loads(text).get("rule", []))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"two rules are called {rule.id}")
        seen.add(rule.id)
    return rules


def _read_rule(table: Mapping[str, Any]) -> Rule:
    name = str(table.get("id", "a rule without a name"))
    if unknown := table.keys() - {"id", "effect", "clauses", "reason", "when", "unless", "step"}:
        raise RuleError(f"{name}: nothing is called {', '.join(sorted(unknown))}")
    effect = table.get("effect")
    if effect not in _EFFECTS or "id" not in table:
        raise RuleError(f"{name}: a rule has an id, and its effect is permit, forbid or require, not {effect}")
    if (effect == "require") != ("step" in table):
        raise RuleError(f"{name}: a step belongs to require, and require needs one")
    return Rule(
        id=name,
        effect=effect,
        when=_read_conditions(name, table.get("when", {})),
        unless=tuple(_read_conditions(name, group) for group in table.get("unless", [])),
        clauses=tuple(table.get("clauses", ())),
        reason=MappingProxyType(dict(table.get("reason", {}))),
        step=MappingProxyType(dict(table["step"])) if "step" in table else None,
    )


def _read_conditions(name: str, table: Mapping[str, Any]) -> tuple[Condition, ...]:
    conditions = []
    for fact, wanted in table.items():
        tests = wanted if isinstance(wanted, Mapping) else {"is": wanted}
        for test, value in tests.items():
            if test not in _TESTS:
                raise RuleError(f"{name}: {fact} has no test {test}")
            conditions.append(Condition(fact, _TESTS[test], tuple(value) if isinstance(value, list) else value))
    return tuple(conditions)
