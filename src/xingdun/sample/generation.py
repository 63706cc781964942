"""From a seed to the rows of every table, in the order they can be loaded."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import Draw
from xingdun.sample.tables import TABLES

DEFAULT_SEED = 20220808
"""The day the Administrative Measures were issued."""


class TableDisagreesError(ValueError):
    """A table was drawn with other columns or another number of rows than it declares."""


def frames(seed: int, scale: float) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Every table with its rows; the same seed and scale give the same rows, on any machine and at any time."""
    world: World = {}
    for table in TABLES:
        rows = table.count(scale)
        frame = table.make(world, Draw(seed, table.name), rows)
        if frame.columns != [column.name for column in table.columns] or frame.height != rows:
            raise TableDisagreesError(table.name)
        world[table.name] = frame
        yield table, frame


@dataclass(frozen=True, slots=True)
class Rows:
    """One table's rows as CSV without a header, as PostgreSQL's COPY takes them: an empty field is NULL."""

    table: Table
    count: int
    csv: bytes


def rows_as_csv(seed: int, scale: float) -> Iterator[Rows]:
    """Every table's rows, ready for COPY."""
    for table, frame in frames(seed, scale):
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S")
        yield Rows(table, frame.height, buffer.getvalue())


def content_digest(seed: int, scale: float) -> str:
    """SHA-256 over all tables' names and CSV, in hex: says in one line which hospital this is."""
    digest = hashlib.sha256()
    for rows in rows_as_csv(seed, scale):
        add_to_digest(digest, rows)
    return digest.hexdigest()


def add_to_digest(digest: "hashlib._Hash", rows: Rows) -> None:
    """Count one table in."""
    digest.update(f"{rows.table.name}\n{len(rows.csv)}\n".encode())
    digest.update(rows.csv)
