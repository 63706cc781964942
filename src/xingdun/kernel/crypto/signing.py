"""Signing keys of one shape for Ed25519 (RFC 8032) and SM2 with SM3 (GB/T 32918).

signer = Signer.generate("sm2")
signature = signer.sign(message)
Verifier.from_pem(pem).verify(message, signature)
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from xingdun.kernel.crypto import base64_canonical
from xingdun.kernel.crypto.errors import BadSignatureError, KeyFormatError, PassphraseError
from xingdun.kernel.crypto.sm2 import Sm2PrivateKey, Sm2PublicKey

Algorithm = Literal["ed25519", "sm2"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = get_args(Algorithm)
KEY_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key.

    algorithm: "ed25519" or "sm2". raw: 32 bytes for Ed25519 (RFC 8032); the uncompressed point, 65 bytes, for SM2.
    Equal when both are equal. Raises KeyFormatError for bytes that are no key.
    """

    algorithm: Algorithm
    raw: bytes
    _key: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", _public_key(self.algorithm, self.raw))

    @property
    def key_id(self) -> str:
        """32 hex digits of SHA-256 over algorithm and key: names the key, proves nothing."""
        named = self.algorithm.encode() + b"\n" + self.raw
        return hashlib.sha256(named).hexdigest()[: 2 * KEY_ID_BYTES]

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raise BadSignatureError unless `signature` is this key's over `message`."""
        try:
            self._key.verify(*((message, signature) if self.algorithm == "sm2" else (signature, message)))
        except InvalidSignature:
            raise BadSignatureError("the Ed25519 signature does not belong to this message and key") from None

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `message`."""
        try:
            self.verify(message, signature)
        except BadSignatureError:
            return False
        return True

    def to_pem(self) -> bytes:
        """SubjectPublicKeyInfo in PEM."""
        if self.algorithm == "sm2":
            return cast("bytes", self._key.to_pem())
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return cast("bytes", self._key.public_bytes(serialization.Encoding.PEM, form))

    @classmethod
    def from_pem(cls, pem: bytes) -> "Verifier":
        """From SubjectPublicKeyInfo in PEM, of either algorithm; raises KeyFormatError."""
        try:
            key = serialization.load_pem_public_key(pem)
        except UnsupportedAlgorithm:
            return cls("sm2", Sm2PublicKey.from_pem(pem).point())
        except ValueError as error:
            raise KeyFormatError(f"this is no public key in PEM: {error}") from error
        if not isinstance(key, Ed25519PublicKey):
            raise KeyFormatError("the public key is neither Ed25519 nor SM2")
        return cls("ed25519", key.public_bytes_raw())

    def __str__(self) -> str:
        """`algorithm:base64`, as `parse` reads it."""
        return f"{self.algorithm}:{base64_canonical.encode(self.raw)}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """From `algorithm:base64`; raises KeyFormatError."""
        algorithm, _, raw = text.strip().partition(":")
        try:
            return cls(cast("Algorithm", algorithm), base64_canonical.decode(raw))
        except KeyFormatError:
            raise
        except ValueError as error:
            raise KeyFormatError(f"a public key reads algorithm:base64, not {text!r}") from error

    def __reduce__(self) -> tuple[type["Verifier"], tuple[str, bytes]]:
        return Verifier, (self.algorithm, self.raw)


class Signer:
    """A private key. It cannot be printed, compared or pickled; only `to_pem` lets it out."""

    __slots__ = ("_key", "algorithm", "verifier")

    def __init__(self, key: Ed25519PrivateKey | Sm2PrivateKey) -> None:
        self._key = key
        self.algorithm: Algorithm = "sm2" if isinstance(key, Sm2PrivateKey) else "ed25519"
        if isinstance(key, Sm2PrivateKey):
            self.verifier = Verifier("sm2", key.public.point())
        else:
            self.verifier = Verifier("ed25519", key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, algorithm: Algorithm) -> "Signer":
        """A fresh key; raises KeyFormatError for an unknown algorithm, AlgorithmUnavailableError without SM2."""
        if algorithm == "sm2":
            return cls(Sm2PrivateKey.generate())
        if algorithm == "ed25519":
            return cls(Ed25519PrivateKey.generate())
        raise KeyFormatError(f"no signature algorithm is called {algorithm!r}; there are {', '.join(ALGORITHMS)}")

    @property
    def key_id(self) -> str:
        """The public key's id."""
        return self.verifier.key_id

    def sign(self, message: bytes) -> bytes:
        """A signature over `message`: 64 bytes for Ed25519, DER for SM2."""
        return self._key.sign(message)

    def to_pem(self, passphrase: bytes | None = None) -> bytes:
        """PKCS #8 in PEM, encrypted when a passphrase is given."""
        if isinstance(self._key, Sm2PrivateKey):
            return self._key.to_pem(passphrase)
        sealed = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        return self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None = None) -> "Signer":
        """From PKCS #8 in PEM, of either algorithm; raises PassphraseError or KeyFormatError."""
        try:
            key = serialization.load_pem_private_key(pem, passphrase)
        except UnsupportedAlgorithm:
            return cls(Sm2PrivateKey.from_pem(pem, passphrase))
        except TypeError as error:
            if passphrase:  # a passphrase for a key that needs none
                return cls.from_pem(pem)
            raise PassphraseError("the private key needs a passphrase") from error
        except ValueError as error:
            if b"BEGIN ENCRYPTED PRIVATE KEY" in pem:
                raise PassphraseError("wrong passphrase, or the private key was altered") from error
            raise KeyFormatError(f"this is no private key in PEM: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFormatError("the private key is neither Ed25519 nor SM2")
        return cls(key)

    def __repr__(self) -> str:
        return f"<Signer {self.algorithm} {self.key_id}>"

    def __reduce__(self) -> str:
        raise TypeError("a private key is not pickled")


def _public_key(algorithm: str, raw: bytes) -> Ed25519PublicKey | Sm2PublicKey:
    if algorithm == "sm2":
        return Sm2PublicKey.from_point(raw)
    if algorithm != "ed25519":
        raise KeyFormatError(f"no signature algorithm is called {algorithm!r}; there are {', '.join(ALGORITHMS)}")
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise KeyFormatError("an Ed25519 public key is 32 bytes") from error
