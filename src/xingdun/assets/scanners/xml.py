"""XML of scanners as a stream of small elements: bounded, and refused at its first document type declaration.

Expat is used bare: it stops at the declaration itself, before any entity exists, and reaches for no file or address.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from xingdun.assets.scanners.errors import ScanBroken, ScanHostile, ScanTooLarge

DEEPEST = 64
MOST_IN_ONE = 20_000  # elements below one result
CHUNK = 1 << 16


@dataclass(slots=True)
class Element:
    """An element with what it holds; `line` is where it opens (from 1). text: its own, without its children's."""

    name: str
    attributes: dict[str, str]
    line: int
    pieces: list[str] = field(default_factory=list)
    children: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, trimmed."""
        return "".join(self.pieces).strip()

    def all(self, name: str) -> Iterator["Element"]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def child(self, *path: str) -> "Element | None":
        """The first element along a path of names, or None."""
        found: Element | None = self
        for name in path:
            found = next(found.all(name), None) if found is not None else None
        return found

    def words(self, *path: str) -> str:
        """The text along a path; empty when there is none."""
        found = self.child(*path)
        return found.text if found is not None else ""


def elements(file: BinaryIO, *, whole: frozenset[str], opened: frozenset[str] = frozenset()) -> Iterator[Element]:
    """The outermost elements named in `whole`, each with all it holds, as they end; those in `opened` as they open.

    The root comes first, as it opens. Raises ScanHostile, ScanBroken and ScanTooLarge.
    """
    reader = _Reader(whole, opened)
    while chunk := file.read(CHUNK):
        reader.feed(chunk, last=False)
        yield from reader.taken()
    reader.feed(b"", last=True)
    yield from reader.taken()


class _Reader:
    def __init__(self, whole: frozenset[str], opened: frozenset[str]) -> None:
        self.whole, self.opened = whole, opened
        self.depth = 0
        self.held = 0
        self.stack: list[Element] = []
        self.ready: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.CharacterDataHandler = self._words

    def feed(self, chunk: bytes, *, last: bool) -> None:
        try:
            self.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            place = _("line %(line)d, column %(column)d") % {"line": error.lineno, "column": error.offset + 1}
            raise ScanBroken(place=place, problem=expat.ErrorString(error.code)) from error
        except (ValueError, LookupError) as error:  # an encoding that is none, or no XML text
            raise ScanBroken(place=self._place(), problem=str(error)) from error

    def taken(self) -> list[Element]:
        ready, self.ready = self.ready, []
        return ready

    def _place(self) -> str:
        return _("line %(line)d") % {"line": self.parser.CurrentLineNumber}

    def _document_type(self, *_told: object) -> None:
        raise ScanHostile(place=self._place())

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]  # by which prefix a file calls its namespace is its own affair
        self.depth += 1
        if self.depth > DEEPEST:
            raise ScanTooLarge(problem=_("nested deeper than %(most)d at %(place)s") % self._bound(DEEPEST))
        if self.depth > 1 and not self.stack and name not in self.whole and name not in self.opened:
            return  # most elements of a workbook: nobody asks for them
        element = Element(name, attributes, self.parser.CurrentLineNumber)
        if self.depth == 1 or (name in self.opened and not self.stack):
            self.ready.append(element)
        if self.stack or name in self.whole:
            self.held += 1
            if self.held > MOST_IN_ONE:
                raise ScanTooLarge(
                    problem=_("one result of more than %(most)d elements at %(place)s") % self._bound(MOST_IN_ONE)
                )
            if self.stack:
                self.stack[-1].children.append(element)
            self.stack.append(element)

    def _bound(self, most: int) -> dict[str, object]:
        return {"most": most, "place": self._place()}

    def _close(self, _name: str) -> None:
        self.depth -= 1
        if self.stack:
            ended = self.stack.pop()
            if not self.stack:
                self.ready.append(ended)
                self.held = 0

    def _words(self, words: str) -> None:
        if self.stack:
            self.stack[-1].pieces.append(words)
