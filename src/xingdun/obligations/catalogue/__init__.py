"""The catalogue: the documents' clauses, the duties that answer them and the readings chosen, as data.

Pure: no Django, no database; `load()` reads the files that come with the platform and refuses unsound ones.
"""

from xingdun.obligations.catalogue.difference import Changes, Difference, difference
from xingdun.obligations.catalogue.errors import (
    CatalogueError,
    DuplicateError,
    EntryError,
    ExpressionError,
    UnansweredError,
    UnknownNameError,
    UnreadableError,
)
from xingdun.obligations.catalogue.expression import facts_of
from xingdun.obligations.catalogue.model import (
    Alternative,
    Catalogue,
    Clause,
    Contradiction,
    Document,
    Duty,
    Fact,
    Vocabulary,
)
from xingdun.obligations.catalogue.reading import load, parse, texts

__all__ = [
    "Alternative",
    "Catalogue",
    "CatalogueError",
    "Changes",
    "Clause",
    "Contradiction",
    "Difference",
    "Document",
    "DuplicateError",
    "Duty",
    "EntryError",
    "ExpressionError",
    "Fact",
    "UnansweredError",
    "UnknownNameError",
    "UnreadableError",
    "Vocabulary",
    "difference",
    "facts_of",
    "load",
    "parse",
    "texts",
]
