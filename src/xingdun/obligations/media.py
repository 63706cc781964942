"""What a file is by its own bytes: evidence may not be something other than it claims, nor two things at once.

Known are the kinds that serve as evidence; what is none of them is refused, programs and active pages with it. So is
what lies in an archive.
"""

import json
import re
import stat
import zipfile
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath, PureWindowsPath
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_MEMBERS: Final = 10_000
DEEPEST: Final = 2
_PIECE = 1024 * 1024
_TAIL = 2048
_ZIP_START, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_ZIP_TAIL = 22 + 0xFFFF  # how far from the end of an archive its last record may begin (APPNOTE, 4.3.16)
_PDF_START = re.compile(rb"%PDF-[12]\.[0-9]\s")
_PAGE = re.compile(r"<[a-z!?/]|#!|@echo")
_TEXTS = ("utf-8-sig", "gb18030")


class MediaError(ValueError):
    """Bytes that are no evidence. kind: `empty`, `unknown`, `broken`, `bomb`, `macros`; problem: what is wrong."""

    def __init__(self, kind: str, problem: Any) -> None:
        super().__init__(problem)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file: its media type and the endings it may bear; other types that programs call it by."""

    type: str
    endings: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    def claimed_by(self, name: str, declared: str) -> bool:
        """Whether a file of that name and declared type claims to be of this kind; `octet-stream` claims nothing."""
        said = declared.partition(";")[0].strip().lower()
        silent = said in {"", "application/octet-stream"}
        return PurePath(name).suffix.lower() in self.endings and (silent or said in {self.type, *self.aliases})


_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIPS = ("application/zip", "application/x-zip-compressed")
PDF = Media("application/pdf", (".pdf",))
PNG = Media("image/png", (".png",))
JPEG = Media("image/jpeg", (".jpg", ".jpeg"), ("image/jpg", "image/pjpeg"))
TIFF = Media("image/tiff", (".tif", ".tiff"))
DOCX = Media(f"{_OFFICE}wordprocessingml.document", (".docx",), _ZIPS)
XLSX = Media(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), _ZIPS)
PPTX = Media(f"{_OFFICE}presentationml.presentation", (".pptx",), _ZIPS)
OFD = Media("application/ofd", (".ofd",), ("application/vnd.ofd", *_ZIPS))
ZIP = Media("application/zip", (".zip",), _ZIPS)
CSV = Media("text/csv", (".csv",), ("text/plain", "application/vnd.ms-excel", "application/csv"))
JSON = Media("application/json", (".json",), ("text/json", "text/plain"))
TEXT = Media("text/plain", (".txt", ".log", ".md"), ("text/markdown", "text/x-log"))
KNOWN: Final = (PDF, PNG, JPEG, TIFF, DOCX, XLSX, PPTX, OFD, ZIP, CSV, JSON, TEXT)
_MAIN_PARTS: Mapping[str, Media] = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": XLSX,
    "ppt/presentation.xml": PPTX,
    "OFD.xml": OFD,
}


def sniff(data: bytes, name: str) -> Media:
    """What `data` is; `name` decides only among kinds of text. Raises MediaError."""
    return _sniff(data, name, _Budget(), 1)


def _sniff(data: bytes, name: str, budget: "_Budget", depth: int) -> Media:
    """The same for what lies `depth` deep, as far as the budget of the whole goes."""
    if not data.strip():
        raise MediaError("empty", _("it holds nothing"))
    if data.startswith(_ZIP_START):
        return _zip(data, budget, depth)
    if _ZIP_END in data[-_ZIP_TAIL:]:
        raise MediaError("unknown", _("it is an archive as well, behind what it begins with"))
    for start, read in _STARTS.items():
        if data.startswith(start):
            return read(data)
    return _text(data, name)


def _pdf(data: bytes) -> Media:
    whole = _PDF_START.match(data) is not None and b" obj" in data
    return _ended(PDF, whole and b"%%EOF" in data[-_TAIL:])


def _png(data: bytes) -> Media:
    return _ended(PNG, data[12:16] == b"IHDR" and b"IEND" in data[-16:])


def _jpeg(data: bytes) -> Media:
    return _ended(JPEG, b"\xff\xd9" in data[-_TAIL:])


def _tiff(data: bytes) -> Media:
    order: Any = "little" if data.startswith(b"II") else "big"
    directory = int.from_bytes(data[4:8], order)
    fields = int.from_bytes(data[directory : directory + 2], order)
    return _ended(TIFF, directory >= 8 and fields > 0 and directory + 2 + 12 * fields <= len(data))  # noqa: PLR2004 - TIFF 6.0, section 2: a header of 8 bytes, fields of 12


def _ended(media: Media, whole: bool) -> Media:  # noqa: FBT001 - the one thing asked
    if not whole:
        raise MediaError("broken", _("it begins as {kind}, and is no whole one").format(kind=media.type))
    return media


def _zip(data: bytes, budget: "_Budget", depth: int) -> Media:
    members = _unpacked(data, budget, depth)
    types = members.get("[Content_Types].xml", b"")
    found = [media for part, media in _MAIN_PARTS.items() if part in members and (types or media is OFD)]
    if not found:
        _check_members(members, budget, depth)
        return ZIP
    names = [PurePath(name.lower()) for name in members]
    if b"macroenabled" in types.lower() or any(
        name.stem == "vbaproject" or "macrosheets" in name.parts for name in names
    ):
        raise MediaError("macros", _("it carries macros"))
    if len(found) > 1:
        raise MediaError("unknown", _("it is {kinds} at once").format(kinds=", ".join(one.type for one in found)))
    for inner in members.values():
        if inner.startswith(_ZIP_START):
            _unpacked(inner, budget, depth + 1)
    return found[0]


def _check_members(members: Mapping[str, bytes], budget: "_Budget", depth: int) -> None:
    """Each file of a plain archive could serve as evidence by itself; an empty one does no harm."""
    for name, data in members.items():
        if not data.strip():
            continue
        try:
            media = _sniff(data, name, budget, depth + 1)
        except MediaError as error:
            raise MediaError(
                error.kind, _("“{name}” in it: {problem}").format(name=name[-80:], problem=error)
            ) from error
        if not media.claimed_by(name, ""):
            raise MediaError("unknown", _("“{name}” in it is {kind}").format(name=name[-80:], kind=media.type))


@dataclass
class _Budget:
    """What all archives of a file may unpack to, together."""

    bytes: int = MOST_UNPACKED
    members: int = MOST_MEMBERS

    def count(self, members: Sized) -> None:
        """Take files from it. Raises MediaError when there are more than may be."""
        self.members -= len(members)
        if self.members < 0:
            raise MediaError("bomb", _("it holds more than {most} files").format(most=MOST_MEMBERS))


def _unpacked(data: bytes, budget: _Budget, depth: int) -> dict[str, bytes]:
    """The files of an archive by name, every one of them unpacked within bounds."""
    if depth > DEEPEST:
        raise MediaError("bomb", _("archives lie in it more than {most} deep").format(most=DEEPEST))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            budget.count(members)
            return {member.filename: _member(archive, member, budget) for member in members if not member.is_dir()}
    except MediaError:
        raise
    except Exception as error:  # a broken archive raises anything from BadZipFile to lzma's own error
        raise MediaError("broken", _("the archive cannot be read")) from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> bytes:
    if member.flag_bits & 1:
        raise MediaError("broken", _("it is locked with a password, so nobody can check it"))
    path = PureWindowsPath(member.filename)  # it knows both kinds of slashes
    if path.anchor or ".." in path.parts or stat.S_ISLNK(member.external_attr >> 16):
        raise MediaError("unknown", _("“{name}” in it leads out of the archive").format(name=member.filename[-80:]))
    with archive.open(member) as opened:
        return _read(opened.read, budget)


def _read(read: Callable[[int], bytes], budget: _Budget) -> bytes:
    pieces = []
    while piece := read(_PIECE):
        budget.bytes -= len(piece)
        if budget.bytes < 0:
            most = MOST_UNPACKED // (1024 * 1024)
            raise MediaError("bomb", _("it unpacks to more than {most} MB").format(most=most))
        pieces.append(piece)
    return b"".join(pieces)


def _text(data: bytes, name: str) -> Media:
    words = _decoded(data)
    if words is None:
        raise MediaError("unknown", _("it is of no kind that serves as evidence"))
    head = words.lstrip("\ufeff \t\r\n")[:64].lower()
    if not head:
        raise MediaError("empty", _("it holds nothing"))
    if _PAGE.match(head):
        raise MediaError("unknown", _("it is a page or a program, not a plain text"))
    suffix = PurePath(name).suffix.lower()
    if suffix in JSON.endings:
        try:
            json.loads(words)
        except (ValueError, RecursionError):
            raise MediaError("broken", _("it is called JSON and cannot be read as such")) from None
        return JSON
    return CSV if suffix in CSV.endings else TEXT


def _decoded(data: bytes) -> str | None:
    """The text, when it is one: UTF-8 or GB 18030 without control characters."""
    for encoding in _TEXTS:
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if any(sign < " " and sign not in "\t\r\n\f" for sign in words) else words
    return None


_STARTS: Mapping[bytes, Callable[[bytes], Media]] = {
    b"%PDF-": _pdf,
    b"\x89PNG\r\n\x1a\n": _png,
    b"\xff\xd8\xff": _jpeg,
    b"II*\x00": _tiff,
    b"MM\x00*": _tiff,
}
