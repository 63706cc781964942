"""Personal words are sealed before they are kept for good; the key hierarchy sets how (it stands above the ledger)."""

from collections.abc import Callable
from uuid import UUID

Seal = Callable[[UUID, str], str]
_seal: list[Seal] = []


def seal_with(function: Seal) -> None:
    """Say how an institution's personal words are sealed; the last word counts."""
    _seal[:] = [function]


def seal_personal(institution: UUID, words: str) -> str:
    """`words` under a key of `institution` that can be destroyed.

    Raises RuntimeError when no key hierarchy is at hand: words are then not kept at all.
    """
    if not _seal:
        raise RuntimeError("no key hierarchy is at hand to seal personal words")
    return _seal[0](institution, words)
