"""SM2 with SM3 (GB/T 32918, GM/T 0003; forms of GM/T 0009): signatures, encryption, keys as PEM.

Signatures are DER of r and s; ciphertexts are DER of C1, C3, C2. The identity both sides must agree on is the default
of GM/T 0009 unless another is given.
"""

import os
from typing import Any, Final

from xingdun.kernel.crypto.errors import BadSignatureError, DecryptionError, KeyFormatError, PassphraseError
from xingdun.kernel.crypto.libcrypto import NULL, expect, failure, ffi, library, owned

DEFAULT_ID: Final = b"1234567812345678"
POINT_SIZE: Final = 65
PBKDF2_ROUNDS: Final = 600_000  # OWASP's figure for PBKDF2-HMAC-SHA256
MAX_PASSPHRASE: Final = 1000  # libcrypto reads passphrases into a buffer of 1024
_SALT_SIZE = 16
_PBES2 = -1  # "no old scheme": libcrypto then takes PBES2 with PBKDF2
# SubjectPublicKeyInfo of a point on SM2's curve up to the point itself (RFC 5480; curve 1.2.156.10197.1.301)
_SPKI_HEAD: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


class Sm2PublicKey:
    """A point on SM2's curve that checks signatures and encrypts."""

    __slots__ = ("_key",)

    def __init__(self, key: Any) -> None:
        self._key = key

    @classmethod
    def from_point(cls, point: bytes) -> "Sm2PublicKey":
        """From the uncompressed point, 65 bytes beginning with 04; raises KeyFormatError."""
        if len(point) != POINT_SIZE or point[0] != 4:  # noqa: PLR2004 - the mark of an uncompressed point
            raise KeyFormatError("an SM2 public key is 65 bytes that begin with 04")
        lib = library()
        der = ffi.new("unsigned char[]", _SPKI_HEAD + point)
        start = ffi.new("const unsigned char **", der)
        key = lib.d2i_PUBKEY(NULL, start, len(_SPKI_HEAD) + len(point))
        return cls(_sm2_only(owned(key, lib.EVP_PKEY_free, "reading an SM2 point", KeyFormatError)))

    @classmethod
    def from_pem(cls, pem: bytes) -> "Sm2PublicKey":
        """From SubjectPublicKeyInfo in PEM; raises KeyFormatError."""
        lib = library()
        key = lib.PEM_read_bio_PUBKEY(_readable(pem), NULL, NULL, NULL)
        return cls(_sm2_only(owned(key, lib.EVP_PKEY_free, "reading an SM2 public key", KeyFormatError)))

    def point(self) -> bytes:
        """The uncompressed point, 65 bytes."""
        lib = library()
        expect(
            lib.EVP_PKEY_set_utf8_string_param(self._key, b"point-format", b"uncompressed"),
            "writing an SM2 public key",
        )
        start = ffi.new("unsigned char **")
        length = lib.i2d_PUBKEY(self._key, start)
        if length <= 0:
            raise failure("writing an SM2 public key", KeyFormatError)
        try:
            der = bytes(ffi.buffer(start[0], length))
        finally:
            lib.CRYPTO_free(start[0], b"", 0)
        if not der.startswith(_SPKI_HEAD) or length != len(_SPKI_HEAD) + POINT_SIZE:
            raise KeyFormatError("the key is not a point on SM2's curve")
        return der[len(_SPKI_HEAD) :]

    def to_pem(self) -> bytes:
        """SubjectPublicKeyInfo in PEM."""
        lib = library()
        target = _writable()
        expect(lib.PEM_write_bio_PUBKEY(target, self._key), "writing an SM2 public key")
        return _written(target)

    def verify(self, message: bytes, signature: bytes, identity: bytes = DEFAULT_ID) -> None:
        """Raise BadSignatureError unless `signature` (DER) is this key's over `message` under `identity`."""
        lib = library()
        digest, _context = _digest_context(self._key, identity)
        expect(lib.EVP_DigestVerifyInit(digest, NULL, lib.EVP_sm3(), NULL, self._key), "starting SM2 verification")
        if lib.EVP_DigestVerify(digest, signature, len(signature), message, len(message)) != 1:
            lib.ERR_clear_error()
            raise BadSignatureError("the SM2 signature does not belong to this message and key")

    def encrypt(self, plaintext: bytes) -> bytes:
        """Encrypt a short secret to the key's holder; DER of C1, C3, C2."""
        lib = library()
        context = _key_context(self._key)
        expect(lib.EVP_PKEY_encrypt_init(context), "starting SM2 encryption")
        return _two_calls(lib.EVP_PKEY_encrypt, context, plaintext, "SM2 encryption", DecryptionError)


