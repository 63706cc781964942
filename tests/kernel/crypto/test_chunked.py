"""Encrypted streams: every length opens, and no stream that was touched does."""

import hmac
import io
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.crypto.chunked import (
    CHUNK,
    HEADER_SIZE,
    SEALED_CHUNK,
    DecryptingReader,
    EncryptingWriter,
    decrypt_stream,
    encrypt_stream,
    sealed_size,
)
from xingdun.kernel.crypto.errors import DecryptionError, KeyFormatError
from xingdun.kernel.crypto.suites import AES, SM, SUITES

KEYS = {AES: bytes(range(32)), SM: bytes(range(16))}
SIZES = [0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 3 * CHUNK + 5, 64 * CHUNK, 65 * CHUNK - 1]


def seal(suite, plaintext, context=b"place"):
    target = io.BytesIO()
    assert encrypt_stream(suite, KEYS[suite], io.BytesIO(plaintext), target, context) == len(plaintext)
    return target.getvalue()


def unseal(suite, sealed, context=b"place", key=None):
    target = io.BytesIO()
    length = decrypt_stream(suite, key or KEYS[suite], io.BytesIO(sealed), target, context)
    assert length == len(target.getvalue())
    return target.getvalue()


@pytest.mark.parametrize("suite", SUITES, ids=str)
@pytest.mark.parametrize("size", SIZES)
def test_a_stream_of_any_length_opens(suite, size):
    plaintext = os.urandom(size)
    sealed = seal(suite, plaintext)
    assert len(sealed) == sealed_size(size)
    assert unseal(suite, sealed) == plaintext


def test_the_construction_is_the_specifications():
    # C2SP chunked-encryption written out plainly for AES-256-GCM and SHA-256
    plaintext = os.urandom(2 * CHUNK + 10)
    sealed = seal(AES, plaintext)
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + sealed[:24] + b"place"
    derived, block = b"", b""
    for number in (1, 2, 3):
        block = hmac.digest(KEYS[AES], block + info + bytes([number]), "sha256")
        derived += block
    key, base, commitment = derived[:32], derived[32:44], derived[44:76]
    assert sealed[24:56] == commitment
    body = b""
    for number in range(3):
        nonce = bytes(a ^ b for a, b in zip(base, number.to_bytes(12, "big"), strict=True))
        body += AESGCM(key).encrypt(nonce, plaintext[number * CHUNK : (number + 1) * CHUNK], None)
    assert sealed[56:] == body


@pytest.mark.parametrize("suite", SUITES, ids=str)
class TestNoTouchedStreamOpens:
    SIZE = 3 * CHUNK + 100

    @pytest.fixture
    def sealed(self, suite):
        return seal(suite, os.urandom(self.SIZE))

    def refused(self, suite, sealed, **options):
        with pytest.raises(DecryptionError):
            unseal(suite, sealed, **options)

    def chunks(self, sealed):
        return [sealed[at : at + SEALED_CHUNK] for at in range(HEADER_SIZE, len(sealed), SEALED_CHUNK)]

    def test_cut_off_anywhere(self, suite, sealed):
        boundaries = [HEADER_SIZE + number * SEALED_CHUNK for number in range(4)]
        ends = {0, 1, 23, 24, 55, len(sealed) - 1, len(sealed) - 16, *boundaries}
        ends |= {end + step for end in boundaries for step in (-17, -16, -1, 1, 15, 16, 17)}
        for end in sorted(ends):
            self.refused(suite, sealed[:end])

    def test_a_whole_number_of_chunks_cut_at_the_end(self, suite):
        full = seal(suite, bytes(2 * CHUNK))
        self.refused(suite, full[:-16])

    def test_with_a_chunk_dropped_swapped_repeated_or_brought_from_elsewhere(self, suite, sealed):
        head, chunks = sealed[:HEADER_SIZE], self.chunks(sealed)
        other = self.chunks(seal(suite, os.urandom(self.SIZE)))
        a, b, c, last = chunks
        for wrong in (
            [b, c, last],
            [a, c, last],
            [a, b, c],
            [b, a, c, last],
            [a, a, b, c, last],
            [a, b, c, c, last],
            [a, b, c, last, last],
            [a, b, c, last, b""],
            [a, other[1], c, last],
            [a, b, c, other[3]],
            [last],
            [a, b, last, c],
        ):
            if wrong[-1]:
                self.refused(suite, head + b"".join(wrong))

    def test_with_a_bit_flipped(self, suite, sealed):
        places = [0, 23, 24, 55, 56, HEADER_SIZE + SEALED_CHUNK - 1, HEADER_SIZE + SEALED_CHUNK, len(sealed) - 1]
        for at in [*places, *range(100, len(sealed), 5000)]:
            self.refused(suite, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])

    def test_with_bytes_added(self, suite, sealed):
        for more in (b"\0", bytes(16), bytes(SEALED_CHUNK)):
            self.refused(suite, sealed + more)
            self.refused(suite, more + sealed)

    def test_under_another_key_or_context(self, suite, sealed):
        self.refused(suite, sealed, context=b"elsewhere")
        self.refused(suite, sealed, context=b"")
        self.refused(suite, sealed, key=suite.new_key())
        with pytest.raises(KeyFormatError):
            unseal(suite, sealed, key=bytes(5))

    def test_and_what_was_given_out_before_was_genuine(self, suite):
        plaintext = os.urandom(100 * CHUNK)
        touched = bytearray(seal(suite, plaintext))
        touched[-1] ^= 1
        target = io.BytesIO()
        with pytest.raises(DecryptionError):
            decrypt_stream(suite, KEYS[suite], io.BytesIO(touched), target, b"place")
        assert plaintext.startswith(target.getvalue())

    def test_and_reading_on_after_the_refusal_never_looks_like_the_end(self, suite, sealed):
        for touched in (sealed[:-1], sealed[: HEADER_SIZE + SEALED_CHUNK]):
            reader = DecryptingReader(suite, KEYS[suite], io.BytesIO(touched), b"place")
            for _ in range(3):
                with pytest.raises(DecryptionError):
                    reader.read()


