"""Envelope encryption: versioned keys, data keys wrapped under them, and values that say how they were sealed.

    kek = Key.generate(AES, "tenant/7", version=1)
    place = context("source", 42, "password")
    stored = str(seal(kek, b"secret", place))                 # for a text column
    open_sealed(Sealed.parse(stored), kek, place)

A value is bound to its place (`context`): moved to another row it does not open. Personal data goes under a key of its
own, stored only as `wrap` gives it; destroying that makes every value under it unreadable.
"""

import base64
import os
import re
import struct
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from xingdun.kernel.crypto.errors import CiphertextFormatError, KeyFormatError
from xingdun.kernel.crypto.suites import NONCE_SIZE, TAG_SIZE, Suite, suite, suite_of_code

SALT_SIZE: Final = 24
MAX_VERSION: Final = (1 << 32) - 1
_FORM: Final = 0xD1  # first byte of every sealed value
_TEXT_FORM: Final = "xd1"
_HEAD = struct.Struct(">BBBBI")  # form, kind, suite, length of the key's id, version
_LABEL = b"xingdun/envelope/v1\x00"
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", re.ASCII)
_VERSION = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)


class Kind(Enum):
    """What a sealed value holds."""

    VALUE = "value"
    """A value under a key derived from the named key and the salt."""
    ENVELOPE = "envelope"
    """A value under a data key of its own, which is wrapped beside it: rewrapped without being opened."""
    KEY = "key"
    """A wrapped data key."""

    @property
    def code(self) -> int:
        """The same in one byte."""
        return _KIND_CODES[self]


_KIND_CODES: Final = {Kind.VALUE: 1, Kind.ENVELOPE: 2, Kind.KEY: 3}