class Sm2PrivateKey:
    """An SM2 private key: signs and decrypts. Only `to_pem` lets its scalar into Python."""

    __slots__ = ("_key",)

    def __init__(self, key: Any) -> None:
        self._key = key

    @classmethod
    def generate(cls) -> "Sm2PrivateKey":
        """A fresh key from the library's random generator."""
        lib = library()
        context = owned(
            lib.EVP_PKEY_CTX_new_from_name(NULL, b"SM2", NULL), lib.EVP_PKEY_CTX_free, "starting SM2 key generation"
        )
        expect(lib.EVP_PKEY_keygen_init(context), "starting SM2 key generation")
        key = ffi.new("EVP_PKEY **")
        expect(lib.EVP_PKEY_generate(context, key), "SM2 key generation")
        return cls(owned(key[0], lib.EVP_PKEY_free, "SM2 key generation"))

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None = None) -> "Sm2PrivateKey":
        """From PKCS #8 in PEM, encrypted or not; raises PassphraseError or KeyFormatError."""
        lib = library()
        # With no passphrase the empty one is offered: libcrypto would otherwise ask on the terminal.
        secret = ffi.new("char[]", _checked(passphrase) or b"")
        key = lib.PEM_read_bio_PrivateKey(_readable(pem), NULL, NULL, secret)
        sealed = b"BEGIN ENCRYPTED PRIVATE KEY" in pem
        wrong = PassphraseError if sealed else KeyFormatError
        return cls(_sm2_only(owned(key, lib.EVP_PKEY_free, "reading an SM2 private key", wrong)))

    @property
    def public(self) -> Sm2PublicKey:
        """The public half."""
        lib = library()
        target = _writable()
        expect(lib.PEM_write_bio_PUBKEY(target, self._key), "writing an SM2 public key")
        return Sm2PublicKey.from_pem(_written(target))

    def to_pem(self, passphrase: bytes | None = None) -> bytes:
        """PKCS #8 in PEM; with a passphrase encrypted by AES-256-CBC under PBKDF2 (600,000 rounds)."""
        lib = library()
        target = _writable()
        if not _checked(passphrase):
            written = lib.PEM_write_bio_PKCS8PrivateKey(target, self._key, NULL, NULL, 0, NULL, NULL)
            expect(written, "writing an SM2 private key")
            return _written(target)
        plain = owned(lib.EVP_PKEY2PKCS8(self._key), lib.PKCS8_PRIV_KEY_INFO_free, "writing an SM2 private key")
        sealed = lib.PKCS8_encrypt(
            _PBES2,
            lib.EVP_aes_256_cbc(),
            passphrase,
            len(passphrase or b""),
            ffi.new("unsigned char[]", os.urandom(_SALT_SIZE)),
            _SALT_SIZE,
            PBKDF2_ROUNDS,
            plain,
        )
        sealed = owned(sealed, lib.X509_SIG_free, "encrypting an SM2 private key")
        expect(lib.PEM_write_bio_PKCS8(target, sealed), "writing an SM2 private key")
        return _written(target)

    def sign(self, message: bytes, identity: bytes = DEFAULT_ID) -> bytes:
        """A signature over `message` under `identity`, DER, 70 to 72 bytes."""
        lib = library()
        digest, _context = _digest_context(self._key, identity)
        expect(lib.EVP_DigestSignInit(digest, NULL, lib.EVP_sm3(), NULL, self._key), "starting an SM2 signature")
        length = ffi.new("size_t *")
        expect(lib.EVP_DigestSign(digest, NULL, length, message, len(message)), "sizing an SM2 signature")
        room = ffi.new("unsigned char[]", length[0])
        expect(lib.EVP_DigestSign(digest, room, length, message, len(message)), "the SM2 signature")
        return bytes(ffi.buffer(room, length[0]))

    def decrypt(self, ciphertext: bytes) -> bytes:
        """What was encrypted to this key (DER of C1, C3, C2); raises DecryptionError."""
        lib = library()
        context = _key_context(self._key)
        expect(lib.EVP_PKEY_decrypt_init(context), "starting SM2 decryption")
        return _two_calls(lib.EVP_PKEY_decrypt, context, ciphertext, "SM2 decryption", DecryptionError)


def _checked(passphrase: bytes | None) -> bytes | None:
    if passphrase and (b"\0" in passphrase or len(passphrase) > MAX_PASSPHRASE):
        raise PassphraseError(f"a passphrase has no zero byte and at most {MAX_PASSPHRASE} bytes")
    return passphrase


def _sm2_only(key: Any) -> Any:
    if library().EVP_PKEY_is_a(key, b"SM2") != 1:
        raise KeyFormatError("the key is of another algorithm than SM2")
    return key


def _key_context(key: Any) -> Any:
    lib = library()
    return owned(lib.EVP_PKEY_CTX_new(key, NULL), lib.EVP_PKEY_CTX_free, "preparing an SM2 operation")


def _digest_context(key: Any, identity: bytes) -> tuple[Any, Any]:
    """A digest context bound to key and identity; the second must be held as long as the first."""
    lib = library()
    context = _key_context(key)
    expect(lib.EVP_PKEY_CTX_set1_id(context, identity, len(identity)), "setting the SM2 identity")
    digest = owned(lib.EVP_MD_CTX_new(), lib.EVP_MD_CTX_free, "preparing an SM2 operation")
    lib.EVP_MD_CTX_set_pkey_ctx(digest, context)
    return digest, context


def _two_calls(call: Any, context: Any, data: bytes, what: str, error: type[DecryptionError]) -> bytes:
    """Ask for the length, then for the bytes."""
    length = ffi.new("size_t *")
    expect(call(context, NULL, length, data, len(data)), what, error)
    room = ffi.new("unsigned char[]", max(length[0], 1))
    expect(call(context, room, length, data, len(data)), what, error)
    return bytes(ffi.buffer(room, length[0]))


def _readable(data: bytes) -> Any:
    """A source over `data`; the caller holds `data` as long as the source."""
    lib = library()
    return owned(lib.BIO_new_mem_buf(ffi.from_buffer(data), len(data)), lib.BIO_free, "reading a key")


def _writable() -> Any:
    lib = library()
    return owned(lib.BIO_new(lib.BIO_s_mem()), lib.BIO_free, "writing a key")


def _written(target: Any) -> bytes:
    lib = library()
    length = lib.BIO_ctrl_pending(target)
    room = ffi.new("unsigned char[]", max(length, 1))
    if lib.BIO_read(target, room, length) != length:
        raise failure("writing a key", KeyFormatError)
    return bytes(ffi.buffer(room, length))
