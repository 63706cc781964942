"""The two suites everything is sealed with: AES-256-GCM with SHA-256, and SM4-GCM with SM3 (RFC 8998, GB/T 32907).

A suite's name is recorded on every ciphertext. Neither suite ever mixes with the other.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xingdun.kernel.crypto import libgcrypt, sm3
from xingdun.kernel.crypto.errors import CiphertextFormatError, DecryptionError, KeyFormatError

NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16
_HASH_SIZE = 32
_MAX_BLOCKS = 255
_WRONG: Final = "the ciphertext is not what was sealed under this key and context"


class Aead(Protocol):
    """Authenticated encryption under one key; `room` is 16 bytes longer (sealing) or shorter (opening)."""

    def seal_into(self, nonce: bytes, plaintext: Any, associated: bytes, room: Any, /) -> object:
        """Write ciphertext and tag into `room`."""

    def open_into(self, nonce: bytes, ciphertext: Any, associated: bytes, room: Any, /) -> object:
        """Write the plaintext into `room`; on DecryptionError none of it stands there."""


class AesGcm:
    """AES-GCM (NIST SP 800-38D)."""

    __slots__ = ("_cipher", "seal_into")

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.seal_into = self._cipher.encrypt_into  # writes ciphertext and tag into the room given last

    def open_into(self, nonce: bytes, ciphertext: Any, associated: bytes, room: Any) -> None:
        """Write the plaintext into `room`; on DecryptionError what stands there is zeros."""
        try:
            self._cipher.decrypt_into(nonce, ciphertext, associated, room)
        except InvalidTag:
            memoryview(room)[:] = bytes(len(room))
            raise DecryptionError(_WRONG) from None


class PortableSm4Gcm:
    """SM4-GCM of `cryptography`, whose decryptor gives bytes out before the tag is checked: they stay in here."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def seal_into(self, nonce: bytes, plaintext: Any, associated: bytes, room: Any) -> None:
        """Write ciphertext and tag into `room`."""
        encryptor = Cipher(self._key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        view = memoryview(room)
        length = len(plaintext)
        view[:length] = encryptor.update(plaintext) + encryptor.finalize()
        view[length:] = encryptor.tag

    def open_into(self, nonce: bytes, ciphertext: Any, associated: bytes, room: Any) -> None:
        """Write the plaintext into `room` once the tag is right."""
        view = memoryview(ciphertext)
        length = len(view) - TAG_SIZE
        decryptor = Cipher(self._key, modes.GCM(nonce)).decryptor()
        decryptor.authenticate_additional_data(associated)
        plaintext = decryptor.update(view[:length])
        try:
            plaintext += decryptor.finalize_with_tag(bytes(view[length:]))
        except InvalidTag:
            raise DecryptionError(_WRONG) from None
        memoryview(room)[:] = plaintext


def _sm4gcm(key: bytes) -> Aead:
    return PortableSm4Gcm(key) if libgcrypt.library() is None else libgcrypt.GcryptSm4Gcm(key)


@dataclass(frozen=True, slots=True, eq=False)
class Suite:
    """One choice of cipher and hash.

    name: as recorded on ciphertexts. code: the same in one byte. key_size: bytes. aead_name: IANA's.
    digest: the suite's hash, 32 bytes.
    """

    name: str
    code: int
    key_size: int
    aead_name: str
    digest: Callable[[bytes], bytes]
    _hmac: Callable[[bytes, bytes], bytes]
    _aead: Callable[[bytes], Aead]

    def new_key(self) -> bytes:
        """A fresh key from the system's generator."""
        return os.urandom(self.key_size)

    def aead(self, key: bytes) -> Aead:
        """The cipher under `key`; raises KeyFormatError."""
        self.check_key(key)
        return self._aead(key)

    def seal(self, key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """Ciphertext and tag of a small value. One nonce of 12 bytes serves a key once and never again."""
        room = bytearray(len(plaintext) + TAG_SIZE)
        self.aead(key).seal_into(nonce, plaintext, associated, room)
        return bytes(room)

    def open(self, key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
        """The plaintext, once its tag is right; raises DecryptionError."""
        if len(ciphertext) < TAG_SIZE:
            raise DecryptionError("the ciphertext is shorter than its tag")
        room = bytearray(len(ciphertext) - TAG_SIZE)
        self.aead(key).open_into(nonce, ciphertext, associated, room)
        return bytes(room)

    def hkdf(self, secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
        """HKDF (RFC 5869) of `secret`, for secrets that need not be uniform."""
        return self.expand(self.hmac(salt or bytes(_HASH_SIZE), secret), info, length)

    def expand(self, key: bytes, info: bytes, length: int) -> bytes:
        """HKDF-Expand (RFC 5869, section 2.3) of a uniform key; at most 8,160 bytes."""
        blocks = -(-length // _HASH_SIZE)
        if not 0 < blocks <= _MAX_BLOCKS:
            raise KeyFormatError(f"HKDF does not give {length} bytes")
        derived = block = b""
        for number in range(1, blocks + 1):
            block = self.hmac(key, block + info + bytes([number]))
            derived += block
        return derived[:length]

    def hmac(self, key: bytes, message: bytes) -> bytes:
        """HMAC with the suite's hash, 32 bytes."""
        return self._hmac(key, message)

    def check_key(self, key: bytes) -> None:
        """Raise KeyFormatError unless `key` has the suite's length."""
        if len(key) != self.key_size:
            raise KeyFormatError(f"a key of {self.name} is {self.key_size} bytes, not {len(key)}")

    def __reduce__(self) -> tuple[Callable[[str], "Suite"], tuple[str]]:
        return suite, (self.name,)

    def __str__(self) -> str:
        return self.name


AES: Final = Suite(
    name="aes256gcm-sha256",
    code=1,
    key_size=32,
    aead_name="AEAD_AES_256_GCM",
    digest=lambda data: hashlib.sha256(data).digest(),
    _hmac=lambda key, message: hmac.digest(key, message, "sha256"),
    _aead=AesGcm,
)
SM: Final = Suite(
    name="sm4gcm-sm3",
    code=2,
    key_size=16,
    aead_name="AEAD_SM4_GCM",
    digest=sm3.digest,
    _hmac=sm3.hmac_sm3,
    _aead=_sm4gcm,
)
SUITES: Final = (AES, SM)


def suite(name: str) -> Suite:
    """The suite called `name`; raises CiphertextFormatError."""
    for each in SUITES:
        if each.name == name:
            return each
    raise CiphertextFormatError(f"no suite is called {name[:40]!r}; there are {', '.join(map(str, SUITES))}")


def suite_of_code(code: int) -> Suite:
    """The suite a ciphertext's byte stands for; raises CiphertextFormatError."""
    for each in SUITES:
        if each.code == code:
            return each
    raise CiphertextFormatError(f"no suite has the code {code}")
