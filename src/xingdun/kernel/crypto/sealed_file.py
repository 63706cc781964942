"""Encrypted files that say which key opens them: a wrapped file key, then C2SP chunked encryption under it."""

import struct
from typing import Final

from xingdun.kernel.crypto.chunked import DecryptingReader, EncryptingWriter, Source, Target
from xingdun.kernel.crypto.envelope import Key, Kind, Sealed, unwrap, wrap
from xingdun.kernel.crypto.errors import CiphertextFormatError

MAGIC: Final = b"XDFILE1\n"
_LENGTH = struct.Struct(">H")
_FILE_KEY: Final = "file"


def create(key: Key, target: Target, place: bytes) -> EncryptingWriter:
    """A file object that encrypts into `target` under a fresh key of its own, wrapped under `key`.

    place: what the file belongs to (see `envelope.context`). Used in a `with` block; a block that fails leaves a file
    that does not open.
    """
    file_key = Key.generate(key.suite, _FILE_KEY)
    target.write(_head(wrap(key, file_key)))
    return EncryptingWriter(key.suite, file_key.secret, target, place)


def read_head(source: Source) -> Sealed:
    """The wrapped file key at the beginning of `source`: which key, version and suite opens the rest.

    Raises CiphertextFormatError.
    """
    start = source.read(len(MAGIC) + _LENGTH.size)
    if len(start) < len(MAGIC) + _LENGTH.size or not start.startswith(MAGIC):
        raise CiphertextFormatError("this is no encrypted file")
    (length,) = _LENGTH.unpack_from(start, len(MAGIC))
    data = source.read(length)
    if len(data) < length:
        raise CiphertextFormatError("the encrypted file ends inside its head")
    sealed = Sealed.from_bytes(data)
    if sealed.kind is not Kind.KEY:
        raise CiphertextFormatError("the encrypted file's head holds no key")
    return sealed


def open_file(head: Sealed, key: Key, source: Source, place: bytes) -> DecryptingReader:
    """The plaintext of the file whose `head` was just read from `source`; raises DecryptionError, KeyFormatError."""
    file_key = unwrap(head, key, key_id=_FILE_KEY)
    return DecryptingReader(file_key.suite, file_key.secret, source, place)


def rewrapped_head(head: Sealed, old: Key, new: Key) -> bytes:
    """The head of the same file under another key: what follows it stays as it is. Raises KeyFormatError."""
    return _head(wrap(new, unwrap(head, old, key_id=_FILE_KEY)))


def _head(sealed: Sealed) -> bytes:
    data = bytes(sealed)
    return MAGIC + _LENGTH.pack(len(data)) + data
