"""Encryption of streams of any length (C2SP chunked-encryption) in both suites.

A 24-byte salt and a 32-byte commitment to key and context, then chunks of 16 KiB each sealed by itself; the last is
always shorter, so an end that was cut off is seen. Chunks that were moved, repeated, dropped or altered do not open.
"""

import hmac
import os
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Protocol, Self, cast

from xingdun.kernel.crypto.errors import CryptoError, DecryptionError
from xingdun.kernel.crypto.suites import NONCE_SIZE, TAG_SIZE, Aead, Suite

CHUNK: Final = 16 * 1024
SEALED_CHUNK: Final = CHUNK + TAG_SIZE
SALT_SIZE: Final = 24
COMMITMENT_SIZE: Final = 32
HEADER_SIZE: Final = SALT_SIZE + COMMITMENT_SIZE
MAX_CHUNKS: Final = 1 << 38
_LABEL = b"c2sp.org/chunked-encryption@v1+"
_BATCH = 16  # chunks a step: what a core keeps at hand


class Source(Protocol):
    """A file open for reading bytes."""

    def read(self, size: int, /) -> bytes: ...  # noqa: D102 - a file's own


class SeekableSource(Source, Protocol):
    """A file open for reading bytes that can jump."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...  # noqa: D102 - a file's own


class Target(Protocol):
    """A file open for writing bytes; what it is given is reused once `write` returns."""

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

    def nonces(self, first: int, count: int) -> list[bytes]:
        if first + count > MAX_CHUNKS:
            raise CryptoError("a message has at most 2 to the 38th chunks")
        base = self._base
        return [(base ^ number).to_bytes(NONCE_SIZE, "big") for number in range(first, first + count)]


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
        self._room = bytearray()
        self.closed = False
        _write(target, salt + self._chunks.commitment)

    def write(self, data: bytes | memoryview, /) -> int:
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
        size = len(plaintext) + count * TAG_SIZE
        if len(self._room) < size:
            self._room = bytearray(size)
        view = memoryview(self._room)[:size]
        seal_into, nonces = self._chunks.aead.seal_into, self._chunks.nonces(self._number, count)
        for number, nonce in enumerate(nonces):
            part = plaintext[number * CHUNK : (number + 1) * CHUNK]
            seal_into(nonce, part, b"", view[number * SEALED_CHUNK : (number + 1) * SEALED_CHUNK])
        self._number += count
        _write(self._target, view)


class DecryptingReader:
    """A file object over the plaintext of `source`; every byte it gives was authenticated.

    The end is reported only once the last chunk proves to be it: a reader that stops early knows nothing about what
    follows. Raises DecryptionError, at construction for a wrong key or context. Seeking needs a `source` that seeks;
    positions are relative to where the header began.
    """

    def __init__(self, suite: Suite, key: bytes, source: Source, context: bytes = b"") -> None:
        header = bytearray(HEADER_SIZE)
        if _fill(source, memoryview(header)) < HEADER_SIZE:
            raise DecryptionError("the stream ends inside its header")
        self._chunks = _Chunks(suite, key, bytes(header[:SALT_SIZE]), context)
        if not hmac.compare_digest(self._chunks.commitment, header[SALT_SIZE:]):
            raise DecryptionError("the stream was sealed under another key or context")
        self._source = source
        self._number = 0  # of the next chunk to read
        self._held = memoryview(b"")
        self._ended = False
        self._sealed = self._room = bytearray()

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

    def pieces(self) -> Iterator[memoryview]:
        """All that remains, piece by piece; each is to be used before the next is asked for."""
        while True:
            if self._held:
                held, self._held = self._held, memoryview(b"")
                yield held
            if self._ended:
                return
            self._held = self._open(_BATCH)

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
        if len(self._sealed) < count * SEALED_CHUNK:
            self._sealed, self._room = bytearray(count * SEALED_CHUNK), bytearray(count * CHUNK)
        sealed = memoryview(self._sealed)[: count * SEALED_CHUNK]
        sealed = sealed[: _fill(self._source, sealed)]
        whole, rest = divmod(len(sealed), SEALED_CHUNK)
        ended = len(sealed) < count * SEALED_CHUNK
        if ended and rest < TAG_SIZE:
            raise DecryptionError("the stream was cut off")
        view = memoryview(self._room)[: whole * CHUNK + max(rest - TAG_SIZE, 0)]
        count = whole + ended
        open_into, nonces = self._chunks.aead.open_into, self._chunks.nonces(self._number, count)
        for number, nonce in enumerate(nonces):
            part = sealed[number * SEALED_CHUNK : (number + 1) * SEALED_CHUNK]
            open_into(nonce, part, b"", view[number * CHUNK : (number + 1) * CHUNK])
        self._number += count
        self._ended = ended  # only now: a failed last chunk must not read as the end
        return view.toreadonly()


def encrypt_stream(suite: Suite, key: bytes, source: Source, target: Target, context: bytes = b"") -> int:
    """Encrypt all of `source` into `target`; gives the plaintext's length in bytes."""
    total = 0
    room = memoryview(bytearray(CHUNK * _BATCH))
    with EncryptingWriter(suite, key, target, context) as writer:
        while length := _fill(source, room):
            total += writer.write(room[:length])
    return total


def decrypt_stream(suite: Suite, key: bytes, source: Source, target: Target, context: bytes = b"") -> int:
    """Decrypt all of `source` into `target`; gives the plaintext's length in bytes.

    Raises DecryptionError. `target` may by then hold a genuine beginning: use it only when this returns.
    """
    total = 0
    for piece in DecryptingReader(suite, key, source, context).pieces():
        total += len(piece)
        _write(target, piece)
    return total


def sealed_size(size: int) -> int:
    """How long the ciphertext of `size` plaintext bytes is."""
    return HEADER_SIZE + size + (size // CHUNK + 1) * TAG_SIZE


def _fill(source: Source, room: memoryview) -> int:
    """Fill `room`, less only where the source ends (a pipe gives piecemeal); gives how much."""
    readinto = getattr(source, "readinto", None)
    filled = 0
    while filled < len(room):
        if readinto is not None:
            length = readinto(room[filled:]) or 0
        else:
            data = source.read(len(room) - filled)
            length = len(data)
            room[filled : filled + length] = data
        if not length:
            break
        filled += length
    return filled


def _write(target: Target, data: bytes | memoryview) -> None:
    """All of `data`; an unbuffered target may take it piecemeal."""
    view = memoryview(data)
    while view:
        taken = target.write(view)  # type: ignore[arg-type]
        view = view[len(view) if taken is None else taken :]
