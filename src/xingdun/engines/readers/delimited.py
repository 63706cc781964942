"""CSV and its relatives as Arrow batches of text: quoted, ragged, broken, compressed, in any encoding."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from xingdun.engines.readers.decoding import Utf8Stream
from xingdun.engines.readers.model import slices
from xingdun.engines.readers.refusals import TableError

BLOCK = 8 << 20  # bytes that the parser holds at a time; a row must fit
HEAD_LINES = 50
MOST_COLUMNS = 10_000
LONG, SWALLOWED = 1 << 16, 500  # bytes and lines beyond which a value is taken for a quote that never closed
_DATA_LIKE = re.compile(r"^[-+]?[\d.,:/ \-]*\d[\d.,:/ Xx\-]*$")
csv.field_size_limit(BLOCK)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is written. names: its columns, made up where it has no header."""

    delimiter: str
    names: tuple[str, ...]
    has_header: bool


def read_layout(path: Path, table: str) -> Layout:
    """Delimiter, header and column names from the first lines. Raises TableError when there is no line at all."""
    with Utf8Stream(path, table) as stream:
        head = stream.head.decode("utf-8", "replace")
        if not head.strip() and stream.trouble:
            raise stream.trouble
    lines = [line for line in head.splitlines()[:HEAD_LINES] if line.strip()]
    if not lines:
        raise TableError("XD-SOURCE-005", table, "the file is empty")
    first = {mark: lines[0].count(mark) for mark in ",\t;|"}
    delimiter = max(first, key=lambda mark: (first[mark], mark == ","))
    cells = _first_row(head, delimiter)[:MOST_COLUMNS] or [lines[0]]
    filled = [cell for cell in cells if cell.strip()]
    header = sum(bool(_DATA_LIKE.match(cell.strip())) for cell in filled) * 2 < max(1, len(filled))
    return Layout(delimiter, unique_names(cells if header else [""] * len(cells)), header)


def _first_row(text: str, delimiter: str) -> list[str]:
    """The cells of a text's first row, which may reach over several lines when it is quoted."""
    try:
        return next((row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row), [])
    except csv.Error:
        return text.splitlines()[0].split(delimiter)


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line by itself."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def unique_names(cells: list[Any]) -> tuple[str, ...]:
    """Column names: made up where empty, numbered where repeated."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells, 1):
        base = str(cell).strip().lstrip("\ufeff") if cell is not None else ""
        name = base or f"column_{place}"
        number = 2
        while name in taken:
            name, number = f"{base or f'column_{place}'}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


class DelimitedReader:
    """Batches of one file. irregular: rows with too many or too few cells, fitted to the header."""

    def __init__(self, path: Path, table: str, layout: Layout) -> None:
        self._path, self._table, self._layout = path, table, layout
        self._ragged: list[str] = []
        self._swallowed = False
        self.irregular = 0
        self.consumed = 0

    def _keep_ragged(self, row: Any) -> str:
        if row.text is not None and row.text.count("\n") > SWALLOWED:
            self._swallowed = True
        elif row.text is not None:
            self._ragged.append(row.text)
        return "skip"

    def _ragged_batch(self) -> pa.RecordBatch | None:
        if not self._ragged:
            return None
        rows = [_cells(line, self._layout.delimiter) for line in self._ragged]
        self.irregular += len(rows)
        self._ragged.clear()
        return rows_to_batch(rows, self._layout.names)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        delivered = 0
        try:
            for batch in self._fast():
                delivered += batch.num_rows
                yield batch
        except pa.ArrowInvalid:  # quotes that never close, lines beyond the block: go on line by line
            yield from self._tolerant(skip=delivered)

    def _check(self, batch: pa.RecordBatch) -> None:
        """Raise ArrowInvalid when a value swallowed many lines, as one does after a quote that never closes."""
        for column in batch.columns:
            longest = pc.max(pc.binary_length(column)).as_py() or 0
            if longest > LONG and (pc.max(pc.count_substring(column, "\n")).as_py() or 0) > SWALLOWED:
                self._swallowed = True
        if self._swallowed:
            raise pa.ArrowInvalid("a quote that never closes")

    def _fast(self) -> Iterator[pa.RecordBatch]:
        layout = self._layout
        with Utf8Stream(self._path, self._table) as stream:
            try:
                reader = pacsv.open_csv(
                    pa.PythonFile(io.BufferedReader(stream, 1 << 20), mode="r"),
                    read_options=pacsv.ReadOptions(
                        use_threads=False,
                        block_size=BLOCK,
                        skip_rows=1 if layout.has_header else 0,
                        column_names=list(layout.names),
                    ),
                    parse_options=pacsv.ParseOptions(
                        delimiter=layout.delimiter,
                        newlines_in_values=True,
                        invalid_row_handler=self._keep_ragged,
                    ),
                    convert_options=pacsv.ConvertOptions(
                        column_types=dict.fromkeys(layout.names, pa.large_string()), strings_can_be_null=False
                    ),
                )
            except StopIteration:
                return
            for batch in reader:
                self.consumed = stream.consumed
                self._check(batch)
                yield from slices(batch)
                if ragged := self._ragged_batch():
                    yield ragged
            if ragged := self._ragged_batch():
                yield ragged
            if stream.trouble:
                raise stream.trouble

    def _tolerant(self, *, skip: int) -> Iterator[pa.RecordBatch]:
        """Line by line, each on its own, so that a broken quote costs one line."""
        rows: list[list[str]] = []
        with Utf8Stream(self._path, self._table) as stream:
            lines = io.TextIOWrapper(io.BufferedReader(stream, 1 << 20), encoding="utf-8", errors="replace")
            for number, line in enumerate(lines):
                if number < skip + (1 if self._layout.has_header else 0) or not line.strip():
                    continue
                row = _cells(line, self._layout.delimiter)
                self.irregular += len(row) != len(self._layout.names)
                rows.append(row)
                if len(rows) == 10_000:  # noqa: PLR2004 - rows at a time
                    self.consumed = stream.consumed
                    yield rows_to_batch(rows, self._layout.names)
                    rows = []
            trouble = stream.trouble
        if rows:
            yield rows_to_batch(rows, self._layout.names)
        if trouble:
            raise trouble


def rows_to_batch(rows: list[list[Any]], names: tuple[str, ...]) -> pa.RecordBatch:
    """Rows of cells as a batch of text columns; short rows are filled with nulls, long ones cut."""
    width = len(names)
    columns: list[list[str | None]] = [[] for _ in names]
    for row in rows:
        for place in range(width):
            cell = row[place] if place < len(row) else None
            columns[place].append(None if cell is None else str(cell))
    arrays = [pa.array(column, pa.large_string()) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))
