"""Known-answer tests of every algorithm used here: run at start, before any key is touched.

Vectors: FIPS 180-4; RFC 4231, 5869, 7914, 8032, 8998; GB/T 32905 (SM3); GM/T 0003.5 (SM2 on the recommended curve);
GM/T 0042 (HMAC-SM3); McGrew and Viega (AES-GCM). HKDF and PBKDF2 with SM3 have no published vectors; theirs were
computed by an independent implementation.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from xingdun.kernel.crypto import libgcrypt, sm3
from xingdun.kernel.crypto.errors import DecryptionError, SelfTestError
from xingdun.kernel.crypto.signing import Signer, Verifier
from xingdun.kernel.crypto.sm2 import Sm2PrivateKey
from xingdun.kernel.crypto.suites import AES, SM, TAG_SIZE, Aead, PortableSm4Gcm

_hex = bytes.fromhex


@dataclass(frozen=True, slots=True)
class TestResult:
    """One algorithm's test. detail: what was checked, or what went wrong."""

    __test__ = False  # the name is this package's, not pytest's

    name: str
    ok: bool
    detail: str


class _WrongAnswerError(Exception):
    """An algorithm answered something else than its vector."""


def run() -> list[TestResult]:
    """Every test's result, in one order; nothing is raised."""
    return [_result(name, test) for name, test in _TESTS.items()]


def require() -> list[TestResult]:
    """The results when all are right; raises SelfTestError naming those that are not."""
    results = run()
    failed = [each for each in results if not each.ok]
    if failed:
        raise SelfTestError("; ".join(f"{each.name}: {each.detail}" for each in failed))
    return results


def _result(name: str, test: Callable[[], str]) -> TestResult:
    try:
        return TestResult(name, ok=True, detail=test())
    except Exception as error:  # noqa: BLE001 - whatever a broken library raises is this test's result
        return TestResult(name, ok=False, detail=str(error) or type(error).__name__)


def _same(found: bytes, expected: str) -> None:
    if found != _hex(expected):
        raise _WrongAnswerError(f"answered {found[:8].hex()}… where {expected[:16]}… is right")


def _sha256() -> str:
    _same(hashlib.sha256(b"abc").digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    return "FIPS 180-4"


def _sm3() -> str:
    _same(sm3.digest(b"abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    _same(sm3.digest(b"abcd" * 16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")
    portable = hashes.Hash(hashes.SM3())
    portable.update(b"abc")
    _same(portable.finalize(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    return "GB/T 32905, appendix A"


def _hmac_sha256() -> str:
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    _same(AES.hmac(b"Jefe", b"what do ya want for nothing?"), expected)
    return "RFC 4231, case 2"


def _hmac_sm3() -> str:
    message = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
    expected = "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"
    _same(SM.hmac(bytes(range(1, 33)), message), expected)
    return "GM/T 0042"


def _hkdf_sha256() -> str:
    expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    _same(AES.hkdf(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)), length=42), expected)
    return "RFC 5869, case 1"


def _hkdf_sm3() -> str:
    expected = "c69fe91b7aaee2dd5718d72dcaee0cce93f1b8e41f792da51261b6a517e68b36ed2c595572b01dfa359b"
    _same(SM.hkdf(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)), length=42), expected)
    return "RFC 5869's first input, SM3"


def _scrypt() -> str:
    expected = "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
    _same(Scrypt(salt=b"", length=32, n=16, r=1, p=1).derive(b""), expected)
    return "RFC 7914, section 12"


def _pbkdf2_sm3() -> str:
    expected = "9b4008cd1e4c30f1ce74b5c92dafd0247d245f56f77cf531fbcea0cf5a16986b"
    _same(PBKDF2HMAC(hashes.SM3(), length=32, salt=b"salt", iterations=20).derive(b"password"), expected)
    return "20 rounds"


_ASSOCIATED: Final = _hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")


def _aead(cipher: Aead, nonce: str, plaintext: str, sealed: str) -> None:
    """The vector both ways, and an altered tag refused with no plaintext left."""
    room = bytearray(len(sealed) // 2)
    cipher.seal_into(_hex(nonce), _hex(plaintext), _ASSOCIATED, room)
    _same(bytes(room), sealed)
    opened = bytearray(len(room) - TAG_SIZE)
    cipher.open_into(_hex(nonce), bytes(room), _ASSOCIATED, opened)
    _same(bytes(opened), plaintext)
    room[-1] ^= 1
    opened = bytearray(len(opened))
    try:
        cipher.open_into(_hex(nonce), bytes(room), _ASSOCIATED, opened)
    except DecryptionError:
        if any(opened):
            raise _WrongAnswerError("gave out plaintext under a false tag") from None
        return
    raise _WrongAnswerError("accepted a false tag")


def _aes_gcm() -> str:
    _aead(
        AES.aead(_hex("feffe9928665731c6d6a8f9467308308" * 2)),
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    )
    return "McGrew and Viega, case 16"


def _rfc8998(make: Callable[[bytes], Aead]) -> str:
    blocks = ("aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa")
    _aead(
        make(_hex("0123456789abcdeffedcba9876543210")),
        "00001234567800000000abcd",
        "".join(8 * block for block in blocks),
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec",
    )
    return "RFC 8998, appendix A.1"


def _sm4_gcm() -> str:
    return _rfc8998(PortableSm4Gcm)


def _sm4_gcm_libgcrypt() -> str:
    if libgcrypt.library() is None:
        return "not on this system; the other implementation serves"
    return _rfc8998(libgcrypt.GcryptSm4Gcm)


def _ed25519() -> str:
    public = Verifier("ed25519", _hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
    signature = _hex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    public.verify(b"\x72", signature)
    if public.accepts(b"\x73", signature):
        raise _WrongAnswerError("accepted a signature over another message")
    _round_trip(Signer.generate("ed25519"))
    return "RFC 8032, section 7.1, test 2; round trip"


def _sm2() -> str:
    point = (
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )
    signature = encode_dss_signature(
        0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
        0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
    )
    public = Verifier("sm2", _hex(point))
    public.verify(b"message digest", signature)
    if public.accepts(b"message digesu", signature):
        raise _WrongAnswerError("accepted a signature over another message")
    _round_trip(Signer.generate("sm2"))
    return "GM/T 0003.5, appendix A; round trip"


def _sm2_encryption() -> str:
    key = Sm2PrivateKey.generate()
    if key.decrypt(key.public.encrypt(b"encryption standard")) != b"encryption standard":
        raise _WrongAnswerError("decrypted to something else")
    return "round trip"


def _round_trip(signer: Signer) -> None:
    signature = signer.sign(b"round trip")
    if not signer.verifier.accepts(b"round trip", signature) or signer.verifier.accepts(b"round trap", signature):
        raise _WrongAnswerError("its own signature does not stand, or another's does")


_TESTS: Final[dict[str, Callable[[], str]]] = {
    "SHA-256": _sha256,
    "SM3": _sm3,
    "HMAC-SHA-256": _hmac_sha256,
    "HMAC-SM3": _hmac_sm3,
    "HKDF-SHA-256": _hkdf_sha256,
    "HKDF-SM3": _hkdf_sm3,
    "scrypt": _scrypt,
    "PBKDF2-SM3": _pbkdf2_sm3,
    "AES-256-GCM": _aes_gcm,
    "SM4-GCM": _sm4_gcm,
    "SM4-GCM (libgcrypt)": _sm4_gcm_libgcrypt,
    "Ed25519": _ed25519,
    "SM2 signature": _sm2,
    "SM2 encryption": _sm2_encryption,
}