def test_two_streams_of_one_text_have_nothing_in_common():
    assert seal(AES, b"same")[:HEADER_SIZE] != seal(AES, b"same")[:HEADER_SIZE]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 3 * CHUNK), max_size=6), st.integers(1, 2 * CHUNK))
def test_it_does_not_matter_in_which_pieces_a_stream_is_written_and_read(pieces, step):
    plaintext = os.urandom(sum(pieces))
    target, at = io.BytesIO(), 0
    with EncryptingWriter(AES, KEYS[AES], target) as writer:
        for piece in pieces:
            assert writer.write(memoryview(plaintext)[at : at + piece]) == piece
            writer.flush()
            at += piece
    reader = DecryptingReader(AES, KEYS[AES], io.BytesIO(target.getvalue()))
    assert b"".join(iter(lambda: reader.read(step), b"")) == plaintext
    assert DecryptingReader(AES, KEYS[AES], io.BytesIO(target.getvalue())).read() == plaintext


def test_sources_and_targets_may_take_and_give_piecemeal():
    class Trickle(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 1000))

        def write(self, data):
            return super().write(bytes(data)[:1000])

    plaintext = os.urandom(5 * CHUNK)
    sealed, opened = Trickle(), Trickle()
    encrypt_stream(SM, KEYS[SM], Trickle(plaintext), sealed)
    decrypt_stream(SM, KEYS[SM], Trickle(sealed.getvalue()), opened)
    assert opened.getvalue() == plaintext


@pytest.mark.parametrize("suite", SUITES, ids=str)
def test_any_place_of_a_stream_is_read_without_the_rest(suite):
    plaintext = os.urandom(5 * CHUNK)
    source = io.BytesIO(b"before" + seal(suite, plaintext))
    source.seek(6)
    reader = DecryptingReader(suite, KEYS[suite], source, b"place")
    for position in (0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 7, 5 * CHUNK - 1, 5 * CHUNK, 2):
        reader.seek_to(position, base=6)
        assert reader.read(CHUNK + 3) == plaintext[position : position + CHUNK + 3]
    reader.seek_to(4 * CHUNK, base=6)
    room = bytearray(2 * CHUNK)
    assert reader.readinto(room) == CHUNK
    assert room[:CHUNK] == plaintext[4 * CHUNK :]
    assert reader.readable()
    with pytest.raises(DecryptionError):
        reader.seek_to(6 * CHUNK, base=6)
    with pytest.raises(ValueError, match="negative"):
        reader.seek_to(-1)


def test_a_stream_whose_writing_failed_does_not_open():
    target = io.BytesIO()

    def write_and_fail():
        with EncryptingWriter(AES, KEYS[AES], target) as writer:
            writer.write(bytes(2 * CHUNK))
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_and_fail()
    with pytest.raises(DecryptionError, match="cut off"):
        decrypt_stream(AES, KEYS[AES], io.BytesIO(target.getvalue()), io.BytesIO())


def test_a_closed_stream_takes_no_more():
    target = io.BytesIO()
    writer = EncryptingWriter(AES, KEYS[AES], target)
    assert writer.writable()
    writer.close()
    length = len(target.getvalue())
    writer.close()
    assert len(target.getvalue()) == length
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"more")
