"""Applicability expressions evaluated: CEL, compiled once, asked once for each distinct tuple of facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cel_expr_python import cel

from xingdun.obligations.catalogue import Fact, facts_of, load

MOST_ANSWERS = 50_000  # kept for one expression; facts are few-valued, counts of persons are not
_TYPES = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "text": cel.Type.STRING,
    "list": cel.Type.List(cel.Type.STRING),
}
_MISSING = object()
Value = bool | int | str | list[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What an expression says. applies: None when it hangs on facts that are not known.

    deciding: the facts that suffice for this answer; missing: the unknown ones that keep it open.
    """

    applies: bool | None
    deciding: tuple[str, ...]
    missing: tuple[str, ...]


class Expression:
    """One expression of the catalogue. Raises ValueError with the reason when it is none."""

    def __init__(self, text: str, vocabulary: Mapping[str, Fact]) -> None:
        self.text = text
        self.facts = facts_of(text, vocabulary)
        variables = {name: _TYPES[vocabulary[name].type] for name in self.facts}
        try:
            self._compiled = cel.NewEnv(variables=variables).compile(text)
        except RuntimeError as problem:
            message = f"{text!r}: {problem}"
            raise ValueError(message) from problem
        self._answers: dict[tuple[Any, ...], Answered] = {}

    def answer(self, known: Mapping[str, Value]) -> Answered:
        """What it says of these facts; those left out are not known."""
        key = tuple([_hashable(known.get(name, _MISSING)) for name in self.facts])
        found = self._answers.get(key)
        if found is None:
            found = self._answered({name: known[name] for name in self.facts if name in known})
            if len(self._answers) < MOST_ANSWERS:
                self._answers[key] = found
        return found

    def _answered(self, known: dict[str, Value]) -> Answered:
        said = self._evaluate(known)
        if said is None:
            return Answered(None, (), tuple(name for name in self.facts if name not in known))
        deciding = dict(known)
        for name in known:  # what can be left out without changing the answer has not decided it
            fewer = {each: value for each, value in deciding.items() if each != name}
            if self._evaluate(fewer) is said:
                deciding = fewer
        return Answered(said, tuple(deciding), ())

    def _evaluate(self, known: Mapping[str, Value]) -> bool | None:
        found = self._compiled.eval(data=dict(known)).value()
        return found if isinstance(found, bool) else None


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


@cache
def expression(text: str) -> Expression:
    """The expression of that text over the catalogue's vocabulary, compiled once."""
    return Expression(text, load().vocabulary.facts)


def fits(fact: Fact, value: object) -> bool:
    """Whether a value is of the fact's type."""
    match fact.type:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case _:
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