class Key:
    """One version of a named key. The secret is kept out of sight and can be wiped.

    id: 1 to 64 of letters, digits and `._/-`. version: from 1. secret: uniform, of the suite's size.
    Raises KeyFormatError.
    """

    __slots__ = ("_secret", "id", "suite", "version")

    def __init__(self, suite: Suite, key_id: str, version: int, secret: bytes) -> None:
        suite.check_key(secret)
        if not _KEY_ID.fullmatch(key_id):
            raise KeyFormatError(f"{key_id!r} is no key id: letters, digits and ._/- up to 64")
        if not 1 <= version <= MAX_VERSION:
            raise KeyFormatError(f"{version} is no key version")
        self.suite = suite
        self.id = key_id
        self.version = version
        self._secret = bytearray(secret)

    @classmethod
    def generate(cls, suite: Suite, key_id: str, version: int = 1) -> "Key":
        """A fresh key from the system's generator."""
        return cls(suite, key_id, version, suite.new_key())

    @property
    def secret(self) -> bytes:
        """The key itself; raises KeyFormatError once wiped."""
        if not self._secret:
            raise KeyFormatError(f"version {self.version} of key {self.id} was wiped")
        return bytes(self._secret)

    def wipe(self) -> None:
        """Overwrite the secret held here. Copies the interpreter made in use may outlive it."""
        self._secret[:] = bytes(len(self._secret))
        self._secret = bytearray()

    def __repr__(self) -> str:
        return f"<Key {self.id} v{self.version} {self.suite}>"

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ciphertext that says what opens it.

    kind, suite, key_id, version: in clear, authenticated. salt: 24 bytes. wrapped: the data key of an ENVELOPE.
    ciphertext: with its tag.
    """

    kind: Kind
    suite: Suite
    key_id: str
    version: int
    salt: bytes
    ciphertext: bytes
    wrapped: bytes = b""

    def __bytes__(self) -> bytes:
        """The compact form, for a binary column or a file's head."""
        key_id = self.key_id.encode()
        head = _HEAD.pack(_FORM, self.kind.code, self.suite.code, len(key_id), self.version)
        return head + key_id + self.salt + self.wrapped + self.ciphertext

    def __str__(self) -> str:
        """The text form, for a text column: which key opens it can be read and searched."""
        body = base64.urlsafe_b64encode(self.salt + self.wrapped + self.ciphertext).decode().rstrip("=")
        return f"{_TEXT_FORM}:{self.kind.value}:{self.suite}:{self.key_id}:{self.version}:{body}"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sealed":
        """From the compact form; raises CiphertextFormatError."""
        if len(data) < _HEAD.size or data[0] != _FORM:
            raise CiphertextFormatError("these bytes are no sealed value")
        _, code, suite_code, id_length, version = _HEAD.unpack_from(data)
        kind = next((each for each in Kind if each.code == code), None)
        if kind is None:
            raise CiphertextFormatError(f"no sealed value is of kind {code}")
        body = _HEAD.size + id_length
        key_id = data[_HEAD.size : body].decode("ascii", "replace")
        return cls._of(kind, suite_of_code(suite_code), key_id, version, data[body:])

    @classmethod
    def parse(cls, text: str) -> "Sealed":
        """From the text form; raises CiphertextFormatError."""
        parts = text.split(":")
        if len(parts) != 6 or parts[0] != _TEXT_FORM:  # noqa: PLR2004 - the six parts of the form
            raise CiphertextFormatError("this text is no sealed value")
        _, kind_name, suite_name, key_id, version, encoded = parts
        kind = next((each for each in Kind if each.value == kind_name), None)
        if kind is None or not _VERSION.fullmatch(version):
            raise CiphertextFormatError("this text is no sealed value")
        try:
            body = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except ValueError as error:
            raise CiphertextFormatError("the sealed value is not base64") from error
        sealed = cls._of(kind, suite(suite_name), key_id, int(version), body)
        if str(sealed) != text:
            raise CiphertextFormatError("the sealed value is not in its one proper spelling")
        return sealed

    @classmethod
    def _of(cls, kind: Kind, of: Suite, key_id: str, version: int, body: bytes) -> "Sealed":
        wrapped = of.key_size + TAG_SIZE if kind is Kind.ENVELOPE else 0
        smallest = TAG_SIZE + (of.key_size if kind is Kind.KEY else 0)
        long_enough = len(body) >= SALT_SIZE + wrapped + smallest
        if not long_enough or not _KEY_ID.fullmatch(key_id) or not 1 <= version <= MAX_VERSION:
            raise CiphertextFormatError("the sealed value is malformed")
        start = SALT_SIZE + wrapped
        return cls(kind, of, key_id, version, body[:SALT_SIZE], body[start:], body[SALT_SIZE:start])


def context(*parts: str | int | bytes) -> bytes:
    """Where a value belongs, as bytes that no other sequence of parts gives: `context("person", 7, "phone")`."""
    encoded = []
    for part in parts:
        kind, data = (b"b", part) if isinstance(part, bytes) else (b"t", str(part).encode())
        encoded.append(kind + len(data).to_bytes(4, "big") + data)
    return b"".join(encoded)


def seal(key: Key, plaintext: bytes, place: bytes) -> Sealed:
    """Seal a small value under `key` for one place (see `context`)."""
    return _seal_under(key, Kind.VALUE, plaintext, place)


def seal_enveloped(key: Key, plaintext: bytes, place: bytes) -> Sealed:
    """Seal a value under a data key of its own, wrapped under `key`: `rewrap` then moves it without opening it."""
    data_key = key.suite.new_key()
    wrapped = _seal_under(key, Kind.ENVELOPE, data_key, place)
    one_time, nonce, associated = _value_key(key.suite, data_key, place)
    ciphertext = key.suite.seal(one_time, nonce, plaintext, associated)
    return replace(wrapped, wrapped=wrapped.ciphertext, ciphertext=ciphertext)


def open_sealed(sealed: Sealed, key: Key, place: bytes) -> bytes:
    """The value; raises DecryptionError for another place or altered bytes, KeyFormatError for another key."""
    if sealed.kind is Kind.KEY:
        raise CiphertextFormatError("a wrapped key is unwrapped, not opened")
    if sealed.kind is Kind.VALUE:
        return _open_under(key, sealed, sealed.ciphertext, place)
    data_key = _open_under(key, sealed, sealed.wrapped, place)
    one_time, nonce, associated = _value_key(key.suite, data_key, place)
    return key.suite.open(one_time, nonce, sealed.ciphertext, associated)


