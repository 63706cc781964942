"""From cells to the arguments of `network_create`, every fault with its row and column."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO
from unicodedata import category

from django.utils.translation import gettext as _

from xingdun.assets.errors import WrongColumns
from xingdun.assets.importing import workbook
from xingdun.assets.importing.columns import BY_HEADING, COLUMNS, TECHNOLOGIES, YES_NO, ImportColumn
from xingdun.assets.models import Technology
from xingdun.frame.wording import listed
from xingdun.organisation.models import Department

LOOKED_AT = len(COLUMNS) + 20
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMBER = re.compile(r"\d{1,3}(,\d{3})+|\d{1,4}(,\d{4})+|\d{1,12}")  # grouped by thousands or by myriads, or not
_UNSEEN = {"Cc", "Cf"}  # Unicode's categories of what shows nothing: a code with one in it is another code to the eye
_SEPARATORS = re.compile(r"[、，,;；/\s]+")
_EARLIEST = date(1950, 1, 1)
MOST_PERSONS = 2_000_000_000


class WrongCellError(ValueError):
    """A cell's value cannot be taken; its text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One network of the workbook. number: its row, from 1."""

    number: int
    given: Mapping[str, Any]


@dataclass(slots=True)
class Read:
    """The rows that can be taken, and what is wrong with the others: `field` says where, `problem` what."""

    rows: list[Row] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, row: int, column: ImportColumn | None, problem: str) -> None:
        """Note a fault."""
        place = _("row %(row)d") % {"row": row}
        self.errors.append({"field": f"{place}, {column.zh}" if column else place, "problem": problem})


def read_rows(
    file: BinaryIO, departments: Mapping[str, Department], checked: Callable[[int], None] = lambda _rows: None
) -> Read:
    """Every row of the first sheet. departments: by their codes and names, casefolded. checked: told how many so far.

    Raises WorkbookUnreadable and WrongColumns; what is wrong in single cells is gathered.
    """
    found = Read()
    for part, place in workbook.merged(file):
        name = part.rpartition("/")[2]
        found.errors.append({"field": f"{name} {place}", "problem": _("merged cells; separate them")})
    sheet = workbook.rows(file, LOOKED_AT)
    columns = _columns(next(sheet, (1, []))[1])
    seen: dict[str, int] = {}
    for number, cells in sheet:
        given = _taken(found, number, cells, columns, departments)
        code = given.get("code")
        if code:
            before = seen.setdefault(code, number)
            if before != number:
                problem = _("the code %(code)s stands in row %(row)d already") % {"code": code, "row": before}
                found.wrong(number, COLUMNS[0], problem)
        found.rows.append(Row(number, given))
        checked(len(found.rows))
    return found


def _columns(headings: list[Any]) -> dict[ImportColumn, int]:
    """Where each column stands. Raises WrongColumns for one that is unknown, twice there or missing."""
    places: dict[ImportColumn, int] = {}
    for place, heading in enumerate(headings):
        words = str(heading if heading is not None else "").strip().rstrip("*").strip()
        if not words:
            continue
        column = BY_HEADING.get(words.casefold())
        if column is None or column in places:
            problem = _("the heading “%(heading)s” in column %(column)d is unknown or there twice")
            raise WrongColumns(problem=problem % {"heading": words[:40], "column": place + 1})
        places[column] = place
    missing = [column.zh for column in COLUMNS if column.needed and column not in places]
    if missing:
        raise WrongColumns(problem=_("missing: %(headings)s") % {"headings": listed(missing)})
    return places


def _taken(
    found: Read,
    number: int,
    cells: list[Any],
    columns: Mapping[ImportColumn, int],
    departments: Mapping[str, Department],
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for column, place in columns.items():
        value = cells[place] if place < len(cells) else None
        if isinstance(value, str):
            value = value.strip() or None
        try:
            taken = _value(column, value, departments)
        except WrongCellError as wrong:
            found.wrong(number, column, str(wrong))
            continue
        if taken is not None:
            given[column.name] = taken
    return given


def _value(column: ImportColumn, value: Any, departments: Mapping[str, Department]) -> Any:
    if value is workbook.FORMULA:
        raise WrongCellError(_("a formula where a value is wanted"))
    if value is workbook.FAULT:
        raise WrongCellError(_("an error of the spreadsheet"))
    if value is None:
        if column.needed:
            raise WrongCellError(_("empty"))
        return None
    if column.kind == "department":
        department = departments.get(_text(value, column).casefold())
        if department is None:
            raise WrongCellError(_("no department is called “%(value)s”") % {"value": str(value)[:40]})
        return department
    return _READERS[column.kind](value, column)


def _text(value: Any, column: ImportColumn) -> str:
    if isinstance(value, bool | date | datetime) or (isinstance(value, float) and not value.is_integer()):
        raise WrongCellError(_("a text is wanted, not “%(value)s”") % {"value": value})
    words = str(int(value)) if isinstance(value, float) else str(value)
    if len(words) > column.most:
        raise WrongCellError(_("longer than %(most)d characters") % {"most": column.most})
    if not words.isprintable() and any(category(one) in _UNSEEN and one not in "\n\t\r" for one in words):
        raise WrongCellError(_("it holds control characters"))
    return words


def _whole(value: Any, column: ImportColumn) -> int:
    del column
    number = None if isinstance(value, bool) else value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = int(value.replace(",", ""))
    whole = isinstance(number, int) or (isinstance(number, float) and number.is_integer())
    if not whole or not 0 <= number <= MOST_PERSONS:  # type: ignore[operator]
        raise WrongCellError(_("a whole number is wanted, not “%(value)s”") % {"value": str(value)[:40]})
    return int(number)  # type: ignore[arg-type]


def _yes_no(value: Any, column: ImportColumn) -> bool:
    del column
    found = value if isinstance(value, bool) else YES_NO.get(str(value).casefold())
    if found is None:
        raise WrongCellError(_("yes or no is wanted, not “%(value)s”") % {"value": str(value)[:40]})
    return found


def _date(value: Any, column: ImportColumn) -> date:
    """A date cell, or a text that can be read in one way only."""
    del column
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(value, str) and (written := _DAY.fullmatch(value)):
        with suppress(ValueError):
            day = date(*(int(part) for part in written.groups()))
    if not isinstance(day, date) or day < _EARLIEST:
        raise WrongCellError(_("a date such as 2026-01-31 is wanted, not “%(value)s”") % {"value": str(value)[:40]})
    return day


def _technologies(value: Any, column: ImportColumn) -> list[str]:
    names = [name for name in _SEPARATORS.split(_text(value, column)) if name]
    unknown = [name for name in names if name.casefold() not in TECHNOLOGIES]
    if unknown:
        known = listed(list(TECHNOLOGIES)[: len(Technology)])
        raise WrongCellError(_("“%(value)s” is none of %(known)s") % {"value": unknown[0][:40], "known": known})
    return sorted({TECHNOLOGIES[name.casefold()].value for name in names})


_READERS: dict[str, Callable[[Any, ImportColumn], Any]] = {
    "text": _text,
    "whole": _whole,
    "yes_no": _yes_no,
    "date": _date,
    "technologies": _technologies,
}
