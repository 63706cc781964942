"""What every reader offers: tables with their columns, and their rows as chunks one can resume after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, Self

import pyarrow as pa

BATCH_ROWS = 65_536
SampleKind = Literal["whole", "spread", "blocks", "head"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its source declares it."""

    name: str
    declared: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a source. rows: as far as the source knows without reading, else None; size: bytes or None."""

    name: str
    schema: str | None = None
    rows: int | None = None
    columns: tuple[Column, ...] = ()
    comment: str = ""
    size: int | None = None

    @property
    def label(self) -> str:
        """The name people read: schema.name where there is a schema."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows to look at. passed: rows of the table this chunk stands for (more than the batch's when sampled).

    position: where to resume after this chunk, or None when reading can only resume after a later one.
    """

    batch: pa.RecordBatch
    passed: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a table was read.

    whole: every row; spread: slices all through it; blocks: random blocks of the database (TABLESAMPLE SYSTEM); head:
    its first rows. rows: how many at most, None when whole.
    """

    kind: SampleKind
    rows: int | None = None


class Source(Protocol):
    """Something with tables. Use as a context manager; `name` never holds a password."""

    name: str

    def tables(self) -> list[Table]:
        """Every table, in a stable order. Raises SourceError."""

    def sampling(self, table: Table, sample: int | None) -> Sampling:
        """How `batches` will read this table when asked for `sample` rows (None: all)."""

    def batches(self, table: Table, *, sample: int | None = None, start: int = 0) -> Iterator[Chunk]:
        """The table's rows, streamed; `start` is the position of an earlier chunk. Raises TableError, SourceError."""

    def close(self) -> None:
        """Give back what the source holds."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in pieces of at most BATCH_ROWS rows."""
    for begin in range(0, batch.num_rows, BATCH_ROWS):
        yield batch.slice(begin, BATCH_ROWS)
