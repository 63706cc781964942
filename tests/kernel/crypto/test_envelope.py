"""Values and files that say which key opens them, key versions, and what destroying a key means."""

import io
import os
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.crypto import sealed_file
from xingdun.kernel.crypto.envelope import (
    Key,
    Kind,
    Sealed,
    context,
    open_sealed,
    rewrap,
    seal,
    seal_enveloped,
    unwrap,
    wrap,
)
from xingdun.kernel.crypto.errors import CiphertextFormatError, CryptoError, DecryptionError, KeyFormatError
from xingdun.kernel.crypto.keyfile import Cost, needs_passphrase, open_key, seal_key
from xingdun.kernel.crypto.suites import AES, SM, SUITES

PLACE = context("source", 42, "password")
QUICK = Cost(scrypt_log_n=10, pbkdf2_rounds=1000)


@pytest.fixture(params=SUITES, ids=str)
def key(request):
    return Key.generate(request.param, "institution/7", 3)


SEALERS = [seal, seal_enveloped]


@pytest.mark.parametrize("sealer", SEALERS)
@pytest.mark.parametrize("size", [0, 1, 16, 1000])
def test_a_value_comes_back_from_a_text_or_binary_column(key, sealer, size):
    plaintext = os.urandom(size)
    sealed = sealer(key, plaintext, PLACE)
    assert open_sealed(Sealed.parse(str(sealed)), key, PLACE) == plaintext
    assert open_sealed(Sealed.from_bytes(bytes(sealed)), key, PLACE) == plaintext
    assert Sealed.parse(str(sealed)) == Sealed.from_bytes(bytes(sealed)) == sealed


@pytest.mark.parametrize("sealer", SEALERS)
def test_a_stored_value_says_what_opens_it_and_nothing_else(key, sealer):
    text = str(sealer(key, b"hunter2", PLACE))
    assert text.startswith("xd1:")
    assert f":{key.suite}:institution/7:3:" in text
    assert "hunter2" not in text
    assert text != str(sealer(key, b"hunter2", PLACE))


@pytest.mark.parametrize("sealer", SEALERS)
def test_no_altered_value_opens(key, sealer):
    data = bytes(sealer(key, b"value", PLACE))
    for at in range(len(data)):
        for bit in (1, 0x80):
            with pytest.raises(CryptoError):
                open_sealed(Sealed.from_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]), key, PLACE)
    for end in range(len(data)):
        with pytest.raises(CryptoError):
            open_sealed(Sealed.from_bytes(data[:end]), key, PLACE)


@pytest.mark.parametrize("sealer", SEALERS)
def test_a_value_moved_to_another_place_does_not_open(key, sealer):
    sealed = sealer(key, b"value", PLACE)
    for elsewhere in (context("source", 43, "password"), context("source", 42, "user"), b"", PLACE + b"\0"):
        with pytest.raises(DecryptionError):
            open_sealed(sealed, key, elsewhere)


def test_another_key_of_the_same_name_does_not_open(key):
    sealed = seal(key, b"value", PLACE)
    with pytest.raises(DecryptionError):
        open_sealed(sealed, Key.generate(key.suite, key.id, key.version), PLACE)
    for other in (Key(key.suite, key.id, 4, key.secret), Key(key.suite, "other", 3, key.secret)):
        with pytest.raises(KeyFormatError, match="version 3 of key institution/7"):
            open_sealed(sealed, other, PLACE)
    other_suite = SM if key.suite is AES else AES
    with pytest.raises(KeyFormatError):
        open_sealed(sealed, Key.generate(other_suite, key.id, 3), PLACE)


def test_one_kind_of_value_is_not_taken_for_another(key):
    value, wrapped = seal(key, os.urandom(64), PLACE), wrap(key, Key.generate(key.suite, "inner"))
    with pytest.raises(CiphertextFormatError):
        open_sealed(wrapped, key, PLACE)
    with pytest.raises(CiphertextFormatError):
        unwrap(value, key, key_id="inner")
    for disguised in (
        Sealed(Kind.ENVELOPE, key.suite, key.id, 3, value.salt, value.ciphertext[50:], value.ciphertext[:50]),
        Sealed(Kind.VALUE, key.suite, key.id, 3, wrapped.salt, wrapped.ciphertext),
    ):
        with pytest.raises(DecryptionError):
            open_sealed(disguised, key, context("key", "inner", 1))


