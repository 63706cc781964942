"""What a file is by its own bytes: evidence may not be something other than it claims.

Known are the kinds that serve as evidence; what is none of them is refused, programs and active pages with it.
"""

import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Final

MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_MEMBERS: Final = 10_000
DEEPEST: Final = 2
_PIECE = 1024 * 1024
_TAIL = 2048
_TEXTS = ("utf-8-sig", "gb18030")


class MediaError(ValueError):
    """Bytes that are no evidence. kind: `empty`, `unknown`, `broken`, `bomb`, `macros`; problem: what is wrong."""

    def __init__(self, kind: str, problem: str) -> None:
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
    if not data.strip():
        raise MediaError("empty", "it holds nothing")
    for start, read in _STARTS.items():
        if data.startswith(start):
            return read(data)
    return _text(data, name)


def _pdf(data: bytes) -> Media:
    return _ended(PDF, b"%%EOF" in data[-_TAIL:])


def _png(data: bytes) -> Media:
    return _ended(PNG, b"IEND" in data[-16:])


def _jpeg(data: bytes) -> Media:
    return _ended(JPEG, b"\xff\xd9" in data[-_TAIL:])


def _tiff(data: bytes) -> Media:
    order = "little" if data.startswith(b"II") else "big"
    directory = int.from_bytes(data[4:8], order)  # type: ignore[arg-type] # one of the two words
    return _ended(TIFF, 8 <= directory < len(data))  # noqa: PLR2004 - the header is 8 bytes


def _ended(media: Media, whole: bool) -> Media:  # noqa: FBT001 - the one thing asked
    if not whole:
        raise MediaError("broken", f"it begins as {media.type} and has no end")
    return media


def _zip(data: bytes) -> Media:
    budget = _Budget()
    names = _unpack(data, budget, 1)
    if any(PurePath(each).name == "vbaProject.bin" for each in names):
        raise MediaError("macros", "it carries macros")
    found = [media for part, media in _MAIN_PARTS.items() if part in names]
    if "[Content_Types].xml" not in names and any(media is not OFD for media in found):
        return ZIP
    return found[0] if found else ZIP


@dataclass
class _Budget:
    """What all archives of a file may unpack to, together."""

    bytes: int = MOST_UNPACKED
    members: int = MOST_MEMBERS


def _unpack(data: bytes, budget: _Budget, depth: int) -> set[str]:
    """The names in an archive, once every member has been unpacked within bounds, archives within it as well."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            budget.members -= len(members)
            if budget.members < 0:
                raise MediaError("bomb", f"it holds more than {MOST_MEMBERS} files")
            for member in members:
                if member.flag_bits & 1:
                    raise MediaError("broken", "it is locked with a password, so nobody can check it")
                with archive.open(member) as opened:
                    inner = _read(opened.read, budget)
                if inner.startswith(b"PK\x03\x04"):
                    if depth == DEEPEST:
                        raise MediaError("bomb", f"archives lie in it more than {DEEPEST} deep")
                    _unpack(inner, budget, depth + 1)
            return {member.filename for member in members}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise MediaError("broken", f"the archive cannot be read: {error}") from error


def _read(read: Callable[[int], bytes], budget: _Budget) -> bytes:
    pieces = []
    while piece := read(_PIECE):
        budget.bytes -= len(piece)
        if budget.bytes < 0:
            raise MediaError("bomb", f"it unpacks to more than {MOST_UNPACKED // (1024 * 1024)} MB")
        pieces.append(piece)
    return b"".join(pieces)


def _text(data: bytes, name: str) -> Media:
    words = _decoded(data)
    if words is None:
        raise MediaError("unknown", "it is of no kind that serves as evidence")
    head = words.lstrip("\ufeff \t\r\n")[:64].lower()
    if head.startswith(("<!doctype", "<html", "<svg", "<?xml", "<?php", "<script", "#!", "@echo")):
        raise MediaError("unknown", "it is a page or a program, not a plain text")
    suffix = PurePath(name).suffix.lower()
    if suffix in JSON.endings:
        try:
            json.loads(words)
        except (ValueError, RecursionError):
            raise MediaError("broken", "it is called JSON and cannot be read as such") from None
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
    b"PK\x03\x04": _zip,
}
