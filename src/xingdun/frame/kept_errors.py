"""Errors kept with a record: their code and facts, told again in the language of whoever reads."""

from collections.abc import Iterator
from typing import Any

from xingdun.frame.errors import Explanation, Refusal

LONGEST_FACT = 500


def kept(refusal: Refusal | None) -> tuple[str, dict[str, str]]:
    """What the columns `error_code` and `error_facts` keep: facts as text, cut to what a page can show."""
    if refusal is None:
        return "", {}
    return refusal.code, {name: storable(str(fact), LONGEST_FACT) for name, fact in refusal.facts.items()}


def explained(code: str, facts: dict[str, Any], *, unknown: type[Refusal]) -> Explanation | None:
    """The explanation of a kept error in the language now active; None when there is no error.

    unknown: stands in, with the code as its `problem`, for an error that this version has no more.
    """
    if not code:
        return None
    kind = next((found for found in _all(Refusal) if found.code == code), unknown)
    try:
        return kind(**facts).explain()
    except KeyError:
        return unknown(problem=code).explain()


def storable(text: str, longest: int) -> str:
    """`text` as PostgreSQL can keep it: no NUL, no lone surrogates, at most `longest` characters."""
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def _all(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for found in base.__subclasses__():
        yield found
        yield from _all(found)