@settings(max_examples=50)
@given(
    st.lists(st.one_of(st.text(max_size=5), st.binary(max_size=5), st.integers()), max_size=4),
    st.lists(st.one_of(st.text(max_size=5), st.binary(max_size=5), st.integers()), max_size=4),
)
def test_two_places_are_never_written_alike(one, other):
    def told(parts):
        return [each if isinstance(each, bytes) else str(each) for each in parts]

    assert (context(*one) == context(*other)) == (told(one) == told(other))


def test_rotation_moves_values_to_the_new_version(key):
    new = Key.generate(key.suite, key.id, 4)
    for sealer in SEALERS:
        sealed = sealer(key, b"value", PLACE)
        moved = rewrap(sealed, key, new, PLACE)
        assert moved.version == 4
        assert open_sealed(moved, new, PLACE) == b"value"
        with pytest.raises(KeyFormatError):
            open_sealed(moved, key, PLACE)
        with pytest.raises(DecryptionError):
            rewrap(sealed, key, new, b"elsewhere")
    with pytest.raises(CiphertextFormatError):
        rewrap(wrap(key, Key.generate(key.suite, "inner")), key, new, PLACE)


def test_rewrapping_an_envelope_leaves_its_value_untouched(key):
    sealed = seal_enveloped(key, b"value", PLACE)
    moved = rewrap(sealed, key, Key.generate(key.suite, key.id, 4), PLACE)
    assert moved.ciphertext == sealed.ciphertext
    assert moved.wrapped != sealed.wrapped


def test_an_institution_may_move_from_one_suite_to_the_other():
    aes, sm = Key.generate(AES, "institution/7"), Key.generate(SM, "institution/7", 2)
    for sealer in SEALERS:
        moved = rewrap(sealer(aes, b"value", PLACE), aes, sm, PLACE)
        assert moved.suite is SM
        assert open_sealed(moved, sm, PLACE) == b"value"


def test_a_wrapped_key_opens_what_it_sealed(key):
    person = Key.generate(key.suite, "person/1")
    phone = str(seal(person, b"13800138000", PLACE))
    stored = str(wrap(key, person))
    again = unwrap(Sealed.parse(stored), key, key_id="person/1")
    assert open_sealed(Sealed.parse(phone), again, PLACE) == b"13800138000"
    for claim in ({"key_id": "person/2"}, {"key_id": "person/1", "version": 2}):
        with pytest.raises(DecryptionError):
            unwrap(Sealed.parse(stored), key, **claim)
    with pytest.raises(KeyFormatError, match="not wrapped under"):
        wrap(key, Key.generate(SM if key.suite is AES else AES, "person/1"))


def test_what_was_under_a_destroyed_key_stays_unreadable(key):
    person = Key.generate(key.suite, "person/1")
    phone = seal(person, b"13800138000", PLACE)
    person.wipe()
    with pytest.raises(KeyFormatError, match="wiped"):
        open_sealed(phone, person, PLACE)
    with pytest.raises(KeyFormatError):
        open_sealed(phone, key, PLACE)
    with pytest.raises(DecryptionError):
        open_sealed(phone, Key(key.suite, "person/1", 1, key.secret), PLACE)


def test_a_key_shows_itself_to_nobody(key):
    assert repr(key) == f"<Key institution/7 v3 {key.suite}>"
    assert key.secret.hex() not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize(
    ("key_id", "version"),
    [("", 1), ("a b", 1), ("a:b", 1), ("/a", 1), ("a" * 65, 1), ("患者", 1), ("a", 0), ("a", 1 << 32)],
)
def test_unusable_names_and_versions_are_refused(key_id, version):
    with pytest.raises(KeyFormatError):
        Key.generate(AES, key_id, version)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xd1",
        "xd2:value:sm4gcm-sm3:a:1:AAAA",
        "xd1:other:sm4gcm-sm3:a:1:" + "A" * 64,
        "xd1:value:rot13:a:1:" + "A" * 64,
        "xd1:value:sm4gcm-sm3:a b:1:" + "A" * 64,
        "xd1:value:sm4gcm-sm3:a:0:" + "A" * 64,
        "xd1:value:sm4gcm-sm3:a:01:" + "A" * 64,
        "xd1:value:sm4gcm-sm3:a:9999999999:" + "A" * 64,
        "xd1:value:sm4gcm-sm3:a:1:" + "A" * 52,
        "xd1:value:sm4gcm-sm3:a:1:" + "A" * 54 + "B",
        "xd1:value:sm4gcm-sm3:a:1:" + "A" * 65,
        "xd1:value:sm4gcm-sm3:a:1:" + "!" * 64,
        "xd1:value:sm4gcm-sm3:a:1:" + "A" * 57,
        "xd1:value:sm4gcm-sm3:a:1:" + "A" * 54 + "==",
    ],
)
def test_what_is_no_sealed_value_is_refused(text):
    with pytest.raises(CiphertextFormatError):
        Sealed.parse(text)
    with pytest.raises(CiphertextFormatError):
        Sealed.from_bytes(text.encode())


