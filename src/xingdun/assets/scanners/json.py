"""JSON of scanners: bounded, and every wrong type told with its place in the document."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from django.utils.translation import gettext as _

from xingdun.assets.scanners.errors import ScanBroken, ScanTooLarge

_BOM = b"\xef\xbb\xbf"
MOST_VALUES = 4_000_000  # objects, lists and members, as far as their signs tell


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place (`$.runs[0].results[3]`). What is absent reads as empty; a wrong type is told."""

    value: Any
    place: str = "$"

    def get(self, name: str) -> "Node":
        """The member of that name; of nothing, nothing."""
        if self.value is None:
            return Node(None, f"{self.place}.{name}")
        if not isinstance(self.value, dict):
            self._wrong(_("an object is wanted"))
        return Node(self.value.get(name), f"{self.place}.{name}")

    def items(self) -> Iterator["Node"]:
        """The members of a list; none of nothing."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self._wrong(_("a list is wanted"))
        for place, value in enumerate(self.value):
            yield Node(value, f"{self.place}[{place}]")

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """Names and values of an object; none of nothing."""
        if self.value is None:
            return
        if not isinstance(self.value, dict):
            self._wrong(_("an object is wanted"))
        for name, value in self.value.items():
            yield name, Node(value, f"{self.place}.{name}")

    def at(self, place: "Node") -> "Node":
        """The member of a list whose number the other node holds; nothing when there is none."""
        number = place.value
        if not isinstance(number, int) or isinstance(number, bool) or not isinstance(self.value, list):
            return Node(None, self.place)
        return Node(self.value[number], f"{self.place}[{number}]") if 0 <= number < len(self.value) else Node(None)

    def words(self) -> str:
        """A text or number as text; empty of nothing."""
        if self.value is None:
            return ""
        if isinstance(self.value, bool | dict | list):
            self._wrong(_("a text is wanted"))
        return str(self.value).strip()

    def needed(self) -> str:
        """A text that must be there."""
        words = self.words()
        if not words:
            self._wrong(_("it is missing"))
        return words

    def _wrong(self, problem: str) -> NoReturn:
        raise ScanBroken(place=self.place, problem=problem)


def document(file: BinaryIO) -> Node:
    """The whole document. Raises ScanBroken with line and column."""
    try:
        told = file.read().removeprefix(_BOM)
        if sum(told.count(sign) for sign in b"{[,") > MOST_VALUES:
            raise ScanTooLarge(problem=_("more than %(most)d values") % {"most": MOST_VALUES})
        text = told.decode()
        return Node(json.loads(text, parse_constant=_no_constant))
    except json.JSONDecodeError as error:
        place = _("line %(line)d, column %(column)d") % {"line": error.lineno, "column": error.colno}
        raise ScanBroken(place=place, problem=error.msg) from error
    except UnicodeDecodeError as error:
        raise ScanBroken(place=_("byte %(byte)d") % {"byte": error.start}, problem=_("it is not UTF-8")) from error
    except RecursionError as error:
        raise ScanBroken(place="$", problem=_("it is nested too deep")) from error
    except ValueError as error:  # a number of thousands of digits, or NaN
        raise ScanBroken(place="$", problem=str(error)) from error


def _no_constant(word: str) -> NoReturn:
    raise ValueError(_("%(word)s is no number") % {"word": word})
