"""Rules compiled into Python predicates over typed facts: default deny, forbid beats permit, reasons always given."""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from xingdun.kernel.policy.rules import Condition, Rule, RuleError

Facts = TypeVar("Facts")
Predicate = Callable[[Any], bool]

MOST_BUCKETS = 4096  # of the index; beyond, one key less serves as well
KEYS = 2  # facts the index is made of
_INDEXABLE = frozenset({"is", "in"})


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it is allowed, and every rule that fired, in the order of the rules."""

    allowed: bool
    fired: tuple[Rule, ...]

    @property
    def permits(self) -> tuple[Rule, ...]:
        """The rules that allow it."""
        return tuple(rule for rule in self.fired if rule.effect == "permit")

    @property
    def forbids(self) -> tuple[Rule, ...]:
        """The rules that forbid it, and so decide."""
        return tuple(rule for rule in self.fired if rule.effect == "forbid")

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses behind the rules that decided, each once."""
        deciding = self.forbids or self.permits
        return tuple(dict.fromkeys(clause for rule in deciding for clause in rule.clauses))


class Policy(Generic[Facts]):
    """A set of rules over one type of facts, compiled once; deciding changes nothing and may run in any thread.

    The two facts that leave the fewest rules to try become an index; its buckets hold only the conditions the index
    has not settled. Raises RuleError when a rule names a fact that `facts` (a dataclass) does not have.
    """

    def __init__(self, rules: Iterable[Rule], facts: type[Facts]) -> None:
        self.rules = tuple(rules)
        self._names = frozenset(each.name for each in dataclasses.fields(facts))  # type: ignore[arg-type]
        for rule in self.rules:
            if () in rule.unless:
                raise RuleError(f"{rule.id}: an empty unless would silence the rule for ever")
            for condition in itertools.chain(rule.when, *rule.unless):
                if condition.fact not in self._names:
                    raise RuleError(f"{rule.id}: there is no fact {condition.fact}")
        self.keys = _best_keys(self.rules)
        self._known = [_values(self.rules, key) for key in self.keys]
        self._buckets = self._fill()
        self._key_of: Callable[[Any], tuple[Any, ...]] = _key_reader(self.keys)

    def fired(self, facts: Facts) -> tuple[Rule, ...]:
        """The rules that fire on `facts`, in the order of the rules."""
        bucket = self._buckets.get(key := self._key_of(facts))
        if bucket is None:
            # A value no rule names: only rules that do not ask for this fact remain.
            bucket = self._buckets[
                tuple(v if v in known else _OTHER for v, known in zip(key, self._known, strict=True))
            ]
        return tuple([rule for predicate, rule in bucket if predicate(facts)])

    def decide(self, facts: Facts) -> Decision:
        """Allowed when a permit fires and no forbid does."""
        fired = self.fired(facts)
        allowed = False
        for rule in fired:
            if rule.effect == "forbid":
                return Decision(allowed=False, fired=fired)
            allowed = allowed or rule.effect == "permit"
        return Decision(allowed, fired)

    def _fill(self) -> dict[tuple[Any, ...], tuple[tuple[Predicate, Rule], ...]]:
        compiled: dict[tuple[str, tuple[Condition, ...]], Predicate] = {}
        buckets = {}
        for key in itertools.product(*([*known, _OTHER] for known in self._known)):
            bucket = []
            for rule in self.rules:
                rest = _unsettled(rule, self.keys, key)
                if rest is None:
                    continue
                if (rule.id, rest) not in compiled:
                    compiled[rule.id, rest] = _predicate(rule, rest)
                bucket.append((compiled[rule.id, rest], rule))
            buckets[key] = tuple(bucket)
        return buckets


class _Other:
    """Stands in the index for every value that no rule names."""


_OTHER = _Other()


def _settled_values(rule: Rule, fact: str) -> frozenset[Any] | None:
    """The values of `fact` with which `rule` can fire at all; None when it does not ask."""
    asked = [c for c in rule.when if c.fact == fact and c.test in _INDEXABLE]
    if not asked:
        return None
    return frozenset.intersection(*(frozenset(c.value if c.test == "in" else (c.value,)) for c in asked))


def _values(rules: Sequence[Rule], fact: str) -> tuple[Any, ...]:
    found = (_settled_values(rule, fact) or frozenset() for rule in rules)
    return tuple(sorted(frozenset().union(*found), key=repr))


def _best_keys(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The facts that leave the fewest rules to try when every value is equally likely."""
    facts = sorted({c.fact for rule in rules for c in rule.when if c.test in _INDEXABLE})
    choices = [(), *((fact,) for fact in facts), *itertools.combinations(facts, KEYS)]
    return min(choices, key=lambda keys: (_left_to_try(rules, keys), len(keys)))


def _left_to_try(rules: Sequence[Rule], keys: tuple[str, ...]) -> float:
    sizes = {key: len(_values(rules, key)) + 1 for key in keys}
    buckets = 1
    for size in sizes.values():
        buckets *= size
    if buckets > MOST_BUCKETS:
        return float("inf")
    left = 0.0
    for rule in rules:
        share = 1.0
        for key in keys:
            values = _settled_values(rule, key)
            share *= 1.0 if values is None else len(values) / sizes[key]
        left += share
    return left


def _unsettled(rule: Rule, keys: tuple[str, ...], values: tuple[Any, ...]) -> tuple[Condition, ...] | None:
    """The conditions still to test in the bucket of `values`; None when the rule cannot fire there."""
    for key, value in zip(keys, values, strict=True):
        wanted = _settled_values(rule, key)
        if wanted is not None and value not in wanted:
            return None
    return tuple(c for c in rule.when if not (c.fact in keys and c.test in _INDEXABLE))


def _key_reader(keys: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    return _compiled("lambda f: (" + "".join(f"f.{key}, " for key in keys) + ")", {})


def _predicate(rule: Rule, conditions: tuple[Condition, ...]) -> Predicate:
    """One Python expression for the rule; facts are checked names, and values are bound, never written into it."""
    bound: dict[str, Any] = {}
    parts = [_expression(condition, bound) for condition in conditions]
    parts += [f"not ({' and '.join(_expression(c, bound) for c in group)})" for group in rule.unless]
    return _compiled("lambda f: " + (" and ".join(parts) or "True"), bound)


def _expression(condition: Condition, bound: dict[str, Any]) -> str:
    name = f"v{len(bound)}"
    value = condition.value
    bound[name] = frozenset(value) if condition.test == "in" else value
    form = {
        "is": "f.{fact} == {name}",
        "in": "f.{fact} in {name}",
        "has": "{name} in f.{fact}",
        "lacks": "{name} not in f.{fact}",
        "above": "f.{fact} > {name}",
        "below": "f.{fact} < {name}",
    }[condition.test]
    return form.format(fact=condition.fact, name=name)


def _compiled(source: str, bound: dict[str, Any]) -> Any:
    return eval(source, {"__builtins__": {}, **bound})  # noqa: S307 - made above of checked names and bound values
