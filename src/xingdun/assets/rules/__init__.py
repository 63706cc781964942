"""What graded protection asks, as data with its source: pure, no database."""

from xingdun.assets.rules.levels import Derived, Harm, derive, evaluation_clock, floor_of, from_level
from xingdun.assets.rules.safeguards import Asked, asked, safeguards, title_of

__all__ = [
    "Asked",
    "Derived",
    "Harm",
    "asked",
    "derive",
    "evaluation_clock",
    "floor_of",
    "from_level",
    "safeguards",
    "title_of",
]
