"""What a window shows: tables, columns with their masks, rows, and how long."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from xingdun.access.enforcement.errors import BadSpecificationError
from xingdun.kernel.masking import Mask, PseudonymKey

NAME_BYTES = 63  # PostgreSQL, NAMEDATALEN - 1
MOST_VALUES = 10_000  # values of one row filter; a longer list belongs into a table of the source

Operator = Literal["in", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Rows whose `column` is among `values`, or compares so with the one value. A null is never among them.

    values: as ISO text (`2026-01-31`, `2026-01-31T00:00:00+08:00`, `12.5`); they are cast to the column's type.
    """

    column: str
    operator: Operator
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.operator != "in" and len(self.values) != 1:
            raise BadSpecificationError(f"{self.column} {self.operator} takes one value, not {len(self.values)}")
        if not 1 <= len(self.values) <= MOST_VALUES:
            raise BadSpecificationError(f"a filter on {self.column} takes 1 to {MOST_VALUES} values")


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column and how it is shown. A mask that has no meaning on its type becomes `Null`."""

    name: str
    mask: Mask


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table of the source, the columns shown and the rows: all filters must hold. `view` names it in the window."""

    schema: str
    name: str
    columns: tuple[ColumnSpec, ...]
    rows: tuple[RowFilter, ...] = ()
    view: str | None = None

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if not names or len(set(names)) != len(names):
            raise BadSpecificationError(f"{self.schema}.{self.name} shows no column, or one twice")


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """One grant: its tables, its end (aware), its limits, and the key of its pseudonyms.

    key: HMAC-SHA256 only, for the database computes it; of the grant alone, so that two grants cannot be joined.
    """

    tables: tuple[TableSpec, ...]
    expires_at: datetime
    key: PseudonymKey = field(repr=False)
    label: str = ""
    connection_limit: int = 4
    statement_timeout: timedelta = timedelta(minutes=5)
    transaction_timeout: timedelta = timedelta(minutes=30)
    temporary_files: int = 1024  # MB

    def __post_init__(self) -> None:
        if self.expires_at.tzinfo is None:
            raise BadSpecificationError("the end of a window needs a zone")
        if not self.tables:
            raise BadSpecificationError("a window shows at least one table")
        if self.key.algorithm != "sha256":
            raise BadSpecificationError("inside PostgreSQL a pseudonym is HMAC-SHA256")


def view_names(tables: Iterable[TableSpec]) -> list[str]:
    """One name a table, in order: the one asked for, else the table's own, else with its schema before it.

    Raises BadSpecificationError when two tables ask for one name.
    """
    chosen = list(tables)
    plain = [table.view or table.name for table in chosen]
    names = [
        name if table.view or plain.count(name) == 1 else _shortened(f"{table.schema}_{table.name}")
        for table, name in zip(chosen, plain, strict=True)
    ]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadSpecificationError(f"two views would be called {', '.join(twice)}")
    if too_long := [name for name in names if len(name.encode()) > NAME_BYTES]:
        raise BadSpecificationError(f"PostgreSQL would cut the name {too_long[0]!r}")
    return names


def _shortened(name: str) -> str:
    """`name`, or its beginning and a digest when PostgreSQL would cut it (and make two names one)."""
    if len(name.encode()) <= NAME_BYTES:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name.encode()[: NAME_BYTES - 9].decode(errors="ignore") + "_" + digest
