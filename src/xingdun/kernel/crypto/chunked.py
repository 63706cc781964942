"""Encryption of streams of any length (C2SP chunked-encryption) in both suites.

A 24-byte salt and a 32-byte commitment to key and context, then chunks of 16 KiB each sealed by itself; the last is
always shorter, so an end that was cut off is seen. Chunks that were moved, repeated, dropped or altered do not open.
"""

import hmac
import os
from types import TracebackType
from typing import Final, Protocol, Self, cast

from xingdun.kernel.crypto.errors import DecryptionError
from xingdun.kernel.crypto.suites import NONCE_SIZE, TAG_SIZE, Aead, Suite

CHUNK: Final = 16 * 1024
SEALED_CHUNK: Final = CHUNK + TAG_SIZE
SALT_SIZE: Final = 24
COMMITMENT_SIZE: Final = 32
HEADER_SIZE: Final = SALT_SIZE + COMMITMENT_SIZE
MAX_CHUNKS: Final = 1 << 38
_LABEL = b"c2sp.org/chunked-encryption@v1+"
_BATCH = 64  # chunks a step: 1 MiB


class Source(Protocol):
    """A file open for reading bytes."""

    def read(self, size: int, /) -> bytes: ...  # noqa: D102 - a file's own


class SeekableSource(Source, Protocol):
    """A file open for reading bytes that can jump."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...  # noqa: D102 - a file's own


class Target(Protocol):
    """A file open for writing bytes."""

    def write(self, data: bytes, /) -> int | None: ...  # noqa: D102 - a file's own


class _Chunks:
    """The cipher of one message and its chunks' nonces."""

    __slots__ = ("_base", "aead", "commitment")

    def __init__(self, suite: Suite, key: bytes, salt: bytes, context: bytes) -> None:
        suite.check_key(key)
        info = _LABEL + suite.aead_name.encode() + b"\x00" + salt + context
        derived = suite.expand(key, info, suite.key_size + NONCE_SIZE + COMMITMENT_SIZE)
        self.aead: Aead = suite.aead(derived[: suite.key_size])
        self._base = int.from_bytes(derived[suite.key_size : suite.key_size + NONCE_SIZE], "big")
        self.commitment = derived[-COMMITMENT_SIZE:]

    def nonce(self, number: int) -> bytes:
        if number >= MAX_CHUNKS:
            raise DecryptionError("a message has at most 2 to the 38th chunks")
        return (self._base ^ number).to_bytes(NONCE_SIZE, "big")


