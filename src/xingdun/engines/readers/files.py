"""A file, or a folder of files, as a source."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa
import pyarrow.parquet as pq

from xingdun.engines.readers.delimited import DelimitedReader, read_layout
from xingdun.engines.readers.model import BATCH_ROWS, Chunk, Column, Sampling, Table
from xingdun.engines.readers.refusals import SourceError, TableError
from xingdun.engines.readers.workbook import read_sheet, sheet_columns, sheet_names

Kind = Literal["delimited", "parquet", "workbook"]
_ENDINGS: dict[str, Kind] = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".txt": "delimited",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
}
SPREAD = 64  # slices of a sampled Parquet file
PACKED = 4  # bytes that a byte of gzip holds, as a guess
SMALL_SAMPLE = 1000  # rows taken from each batch of a sampled text file at least


def kind_of(path: Path) -> Kind | None:
    """How a file is read, by its name; None when it is not read at all."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if suffixes and suffixes[-1] == ".gz":
        suffixes = suffixes[:-1]
    return _ENDINGS.get(suffixes[-1]) if suffixes else None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a table lies."""

    path: Path
    kind: Kind
    sheet: str = ""


class FileSource:
    """Tables are files; sheets of a workbook are tables of their own.

    A file that cannot be opened is a table too, so that reading it names the error and the others are still read.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise SourceError("XD-SOURCE-001", str(path))
        self._root = path
        self.name = str(path)
        self._places: dict[str, _Place] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held between reads."""

    def _files(self) -> list[Path]:
        if self._root.is_file():
            return [self._root]
        try:
            found = sorted(self._root.rglob("*"))
        except OSError as error:
            raise SourceError("XD-SOURCE-007", str(error)) from error
        inside = self._root.resolve()
        return [path for path in found if kind_of(path) and path.is_file() and path.resolve().is_relative_to(inside)]

    def tables(self) -> list[Table]:
        """Every readable file below the folder, or the one file. Raises SourceError."""
        self._places.clear()
        tables: list[Table] = []
        for path in self._files():
            kind = kind_of(path)
            if kind is None:
                raise SourceError("XD-SOURCE-002", path.name)
            tables += self._tables_of(path, kind)
        if not tables:
            raise SourceError("XD-SOURCE-011", self.name)
        return tables

    def _label(self, path: Path) -> str:
        short = path.name if path == self._root else str(path.relative_to(self._root))
        for ending in (".gz", *_ENDINGS):
            if short.lower().endswith(ending):
                short = short[: -len(ending)]
        label, number = short, 2
        while label in self._places:
            label, number = f"{short} ({number})", number + 1
        return label

    def _tables_of(self, path: Path, kind: Kind) -> list[Table]:
        label = self._label(path)
        size = path.stat().st_size
        try:
            if kind == "workbook":
                return self._sheets(path, label, size)
            self._places[label] = _Place(path, kind)
            if kind == "parquet":
                with pq.ParquetFile(path) as file:
                    columns = tuple(Column(field.name, str(field.type)) for field in file.schema_arrow)
                    return [Table(label, rows=file.metadata.num_rows, columns=columns, size=size)]
            columns = tuple(Column(name, "text") for name in read_layout(path, label).names)
            return [Table(label, columns=columns, size=size)]
        except (TableError, pa.ArrowException, OSError):
            self._places.setdefault(label, _Place(path, kind))
            return [Table(label, size=size)]

    def _sheets(self, path: Path, label: str, size: int) -> list[Table]:
        tables = []
        names = sheet_names(path, label)
        for sheet in names:
            name = label if len(names) == 1 else f"{label}/{sheet}"
            columns = tuple(Column(one, "cell") for one in sheet_columns(path, sheet, label))
            if columns:
                self._places[name] = _Place(path, "workbook", sheet)
                tables.append(Table(name, columns=columns, size=size))
        return tables

    def sampling(self, table: Table, sample: int | None) -> Sampling:
        """Text and Parquet files are sampled all through, workbooks at their head."""
        if sample is None or (table.rows is not None and table.rows <= sample):
            return Sampling("whole")
        kind = self._places[table.name].kind
        if table.rows is None and (table.size or 0) < sample:  # a row has a byte at least
            return Sampling("whole")
        return Sampling("head" if kind == "workbook" else "spread", sample)

    def batches(self, table: Table, *, sample: int | None = None, start: int = 0) -> Iterator[Chunk]:
        """The file's rows. Raises TableError."""
        place = self._places[table.name]
        plan = self.sampling(table, sample)
        try:
            if place.kind == "parquet":
                chunks = _parquet(place.path, plan)
            elif place.kind == "workbook":
                chunks = _head(read_sheet(place.path, place.sheet, table.name), plan)
            else:
                chunks = _delimited(place.path, table, plan)
            for chunk in chunks:
                if chunk.position is None or chunk.position > start:
                    yield chunk
        except pa.ArrowException as error:
            raise TableError("XD-SOURCE-005", table.name, str(error)) from error
        except PermissionError as error:
            raise TableError("XD-SOURCE-007", table.name, error.strerror or "") from error
        except FileNotFoundError as error:
            raise TableError("XD-SOURCE-008", table.name, error.strerror or "") from error
        except OSError as error:
            raise TableError("XD-SOURCE-010", table.name, str(error)) from error


def _parquet(path: Path, plan: Sampling) -> Iterator[Chunk]:
    passed = 0
    with pq.ParquetFile(path) as file:
        total = file.metadata.num_rows
        share = 1.0 if plan.rows is None else min(1.0, plan.rows / max(total, 1))
        size = BATCH_ROWS if share == 1 else max(1, min(BATCH_ROWS, math.ceil(total / SPREAD)))
        for batch in file.iter_batches(batch_size=size):
            passed += batch.num_rows
            yield Chunk(batch.slice(0, math.ceil(batch.num_rows * share)), batch.num_rows, passed)


def _head(batches: Iterator[pa.RecordBatch], plan: Sampling) -> Iterator[Chunk]:
    passed = 0
    for batch in batches:
        left = batch.num_rows if plan.rows is None else plan.rows - passed
        if left <= 0:
            return
        kept = batch.slice(0, left)
        passed += kept.num_rows
        yield Chunk(kept, kept.num_rows, passed)


def _delimited(path: Path, table: Table, plan: Sampling) -> Iterator[Chunk]:
    """All of a text file is read for its rows to be counted; of each batch so many are looked at as the sample asks."""
    layout = read_layout(path, table.name)
    reader = DelimitedReader(path, table.name, layout)
    passed, share = 0, 1.0
    for batch in reader:
        if passed == 0 and plan.rows is not None:
            share = min(1.0, plan.rows / _expected_rows(path, batch, reader.consumed))
        passed += batch.num_rows
        take = batch.num_rows if share == 1 else max(SMALL_SAMPLE, math.ceil(batch.num_rows * share))
        yield Chunk(batch.slice(0, take), batch.num_rows, passed)


def _expected_rows(path: Path, batch: pa.RecordBatch, consumed: int) -> float:
    """How many rows a text file holds, judged by its first batch; gzip is taken to pack four to one."""
    size = path.stat().st_size * (PACKED if path.suffix.lower() == ".gz" else 1)
    offsets = 8 * batch.num_columns * batch.num_rows
    row = max(1.0, (batch.nbytes - offsets) / max(1, batch.num_rows) + batch.num_columns)
    return max(1.0, max(size, consumed) / row)