def rewrap(sealed: Sealed, old: Key, new: Key, place: bytes) -> Sealed:
    """The same value under another key or version.

    Of an ENVELOPE only the data key is touched, unless the suite changes; a VALUE is opened and sealed again.
    """
    if sealed.kind is Kind.VALUE:
        return seal(new, open_sealed(sealed, old, place), place)
    if sealed.kind is Kind.ENVELOPE and new.suite is not old.suite:
        return seal_enveloped(new, open_sealed(sealed, old, place), place)
    if sealed.kind is Kind.KEY:
        raise CiphertextFormatError("a wrapped key is unwrapped and wrapped again")
    wrapped = _seal_under(new, Kind.ENVELOPE, _open_under(old, sealed, sealed.wrapped, place), place)
    return replace(wrapped, wrapped=wrapped.ciphertext, ciphertext=sealed.ciphertext)


def wrap(key: Key, inner: Key) -> Sealed:
    """`inner` under `key`, bound to inner's id and version. Raises KeyFormatError across suites."""
    if inner.suite is not key.suite:
        raise KeyFormatError(f"a key of {inner.suite} is not wrapped under one of {key.suite}")
    return _seal_under(key, Kind.KEY, inner.secret, _inner_place(inner.id, inner.version))


def unwrap(sealed: Sealed, key: Key, *, key_id: str, version: int = 1) -> Key:
    """The key that was wrapped as `key_id` and `version`.

    Raises DecryptionError, KeyFormatError, CiphertextFormatError.
    """
    if sealed.kind is not Kind.KEY:
        raise CiphertextFormatError("a sealed value is opened, not unwrapped")
    secret = _open_under(key, sealed, sealed.ciphertext, _inner_place(key_id, version))
    return Key(key.suite, key_id, version, secret)


def _inner_place(key_id: str, version: int) -> bytes:
    return context("key", key_id, version)


def _header(kind: Kind, key: Key, salt: bytes) -> bytes:
    """All that stands in clear; authenticated with the value."""
    return _LABEL + context(kind.value, str(key.suite), key.id, key.version) + salt


def _derive(kind: Kind, key: Key, salt: bytes, place: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, nonce and associated data of one sealing: a fresh salt gives all three afresh."""
    header = _header(kind, key, salt)
    size = key.suite.key_size
    derived = key.suite.expand(key.secret, header + place, size + NONCE_SIZE)
    return derived[:size], derived[size:], header + place


def _seal_under(key: Key, kind: Kind, plaintext: bytes, place: bytes) -> Sealed:
    salt = os.urandom(SALT_SIZE)
    derived, nonce, associated = _derive(kind, key, salt, place)
    ciphertext = key.suite.seal(derived, nonce, plaintext, associated)
    return Sealed(kind, key.suite, key.id, key.version, salt, ciphertext)


def _open_under(key: Key, sealed: Sealed, ciphertext: bytes, place: bytes) -> bytes:
    if (sealed.suite, sealed.key_id, sealed.version) != (key.suite, key.id, key.version):
        raise KeyFormatError(
            f"this was sealed under version {sealed.version} of key {sealed.key_id} ({sealed.suite}), not under {key!r}"
        )
    derived, nonce, associated = _derive(sealed.kind, key, sealed.salt, place)
    return key.suite.open(derived, nonce, ciphertext, associated)


def _value_key(of: Suite, data_key: bytes, place: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, nonce and associated data of an enveloped value; nothing of the wrapping key is in them."""
    associated = _LABEL + context("enveloped", str(of)) + place
    derived = of.expand(data_key, associated, of.key_size + NONCE_SIZE)
    return derived[: of.key_size], derived[of.key_size :], associated