def store_file(key, plaintext, place=PLACE):
    target = io.BytesIO()
    with sealed_file.create(key, target, place) as writer:
        writer.write(plaintext)
    return target.getvalue()


def read_file(key, data, place=PLACE):
    source = io.BytesIO(data)
    head = sealed_file.read_head(source)
    return sealed_file.open_file(head, key, source, place).read()


def test_a_file_says_which_key_opens_it(key):
    plaintext = os.urandom(50_000)
    data = store_file(key, plaintext)
    head = sealed_file.read_head(io.BytesIO(data))
    assert (head.key_id, head.version, head.suite) == ("institution/7", 3, key.suite)
    assert read_file(key, data) == plaintext
    with pytest.raises(DecryptionError):
        read_file(key, data, context("another place"))
    with pytest.raises(KeyFormatError):
        read_file(Key.generate(key.suite, "other"), data)


def test_a_file_is_rewrapped_by_its_head_alone(key):
    plaintext = os.urandom(50_000)
    data = store_file(key, plaintext)
    source = io.BytesIO(data)
    head = sealed_file.read_head(source)
    new = Key.generate(key.suite, key.id, 4)
    moved = sealed_file.rewrapped_head(head, key, new) + source.read()
    assert read_file(new, moved) == plaintext
    with pytest.raises(KeyFormatError):
        read_file(key, moved)


@pytest.mark.parametrize("end", [0, 5, 9, 10, 20, 60])
def test_what_is_no_encrypted_file_is_refused(key, end):
    data = store_file(key, b"text")
    with pytest.raises(CiphertextFormatError):
        sealed_file.read_head(io.BytesIO(data[:end]))
    with pytest.raises(CiphertextFormatError):
        sealed_file.read_head(io.BytesIO(b"PK" + data))
    value = bytes(seal(key, bytes(100), PLACE))
    with pytest.raises(CiphertextFormatError, match="no key"):
        sealed_file.read_head(io.BytesIO(data[:8] + len(value).to_bytes(2, "big") + value))


@pytest.mark.parametrize("passphrase", [None, "口令 with spaces"])
def test_a_root_key_comes_back_from_its_file(key, passphrase):
    data = seal_key(key, passphrase, QUICK)
    again = open_key(data, passphrase)
    assert (again.id, again.version, again.suite, again.secret) == (key.id, key.version, key.suite, key.secret)
    assert needs_passphrase(data) == bool(passphrase)
    assert (key.secret in data) is False


def test_a_sealed_key_file_needs_its_passphrase(key):
    data = seal_key(key, "right", QUICK)
    for wrong in ("wrong", None, "", "right "):
        with pytest.raises(KeyFormatError):
            open_key(data, wrong)


@pytest.mark.parametrize("passphrase", [None, "right"])
def test_a_damaged_key_file_is_refused_wherever_it_is_damaged(key, passphrase):
    data = seal_key(key, passphrase, QUICK)
    for at in range(len(data)):
        with pytest.raises(KeyFormatError):
            open_key(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], passphrase)
    for end in range(0, len(data) - 1, 7):
        with pytest.raises(KeyFormatError):
            open_key(data[:end], passphrase)
    for wrong in (b"", data + data, data + b"more: 1\n", data.replace(b"\n", b"\r\n"), data + b" " * 5000):
        with pytest.raises(KeyFormatError):
            open_key(wrong, passphrase)


def test_each_suite_guards_its_key_with_its_own_hash():
    assert b"guard: scrypt 10\n" in seal_key(Key.generate(AES, "root"), "x", QUICK)
    assert b"guard: pbkdf2-sm3 1000\n" in seal_key(Key.generate(SM, "root"), "x", QUICK)
    assert Cost() == Cost(scrypt_log_n=17, pbkdf2_rounds=600_000)
