"""Both suites and SM3 against independent implementations, and a self-test that fails closed."""

import hashlib
import hmac
import os
import pickle
from concurrent.futures import ThreadPoolExecutor

import gmalg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.crypto import libcrypto, libgcrypt, selftest, sm3, suites
from xingdun.kernel.crypto.errors import (
    AlgorithmUnavailableError,
    CiphertextFormatError,
    CryptoError,
    DecryptionError,
    KeyFormatError,
    SelfTestError,
)
from xingdun.kernel.crypto.suites import AES, SM, SUITES, TAG_SIZE, PortableSm4Gcm, suite, suite_of_code


def plain_sm3(data):
    state = gmalg.SM3()
    state.update(data)
    return state.value()


def plain_sm4_gcm(key, nonce, plaintext, associated):
    """SM4-GCM written out from NIST SP 800-38D over an independent SM4."""
    cipher = gmalg.SM4(key)
    h = int.from_bytes(cipher.encrypt(bytes(16)), "big")

    def times_h(x):
        product, v = 0, h
        for bit in range(127, -1, -1):
            if x >> bit & 1:
                product ^= v
            v = (v >> 1) ^ (0xE1 << 120 if v & 1 else 0)
        return product

    def pad(data):
        return data + bytes(-len(data) % 16)

    def stream(number):
        return cipher.encrypt(nonce + number.to_bytes(4, "big"))

    blocks = b"".join(stream(2 + at) for at in range(-(-len(plaintext) // 16)))
    ciphertext = bytes(a ^ b for a, b in zip(plaintext, blocks, strict=False))
    lengths = (8 * len(associated)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    hashed, y = pad(associated) + pad(ciphertext) + lengths, 0
    for at in range(0, len(hashed), 16):
        y = times_h(y ^ int.from_bytes(hashed[at : at + 16], "big"))
    return ciphertext + bytes(a ^ b for a, b in zip(y.to_bytes(16, "big"), stream(1), strict=True))


@settings(max_examples=25)
@given(st.binary(min_size=16, max_size=16), st.binary(min_size=12, max_size=12), st.binary(max_size=70), st.binary())
def test_sm4_gcm_agrees_with_an_independent_one(key, nonce, plaintext, associated):
    expected = plain_sm4_gcm(key, nonce, plaintext, associated)
    assert SM.seal(key, nonce, plaintext, associated) == expected
    assert SM.open(key, nonce, expected, associated) == plaintext
    room, opened = bytearray(len(expected)), bytearray(len(plaintext))
    PortableSm4Gcm(key).seal_into(nonce, plaintext, associated, room)
    PortableSm4Gcm(key).open_into(nonce, room, associated, opened)
    assert (room, opened) == (expected, plaintext)


@settings(max_examples=25)
@given(st.binary(max_size=300), st.binary(max_size=100))
def test_sm3_and_its_hmac_agree_with_an_independent_one(message, key):
    assert sm3.digest(message) == plain_sm3(message)
    assert sm3.new(message).digest() == plain_sm3(message)
    block = (plain_sm3(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = plain_sm3(bytes(each ^ 0x36 for each in block) + message)
    assert sm3.hmac_sm3(key, message) == plain_sm3(bytes(each ^ 0x5C for each in block) + inner)


def test_an_interpreter_without_sm3_gets_the_same_digests(monkeypatch):
    expected = sm3.digest(b"abc"), sm3.hmac_sm3(b"key", b"abc")

    def refuse(*_arguments, **_options):
        raise ValueError("unsupported hash type sm3")

    monkeypatch.setattr(hashlib, "new", refuse)
    portable = sm3._template()
    monkeypatch.setattr(sm3, "_TEMPLATE", portable)
    assert (sm3.digest(b"abc"), sm3.hmac_sm3(b"key", b"abc")) == expected
    state = sm3.new(b"a")
    branch = state.copy()
    state.update(b"bc")
    branch.update(b"b")
    assert state.digest() == state.digest() == expected[0] != branch.digest()
    assert state.hexdigest() == expected[0].hex()


@pytest.fixture(params=[*SUITES, "sm4gcm-sm3 without libgcrypt"], ids=str)
def of(request, monkeypatch):
    if isinstance(request.param, str):
        monkeypatch.setattr(libgcrypt, "library", lambda: None)
        return SM
    return request.param


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 1000, 100_000])
def test_what_is_sealed_opens(of, size):
    key, nonce, plaintext = of.new_key(), os.urandom(12), os.urandom(size)
    sealed = of.seal(key, nonce, plaintext, b"place")
    assert len(sealed) == size + TAG_SIZE
    assert of.open(key, nonce, sealed, b"place") == plaintext


def test_nothing_else_opens(of):
    key, nonce = of.new_key(), os.urandom(12)
    sealed = of.seal(key, nonce, b"value", b"place")
    for at in range(len(sealed)):
        with pytest.raises(DecryptionError):
            of.open(key, nonce, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], b"place")
    for wrong in (
        (of.new_key(), nonce, sealed, b"place"),
        (key, os.urandom(12), sealed, b"place"),
        (key, nonce, sealed, b"elsewhere"),
        (key, nonce, sealed[:-1], b"place"),
        (key, nonce, sealed[:10], b"place"),
        (key, nonce, sealed + b"\0", b"place"),
        (key, nonce, b"", b"place"),
    ):
        with pytest.raises(DecryptionError):
            of.open(*wrong)


def test_a_refused_ciphertext_leaves_no_plaintext_behind(of):
    key, nonce = of.new_key(), os.urandom(12)
    sealed = bytearray(of.seal(key, nonce, b"secret" * 100, b""))
    sealed[-1] ^= 1
    room = bytearray(600)
    with pytest.raises(DecryptionError):
        of.aead(key).open_into(nonce, bytes(sealed), b"", room)
    assert room == bytes(600)


def test_one_cipher_serves_many_threads(of):
    cipher, plaintext = of.aead(key := of.new_key()), os.urandom(5000)

    def seal(number):
        room = bytearray(len(plaintext) + TAG_SIZE)
        cipher.seal_into(number.to_bytes(12, "big"), plaintext, b"", room)
        return bytes(room)

    with ThreadPoolExecutor(4) as threads:
        for number, sealed in enumerate(threads.map(seal, range(200))):
            assert of.open(key, number.to_bytes(12, "big"), sealed, b"") == plaintext


@pytest.mark.parametrize("of", SUITES, ids=str)
def test_keys_of_the_wrong_size_are_refused(of):
    for size in (0, 15, 24, 31, 33, 48 - of.key_size):
        with pytest.raises(KeyFormatError):
            of.seal(bytes(size), bytes(12), b"", b"")


def test_suites_are_known_by_name_and_code():
    assert [suite(each.name) for each in SUITES] == [suite_of_code(each.code) for each in SUITES] == [AES, SM]
    assert pickle.loads(pickle.dumps(SM)) is SM
    assert AES.digest(b"abc") == hashlib.sha256(b"abc").digest()
    assert SM.digest(b"abc") == plain_sm3(b"abc")
    with pytest.raises(KeyFormatError):
        AES.expand(bytes(32), b"", 256 * 32)
    for ask in (lambda: suite("aes128"), lambda: suite_of_code(9)):
        with pytest.raises(CiphertextFormatError):
            ask()


@pytest.mark.parametrize("of", SUITES, ids=str)
def test_hkdf_is_extract_and_expand_of_rfc_5869(of):
    def by_hand(key, message):
        return hmac.digest(key, message, "sha256" if of is AES else "sm3")

    extracted = by_hand(b"salt", b"secret")
    first = by_hand(extracted, b"info\x01")
    second = by_hand(extracted, first + b"info\x02")
    assert of.hkdf(b"secret", salt=b"salt", info=b"info", length=50) == (first + second)[:50]
    assert of.expand(extracted, b"info", 50) == (first + second)[:50]
    assert of.hmac(b"salt", b"secret") == extracted


def test_every_known_answer_is_right():
    results = selftest.require()
    assert all(each.ok and each.detail for each in results)
    assert {"SHA-256", "SM3", "AES-256-GCM", "SM4-GCM", "SM2 signature", "Ed25519", "HKDF-SM3"} <= {
        each.name for each in results
    }


def test_a_system_without_sm2_fails_the_self_test_and_says_so(monkeypatch):
    monkeypatch.setattr(libcrypto, "LIBRARY", "libnothere.so.3")
    libcrypto.library.cache_clear()
    try:
        failed = [each for each in selftest.run() if not each.ok]
        assert {each.name for each in failed} == {"SM2 signature", "SM2 encryption"}
        with pytest.raises(SelfTestError, match="SM2 needs OpenSSL 3"):
            selftest.require()
    finally:
        monkeypatch.undo()
        libcrypto.library.cache_clear()


def test_an_algorithm_that_answers_wrongly_fails_the_self_test(monkeypatch):
    monkeypatch.setattr(sm3, "digest", lambda data: hashlib.sha256(data).digest())
    monkeypatch.setattr(PortableSm4Gcm, "open_into", lambda *_: None)
    failed = {each.name: each.detail for each in selftest.run() if not each.ok}
    assert set(failed) == {"SM3", "SM4-GCM"}
    assert "is right" in failed["SM3"]


def test_libgcrypt_is_optional_and_its_absence_is_told(monkeypatch):
    monkeypatch.setattr(libgcrypt, "LIBRARY", "libnothere.so.20")
    libgcrypt.library.cache_clear()
    try:
        assert libgcrypt.library() is None
        with pytest.raises(CryptoError, match="libgcrypt"):
            libgcrypt.GcryptSm4Gcm(bytes(16))
        assert isinstance(SM.aead(bytes(16)), suites.PortableSm4Gcm)
        (told,) = [each for each in selftest.require() if "libgcrypt" in each.name]
        assert "other implementation" in told.detail
    finally:
        monkeypatch.undo()
        libgcrypt.library.cache_clear()


def test_errors_of_this_package_are_one_family():
    assert issubclass(AlgorithmUnavailableError, CryptoError)
    assert issubclass(CryptoError, ValueError)
