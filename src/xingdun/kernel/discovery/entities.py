"""What a column can hold: the catalogue of entities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from xingdun.kernel.discovery import resources

Identifier = Literal["direct", "quasi", "sensitive", "none"]
UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of content.

    identifier: what it does to a person's anonymity (GB/T 37964, GB/T 39725 appendix A). values: signal -> weight.
    named: confidence from the column's name alone. shapes: forms its values may take. kind_of: more general entities.
    checked: its values have a form that can confirm them, so a name that no value confirms counts half.
    """

    code: str
    zh: str
    en: str
    identifier: Identifier
    named: float
    shapes: frozenset[str]
    values: Mapping[str, float] = field(default_factory=dict)
    kind_of: tuple[str, ...] = ()
    checked: bool = False


@cache
def entities() -> Mapping[str, Entity]:
    """Every entity by its code, in the catalogue's order."""
    return {
        code: Entity(
            code=code,
            zh=row["zh"],
            en=row["en"],
            identifier=row["identifier"],
            named=row["named"],
            shapes=frozenset(row["shapes"]),
            values=row.get("values", {}),
            kind_of=tuple(row.get("kind_of", ())),
            checked=row.get("checked", False),
        )
        for code, row in resources.table("entities").items()
    }