class EncryptingWriter:
    """A file object that encrypts what is written to it into `target`.

    `close` writes the end; without it, as when a `with` block fails, what was written stays visibly cut off.
    `target` is not closed.
    """

    def __init__(self, suite: Suite, key: bytes, target: Target, context: bytes = b"") -> None:
        salt = os.urandom(SALT_SIZE)
        self._chunks = _Chunks(suite, key, salt, context)
        self._target = target
        self._number = 0
        self._held = bytearray()
        self.closed = False
        _write(target, salt + self._chunks.commitment)

    def write(self, data: bytes, /) -> int:
        """Take the next bytes; whole chunks leave at once."""
        if self.closed:
            raise ValueError("the encrypted stream is closed")
        view = memoryview(data).cast("B")
        at = 0
        if self._held:
            at = min(CHUNK - len(self._held), len(view))
            self._held += view[:at]
            if len(self._held) == CHUNK:
                self._seal(memoryview(bytes(self._held)))
                self._held.clear()
        whole = (len(view) - at) // CHUNK * CHUNK
        for start in range(at, at + whole, CHUNK * _BATCH):
            self._seal(view[start : min(start + CHUNK * _BATCH, at + whole)])
        self._held += view[at + whole :]
        return len(view)

    def flush(self) -> None:
        """Nothing: a chunk is sealed once it is full."""

    def writable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Write the last, short chunk; a second call does nothing."""
        if not self.closed:
            self._seal(memoryview(bytes(self._held)))
            self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        self.closed = True

    def _seal(self, plaintext: memoryview) -> None:
        """Seal a run of chunks, of which only the message's last may be short."""
        count = max(1, -(-len(plaintext) // CHUNK))
        room = bytearray(len(plaintext) + count * TAG_SIZE)
        view = memoryview(room)
        for number in range(count):
            part = plaintext[number * CHUNK : (number + 1) * CHUNK]
            start = number * SEALED_CHUNK
            nonce = self._chunks.nonce(self._number)
            self._chunks.aead.seal_into(nonce, part, b"", view[start : start + len(part) + TAG_SIZE])
            self._number += 1
        _write(self._target, room)


class DecryptingReader:
    """A file object over the plaintext of `source`; every byte it gives was authenticated.

    The end is reported only once the last chunk proves to be it: a reader that stops early knows nothing about what
    follows. Raises DecryptionError, at construction for a wrong key or context. Seeking needs a `source` that seeks;
    positions are relative to where the header began.
    """

    def __init__(self, suite: Suite, key: bytes, source: Source, context: bytes = b"") -> None:
        header = _read(source, HEADER_SIZE)
        if len(header) < HEADER_SIZE:
            raise DecryptionError("the stream ends inside its header")
        self._chunks = _Chunks(suite, key, header[:SALT_SIZE], context)
        if not hmac.compare_digest(self._chunks.commitment, header[SALT_SIZE:]):
            raise DecryptionError("the stream was sealed under another key or context")
        self._source = source
        self._number = 0  # of the next chunk to read
        self._held = memoryview(b"")
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """The next `size` bytes, fewer only at the end; all that remain for a negative size."""
        parts: list[bytes] = []
        missing = size
        while size < 0 or missing > 0:
            if not self._held:
                if self._ended:
                    break
                wanted = _BATCH if size < 0 else min(_BATCH, -(-missing // CHUNK))
                self._held = self._open(wanted)
                continue
            part = self._held if size < 0 else self._held[:missing]
            self._held = self._held[len(part) :]
            missing -= len(part)
            parts.append(bytes(part))
        return b"".join(parts)

    def readinto(self, room: bytearray | memoryview, /) -> int:
        """Fill `room` from the stream; gives how much."""
        data = self.read(len(room))
        memoryview(room)[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        """Always."""
        return True

    def seek_to(self, position: int, base: int = 0) -> None:
        """Go to `position` in the plaintext; `base` is where the header begins in `source`.

        Raises DecryptionError when no chunk is there.
        """
        if position < 0:
            raise ValueError("a position is not negative")
        number, skip = divmod(position, CHUNK)
        cast("SeekableSource", self._source).seek(base + HEADER_SIZE + number * SEALED_CHUNK)
        self._number, self._held, self._ended = number, memoryview(b""), False
        self._held = self._open(1)[skip:]

    def _open(self, count: int) -> memoryview:
        """The plaintext of up to `count` further chunks."""
        sealed = memoryview(_read(self._source, count * SEALED_CHUNK))
        whole, rest = divmod(len(sealed), SEALED_CHUNK)
        ended = len(sealed) < count * SEALED_CHUNK
        if ended and rest < TAG_SIZE:
            raise DecryptionError("the stream was cut off")
        room = bytearray(whole * CHUNK + max(rest - TAG_SIZE, 0))
        view = memoryview(room)
        for number in range(whole + ended):
            part = sealed[number * SEALED_CHUNK : (number + 1) * SEALED_CHUNK]
            start = number * CHUNK
            nonce = self._chunks.nonce(self._number)
            self._chunks.aead.open_into(nonce, part, b"", view[start : start + len(part) - TAG_SIZE])
            self._number += 1
        self._ended = ended  # only now: a failed last chunk must not read as the end
        return view.toreadonly()


def encrypt_stream(suite: Suite, key: bytes, source: Source, target: Target, context: bytes = b"") -> int:
    """Encrypt all of `source` into `target`; gives the plaintext's length in bytes."""
    total = 0
    with EncryptingWriter(suite, key, target, context) as writer:
        while data := source.read(CHUNK * _BATCH):
            total += writer.write(data)
    return total


def decrypt_stream(suite: Suite, key: bytes, source: Source, target: Target, context: bytes = b"") -> int:
    """Decrypt all of `source` into `target`; gives the plaintext's length in bytes.

    Raises DecryptionError. `target` may by then hold a genuine beginning: use it only when this returns.
    """
    total = 0
    reader = DecryptingReader(suite, key, source, context)
    while data := reader.read(CHUNK * _BATCH):
        total += len(data)
        _write(target, data)
    return total


def sealed_size(size: int) -> int:
    """How long the ciphertext of `size` plaintext bytes is."""
    return HEADER_SIZE + size + (size // CHUNK + 1) * TAG_SIZE


def _read(source: Source, size: int) -> bytes:
    """`size` bytes, fewer only where the source ends; a pipe may give them piecemeal."""
    data = source.read(size)
    if not data or len(data) == size:
        return data or b""
    parts = [data]
    missing = size - len(data)
    while missing and (data := source.read(missing)):
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)


def _write(target: Target, data: bytes | bytearray) -> None:
    """All of `data`; an unbuffered target may take it piecemeal."""
    view = memoryview(data)
    while view:
        taken = target.write(view)  # type: ignore[arg-type]
        view = view[len(view) if taken is None else taken :]
