"""What the worksheets of an XLSX package hold that a list of rows cannot say, and which sheet people see first."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from xingdun.assets.scanners.errors import ScanBroken
from xingdun.assets.scanners.xml import Element, elements

LAST_ROW = 1_048_576  # of a worksheet in any program that writes one; what names a later row only costs time


def merged_in(content: BinaryIO, name: str) -> Iterator[str]:
    """The merged ranges of the part called `name`, which must not hold a document type.

    Raises ScanBroken for a worksheet whose rows do not rise, as a reader would leave out those that come late or twice;
    ScanHostile, ScanTooLarge as `elements` does.
    """
    before, worksheet = 0, False
    found = elements(content, whole=frozenset({"mergeCell"}), opened=frozenset({"row"}))
    for place, element in enumerate(found):
        worksheet = worksheet or (place == 0 and element.name == "worksheet")
        if element.name == "mergeCell":
            yield element.attributes.get("ref", "")
        elif element.name == "row" and worksheet:
            before = _follows(element, before, name)


def _follows(row: Element, before: int, name: str) -> int:
    """The row's number, which it may leave out. Raises ScanBroken when it does not come after `before`."""
    said = row.attributes.get("r", str(before + 1))
    number = int(said) if said.isdecimal() and len(said) <= len(str(LAST_ROW)) else 0
    if not before < number <= LAST_ROW:
        where = _("%(part)s, row “%(row)s” after row %(before)d")
        place = where % {"part": name.rpartition("/")[2], "row": said[:20], "before": before}
        raise ScanBroken(place=place, problem=_("its rows are out of order; save it anew with a spreadsheet program"))
    return number


def first_seen(book: Any) -> Any:
    """The first worksheet of an openpyxl workbook that is not hidden. Raises StopIteration when there is none."""
    return next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
