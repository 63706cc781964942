"""XLSX sheets as Arrow batches, streamed, bounded against zip bombs."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

from xingdun.engines.readers.delimited import rows_to_batch, unique_names
from xingdun.engines.readers.refusals import TableError

MOST_UNPACKED = 4 << 30  # bytes of all parts together
MOST_STRINGS = 256 << 20  # bytes of the shared strings, which are held in memory
LARGEST_RATIO = 200
FREE = 64 << 20
MOST_COLUMNS = 16_384
LAST_ROW = 1_048_576  # of a worksheet; a row said to lie further down would cost the time of all rows before it
ROWS = 10_000


def check_bounds(path: Path, table: str) -> None:
    """Raise TableError XD-SOURCE-006 for a workbook that would unpack beyond its bounds, 005 for none at all."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise TableError("XD-SOURCE-005", table, str(error)) from error
    unpacked = sum(part.file_size for part in parts)
    strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    bomb = unpacked > FREE and unpacked > LARGEST_RATIO * max(path.stat().st_size, 1)
    if unpacked > MOST_UNPACKED or strings > MOST_STRINGS or bomb:
        raise TableError("XD-SOURCE-006", table, f"{unpacked} of {path.stat().st_size} bytes")


def _open(path: Path, table: str) -> Any:
    check_bounds(path, table)
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # a broken workbook raises anything from KeyError to ParseError
        raise TableError("XD-SOURCE-005", table, f"{type(error).__name__}: {error}") from error


def sheet_names(path: Path, table: str) -> list[str]:
    """The worksheets of a workbook."""
    book = _open(path, table)
    try:
        return [sheet.title for sheet in book.worksheets]
    finally:
        book.close()


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - digits that Excel keeps
        return str(int(value))
    return str(value)


def _rows(path: Path, sheet: str, table: str) -> Iterator[list[Any]]:
    book = _open(path, table)
    try:
        page = book[sheet]
        page.reset_dimensions()  # what a file claims of its size is not to be trusted
        for row in page.iter_rows(values_only=True, max_row=LAST_ROW):  # each as wide as it is: no bound fills it up
            cells = list(row[:MOST_COLUMNS])
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield cells
    except TableError:
        raise
    except Exception as error:
        raise TableError("XD-SOURCE-005", table, f"{type(error).__name__}: {error}") from error
    finally:
        book.close()


def sheet_columns(path: Path, sheet: str, table: str) -> tuple[str, ...]:
    """Column names: the first row that is not empty."""
    rows = _rows(path, sheet, table)
    try:
        return unique_names(next(rows, []))
    finally:
        rows.close()  # type: ignore[attr-defined]


def read_sheet(path: Path, sheet: str, table: str) -> Iterator[pa.RecordBatch]:
    """The rows below the header, as text."""
    rows = _rows(path, sheet, table)
    names = unique_names(next(rows, []))
    held: list[list[Any]] = []
    for row in rows:
        held.append([_cell(value) for value in row])
        if len(held) == ROWS:
            yield rows_to_batch(held, names)
            held = []
    if held:
        yield rows_to_batch(held, names)
