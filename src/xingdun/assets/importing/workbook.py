"""An uploaded XLSX, opened within bounds: no macros, no document types, no formula taken for a value."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from xingdun.assets.errors import WorkbookUnreadable
from xingdun.assets.scanners.worksheets import first_seen, merged_in
from xingdun.frame.errors import Refusal

MOST_BYTES = 32 << 20
MOST_UNPACKED = 256 << 20
MOST_PARTS = 2_000
MOST_ROWS = 50_000
MAGIC = b"PK\x03\x04"
_CHUNK = 1 << 20
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_LONGEST_TAG = 64


@dataclass(frozen=True, slots=True)
class NoValue:
    """Stands where a cell holds no value: a formula, or an error of the spreadsheet."""

    sign: str

    def __str__(self) -> str:
        return self.sign


FORMULA, FAULT = NoValue("=…"), NoValue("#…")
_TYPES = {"f": FORMULA, "e": FAULT}


@contextmanager
def _package(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The opened package. Raises WorkbookUnreadable for what is no workbook, has macros, or unpacks too far."""
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise WorkbookUnreadable(problem=_("it is larger than %(most)d MB") % {"most": MOST_BYTES >> 20})
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise WorkbookUnreadable(problem=_("its content is not that of an .xlsx file"))
    try:
        with zipfile.ZipFile(file) as package:
            _check_parts(package)
            yield package
    except WorkbookUnreadable:
        raise
    except Refusal as refused:
        raise WorkbookUnreadable(problem=refused.explain().what) from refused
    except Exception as error:  # a broken package raises anything from BadZipFile to zlib's own error
        raise WorkbookUnreadable(problem=type(error).__name__) from error


def _check_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise WorkbookUnreadable(problem=_("its content is not that of an .xlsx file"))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise WorkbookUnreadable(problem=_("it holds macros"))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise WorkbookUnreadable(problem=_("it unpacks to more than %(most)d MB") % {"most": MOST_UNPACKED >> 20})


def row_count(file: BinaryIO) -> int:
    """About how many rows the largest sheet has, its headings with them: counted, not read, so that it is quick.

    Raises WorkbookUnreadable for what is no workbook, has macros, or unpacks too far.
    """
    with _package(file) as package:
        names = (name for name in package.namelist() if _SHEET.fullmatch(name))
        return max((_rows_in(package, name) for name in names), default=0)


def _rows_in(package: zipfile.ZipFile, name: str) -> int:
    found, rest = 0, b""
    with package.open(name) as content:
        while chunk := content.read(_CHUNK):
            whole = rest + chunk
            end = max(whole.rfind(b"<"), 0)  # a tag may go on in the next piece
            found += len(_ROW.findall(whole[:end]))
            rest = whole[end : end + _LONGEST_TAG]
    return found + len(_ROW.findall(rest))


def merged(file: BinaryIO) -> list[tuple[str, str]]:
    """The merged ranges of its sheets as (sheet's part, range), every part being looked through.

    Raises WorkbookUnreadable as `row_count` does, for document types, and for rows out of order.
    """
    with _package(file) as package:
        read = (name for name in package.namelist() if name.endswith((".xml", ".rels")))
        return [(name, place) for name in read for place in _merged(package, name)]


def _merged(package: zipfile.ZipFile, name: str) -> list[str]:
    with package.open(name) as content:
        return list(merged_in(content, name))  # type: ignore[arg-type]


def rows(file: BinaryIO, width: int) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first sheet people see that hold anything, with their number.

    A formula reads as `FORMULA`, an error of the spreadsheet as `FAULT`; `merged` has found the rows in order. width:
    how many columns are looked at. Raises WorkbookUnreadable, also for more than `MOST_ROWS` rows.
    """
    import openpyxl  # with numpy a fifth of every process's start, and needed by few

    try:
        file.seek(0)
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = first_seen(book)
        sheet.reset_dimensions()  # what a file claims of its size is not to be trusted
        for number, row in enumerate(sheet.iter_rows(max_col=width), start=1):
            cells = [_TYPES.get(cell.data_type, cell.value) for cell in row]
            if any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells):
                _check_length(number)
                yield number, cells
    except Refusal:
        raise
    except Exception as error:  # a broken workbook raises anything from KeyError to ParseError
        raise WorkbookUnreadable(problem=type(error).__name__) from error


def _check_length(number: int) -> None:
    if number > MOST_ROWS + 1:
        raise WorkbookUnreadable(problem=_("more than %(most)d rows") % {"most": MOST_ROWS})
