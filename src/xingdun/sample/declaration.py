"""How a table of the sample hospital is declared: what it is called, what it truly holds, and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from xingdun.sample.draw import Draw

About = Literal["patient", "staff", "partner", "nobody"]
Business = Literal["clinical", "research", "operations", "public_health"]
Identifier = Literal["direct", "quasi", "sensitive", "none"]
World = dict[str, pl.DataFrame]
"""Tables drawn so far, by qualified name: later tables refer to their rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name and PostgreSQL type as a hospital system has them, and what it truly holds.

    entity: a code of kernel.discovery's catalogue. comment: as far as the system's makers wrote one. holds: what
    free text contains. to: the "schema.table(column)" it refers to. identifier: where the entity's usual class
    would be wrong here.
    """

    name: str
    type: str
    entity: str
    comment: str | None = None
    holds: tuple[str, ...] = ()
    to: str | None = None
    identifier: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `rows` at scale 1.0 (the same at every scale when `fixed`), drawn by `make`.

    about: whose data it holds. special: subject categories beyond C1 that its content falls under (DIGITAL-3.1,
    DIGITAL-4.2.1). published: holds nothing but public dictionaries.
    """

    name: str
    title: str
    about: About
    business: Business
    rows: int
    make: Callable[[World, Draw, int], pl.DataFrame]
    columns: tuple[Column, ...]
    key: str
    indexes: tuple[str, ...] = ()
    fixed: bool = False
    special: tuple[str, ...] = ()
    published: bool = False

    def count(self, scale: float) -> int:
        """How many rows it has at this scale; at least 20, so that references find someone."""
        return self.rows if self.fixed else max(20, round(self.rows * scale))
