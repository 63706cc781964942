"""Bytes of a text file as UTF-8, whatever they were: UTF-8, UTF-16, GB18030, or several of them by line."""

import codecs
import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO

from xingdun.engines.readers.refusals import TableError

HEAD = 262_144
CHUNK = 1 << 20
PIECE = 1 << 16
LONGEST_LINE = 16 << 20  # a line longer than that is cut
LARGEST_RATIO = 400  # decompressed to compressed, once past FREE
FREE = 256 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def detect_encoding(head: bytes) -> tuple[str, int]:
    """The encoding of a file that begins so, and the length of its byte-order mark."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark)
    if head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if odd > len(head) / 8 and odd > 4 * even:
            return "utf-16-le", 0
        if even > len(head) / 8 and even > 4 * odd:
            return "utf-16-be", 0
    lines = [line for line in head.splitlines()[:-1] or [head] if not line.isascii()]
    readable = {name: sum(_decodes(line, name) for line in lines) for name in ("utf-8", "gb18030")}
    # A line of GB18030 is hardly ever good UTF-8 by chance, the other way round it often is.
    return ("utf-8" if readable["utf-8"] * 2 >= readable["gb18030"] else "gb18030"), 0


def _decodes(line: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(line)
    except UnicodeDecodeError:
        return False
    return True


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, decompressed when it is gzip by its content."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]


class Utf8Stream(io.RawIOBase):
    """A readable stream of UTF-8 over a file of any of the encodings; lines that fit none keep what can be kept.

    repaired: lines that were of another encoding than the file. trouble: why the stream ended early, to be raised
    when what was read has been used: XD-SOURCE-005 (broken gzip) or 006 (decompresses beyond its bound).
    """

    def __init__(self, path: Path, table: str) -> None:
        super().__init__()
        self._table, self._packed_size = table, path.stat().st_size
        self._file = open_bytes(path)
        self._read_bytes, self.repaired = 0, 0
        self.trouble: TableError | None = None
        head = self._read(HEAD)
        self.encoding, mark = detect_encoding(head)
        self._decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        self._rest = b""
        self._out = bytearray()
        self._ended = False
        self._take(head[mark:])

    @property
    def consumed(self) -> int:
        """Bytes read so far, decompressed."""
        return self._read_bytes

    @property
    def head(self) -> bytes:
        """The beginning of the file as UTF-8, before anything is read from the stream."""
        return bytes(self._out[:HEAD])

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size and self.trouble is None:
            try:
                piece = self._file.read1(PIECE)  # type: ignore[attr-defined] # both kinds of file have it
            except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
                self.trouble = TableError("XD-SOURCE-005", self._table, str(error))
                break
            if not piece:
                break
            data += piece
            self._read_bytes += len(piece)
            if self._read_bytes > FREE and self._read_bytes > LARGEST_RATIO * max(self._packed_size, 1):
                sizes = f"{self._read_bytes} of {self._packed_size} bytes"
                self.trouble = TableError("XD-SOURCE-006", self._table, sizes)
        return bytes(data)

    def _take(self, data: bytes) -> None:
        if self.encoding.startswith(("utf-16", "utf-32")):
            text = self._decoder.decode(data, final=not data)
            self._out += text.replace("\x00", "").encode("utf-8", "replace")
            return
        block = self._rest + data
        cut = block.rfind(b"\n") + 1 if data else len(block)
        if cut == 0 and len(block) > LONGEST_LINE:
            block, cut = block[:LONGEST_LINE] + b"\n", LONGEST_LINE + 1
        self._rest = block[cut:]
        self._out += self._as_utf8(block[:cut].replace(b"\x00", b""))

    def _as_utf8(self, block: bytes) -> bytes:
        try:
            text = block.decode(self.encoding)
        except UnicodeDecodeError:
            return b"".join(self._line(line) for line in block.splitlines(keepends=True))
        return block if self.encoding == "utf-8" else text.encode("utf-8", "replace")

    def _line(self, line: bytes) -> bytes:
        for name in (self.encoding, "utf-8", "gb18030"):
            try:
                text = line.decode(name)
            except UnicodeDecodeError:
                continue
            self.repaired += name != self.encoding
            return text.encode("utf-8", "replace")
        self.repaired += 1
        return line.decode(self.encoding, "replace").encode("utf-8", "replace")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with UTF-8; 0 at the end."""
        while not self._out and not self._ended:
            data = self._read(CHUNK)
            self._take(data)
            self._ended = not data
        size = min(len(buffer), len(self._out))
        buffer[:size] = self._out[:size]
        del self._out[:size]
        return size

    def close(self) -> None:
        """Close the file below too."""
        self._file.close()
        super().close()
