"""Registers as files: xlsx for people, JSON for machines. Rows are read in batches, so memory stays flat."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import IO, Any
from uuid import UUID

import xlsxwriter
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from xingdun.doors.console import values
from xingdun.frame.registers import Column, Register

BATCH = 2000
SHEET_ROWS = 1_048_576
_CELL = 32_767
_WHOLE = 2**53  # beyond it a cell's number loses digits


def columns_of(register: Register) -> list[Column]:
    """The columns of an export: those of the list, then the lines of the page that are not among them."""
    names = {column.name for column in register.columns}
    return [*register.columns, *(line for line in register.detail if line.name not in names)]


def batches(rows: QuerySet[Any]) -> Iterator[Any]:
    """Every row, read in batches with whatever the rows prefetch."""
    return rows.iterator(chunk_size=BATCH)


def plain(value: Any) -> Any:
    """A value as JSON carries it: times in ISO 8601 with their zone, records by reference and name."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, Model):
        return {"reference": getattr(value, "reference", str(value.pk)), "name": str(value)}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def json_lines(register: Register, rows: Iterable[Any]) -> Iterator[str]:
    """One JSON array of objects, a row a piece: `reference`, then each column under its name."""
    columns = columns_of(register)
    separator = "["
    for row in rows:
        facts = {"reference": getattr(row, "reference", f"{register.key}:{row.pk}")}
        facts |= {column.name: plain(values.read(row, column.name)) for column in columns}
        yield separator + "\n" + json.dumps(facts, ensure_ascii=False)
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def workbook(register: Register, rows: Iterable[Any]) -> IO[bytes]:
    """An xlsx file, rewound. Text is written as text, so no value can act as a formula or a link."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    bold = book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    columns = columns_of(register)
    title = _sheet_name(str(register.title))
    rest = iter(rows)
    for number in range(1, 1_000):
        sheet = book.add_worksheet(title if number == 1 else f"{title} {number}")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 20)
            sheet.write_string(0, place, str(values.heading(register.model, column)), bold)
        more = _fill(sheet, columns, rest, {"moment": moment, "day": day})
        if more is None:
            break
        rest = chain([more], rest)
    book.close()
    file.seek(0)
    return file


def _fill(sheet: Any, columns: list[Column], rows: Iterator[Any], formats: dict[str, Any]) -> Any | None:
    """Write rows until the sheet is full; the first row that did not fit, or None."""
    for line in range(1, SHEET_ROWS):
        row = next(rows, None)
        if row is None:
            return None
        for place, column in enumerate(columns):
            _write(sheet, line, place, values.worded(row, column.name), formats)
    return next(rows, None)


def _write(sheet: Any, line: int, place: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(line, place, gettext("yes") if value else gettext("no"))
    elif isinstance(value, int | float) and abs(value) < _WHOLE:
        sheet.write_number(line, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, timezone.localtime(value), formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats["day"])
    else:
        sheet.write_string(line, place, _text(value)[:_CELL])


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | set):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


def _sheet_name(title: str) -> str:
    """A name that sheets may bear: no brackets, colons, stars, question marks or slashes, and at most 31 characters."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:26] or "1"
