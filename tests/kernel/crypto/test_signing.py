"""Signing keys of both algorithms, checked against the openssl program and an independent SM2."""

import pickle
import subprocess

import gmalg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from xingdun.kernel.crypto import libcrypto
from xingdun.kernel.crypto.errors import (
    AlgorithmUnavailableError,
    BadSignatureError,
    DecryptionError,
    KeyFormatError,
    PassphraseError,
)
from xingdun.kernel.crypto.signing import ALGORITHMS, Signer, Verifier
from xingdun.kernel.crypto.sm2 import DEFAULT_ID, Sm2PrivateKey, Sm2PublicKey

MESSAGE = "病历 record 42".encode()


@pytest.fixture(scope="module", params=ALGORITHMS)
def signer(request):
    return Signer.generate(request.param)


@pytest.fixture(scope="module")
def sm2_key():
    return Sm2PrivateKey.generate()


def openssl(*arguments, data=b""):
    done = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=False)
    return done.returncode == 0, done.stdout


def test_a_signature_stands_for_its_message_and_key_alone(signer):
    signature = signer.sign(MESSAGE)
    signer.verifier.verify(MESSAGE, signature)
    assert not signer.verifier.accepts(MESSAGE + b"\0", signature)
    assert not Signer.generate(signer.algorithm).verifier.accepts(MESSAGE, signature)
    with pytest.raises(BadSignatureError):
        signer.verifier.verify(b"", signature)


def test_no_altered_signature_stands(signer):
    signature = signer.sign(MESSAGE)
    for at in range(len(signature)):
        altered = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert not signer.verifier.accepts(MESSAGE, altered)
    for wrong in (b"", signature[:-1], signature + b"\0", bytes(len(signature))):
        assert not signer.verifier.accepts(MESSAGE, wrong)


@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_a_private_key_survives_its_pem(signer, passphrase):
    pem = signer.to_pem(passphrase)
    again = Signer.from_pem(pem, passphrase)
    assert again.verifier == signer.verifier
    assert (b"ENCRYPTED" in pem) == bool(passphrase)
    again.verifier.verify(MESSAGE, signer.sign(MESSAGE))


def test_an_encrypted_key_needs_its_own_passphrase(signer):
    pem = signer.to_pem(b"right")
    for wrong in (b"wrong", None, b""):
        with pytest.raises(PassphraseError):
            Signer.from_pem(pem, wrong)
    assert Signer.from_pem(signer.to_pem(), b"not needed").verifier == signer.verifier


def test_a_public_key_survives_each_of_its_forms(signer):
    public = signer.verifier
    assert Verifier.from_pem(public.to_pem()) == public
    assert Verifier.parse(str(public)) == public
    assert Verifier(public.algorithm, public.raw) == public
    assert pickle.loads(pickle.dumps(public)) == public
    assert len(public.key_id) == 32
    assert public.key_id == signer.key_id != Signer.generate(signer.algorithm).key_id


def test_a_private_key_shows_itself_to_nobody(signer):
    with pytest.raises(TypeError):
        pickle.dumps(signer)
    assert repr(signer) == f"<Signer {signer.algorithm} {signer.key_id}>"


@pytest.mark.parametrize("read", [Signer.from_pem, Verifier.from_pem, Sm2PrivateKey.from_pem, Sm2PublicKey.from_pem])
@pytest.mark.parametrize("pem", [b"", b"nonsense", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_key_is_refused(read, pem):
    with pytest.raises(KeyFormatError):
        read(pem)


def test_keys_of_other_algorithms_are_refused():
    other = ec.generate_private_key(ec.SECP256R1())
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for read, pem in (
        (Signer.from_pem, private),
        (Sm2PrivateKey.from_pem, private),
        (Verifier.from_pem, public),
        (Sm2PublicKey.from_pem, public),
    ):
        with pytest.raises(KeyFormatError):
            read(pem)


@pytest.mark.parametrize(
    "text", ["", "sm2", "sm2:!!", "rsa:AAAA", "ed25519:AAAA", "sm2:AAAA", "ed25519:" + "A" * 43 + "=A"]
)
def test_malformed_public_keys_are_refused(text):
    with pytest.raises(KeyFormatError):
        Verifier.parse(text)
    with pytest.raises(KeyFormatError):
        Signer.generate("rsa")


def test_a_point_off_the_curve_is_no_key(sm2_key):
    point = sm2_key.public.point()
    for wrong in (point[:-1] + bytes([point[-1] ^ 1]), b"\x04" + bytes(64), b"\x02" + point[1:33], bytes(65)):
        with pytest.raises(KeyFormatError):
            Sm2PublicKey.from_point(wrong)


def test_the_identity_is_part_of_an_sm2_signature(sm2_key):
    signature = sm2_key.sign(MESSAGE, b"hospital")
    sm2_key.public.verify(MESSAGE, signature, b"hospital")
    with pytest.raises(BadSignatureError):
        sm2_key.public.verify(MESSAGE, signature)


def gmalg_of(key):
    """The same key in an implementation that shares no code with ours."""
    der = subprocess.run(
        ["openssl", "pkey", "-text", "-noout"], input=key.to_pem(), capture_output=True, check=True
    ).stdout.decode()
    secret = bytes.fromhex("".join(der.split("priv:")[1].split("pub:")[0].split()).replace(":", ""))
    return gmalg.SM2(secret[-32:].rjust(32, b"\0"), DEFAULT_ID, key.public.point())


def test_sm2_signatures_agree_with_an_independent_implementation(sm2_key):
    other = gmalg_of(sm2_key)
    r, s = decode_dss_signature(sm2_key.sign(MESSAGE))
    assert other.verify(MESSAGE, r.to_bytes(32, "big"), s.to_bytes(32, "big"))
    r, s = (int.from_bytes(each, "big") for each in other.sign(MESSAGE))
    sm2_key.public.verify(MESSAGE, encode_dss_signature(r, s))


SM2_OPTIONS = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]


def test_sm2_signatures_go_both_ways_with_openssl(sm2_key, tmp_path):
    key, public, message, signature = (tmp_path / name for name in ("key", "public", "message", "signature"))
    key.write_bytes(sm2_key.to_pem())
    public.write_bytes(sm2_key.public.to_pem())
    message.write_bytes(MESSAGE)
    signature.write_bytes(sm2_key.sign(MESSAGE))
    verify = ["pkeyutl", "-verify", "-pubin", "-inkey", public, "-in", message, "-sigfile", signature, *SM2_OPTIONS]
    assert openssl(*verify)[0]
    message.write_bytes(MESSAGE + b".")
    assert not openssl(*verify)[0]
    signed, made = openssl("pkeyutl", "-sign", "-inkey", key, "-in", message, *SM2_OPTIONS)
    assert signed
    sm2_key.public.verify(MESSAGE + b".", made)


def test_keys_go_both_ways_with_openssl(signer, tmp_path):
    key = tmp_path / "key"
    key.write_bytes(signer.to_pem(b"secret"))
    read, plain = openssl("pkey", "-in", key, "-passin", "pass:secret")
    assert read
    assert Signer.from_pem(plain).verifier == signer.verifier
    assert Verifier.from_pem(openssl("pkey", "-pubout", data=plain)[1]) == signer.verifier
    made = openssl("genpkey", "-algorithm", signer.algorithm, "-aes-256-cbc", "-pass", "pass:theirs")[1]
    assert Signer.from_pem(made, b"theirs").algorithm == signer.algorithm


def test_ed25519_signatures_go_both_ways_with_openssl(tmp_path):
    ours = Signer.generate("ed25519")
    key, message, signature = (tmp_path / name for name in ("key", "message", "signature"))
    key.write_bytes(ours.to_pem())
    message.write_bytes(MESSAGE)
    signature.write_bytes(ours.sign(MESSAGE))
    assert openssl("pkeyutl", "-verify", "-inkey", key, "-rawin", "-in", message, "-sigfile", signature)[0]
    made = openssl("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", message)[1]
    assert made == signature.read_bytes()


def test_sm2_encryption_goes_both_ways_with_openssl(sm2_key, tmp_path):
    key = tmp_path / "key"
    key.write_bytes(sm2_key.to_pem())
    sealed = openssl("pkeyutl", "-encrypt", "-inkey", key, data=b"a data key")[1]
    assert sm2_key.decrypt(sealed) == b"a data key"
    ours = sm2_key.public.encrypt(b"a data key")
    assert openssl("pkeyutl", "-decrypt", "-inkey", key, data=ours)[1] == b"a data key"


def test_an_altered_sm2_ciphertext_does_not_open(sm2_key):
    sealed = sm2_key.public.encrypt(b"a data key")
    for at in range(0, len(sealed), 3):
        with pytest.raises(DecryptionError):
            sm2_key.decrypt(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    for wrong in (b"", sealed[:-1], Sm2PrivateKey.generate().public.encrypt(b"a data key")):
        with pytest.raises(DecryptionError):
            sm2_key.decrypt(wrong)


@pytest.mark.parametrize("passphrase", [b"with\0zero", b"x" * 1001])
def test_a_passphrase_openssl_would_cut_is_refused(sm2_key, passphrase):
    with pytest.raises(PassphraseError):
        sm2_key.to_pem(passphrase)
    with pytest.raises(PassphraseError):
        Sm2PrivateKey.from_pem(sm2_key.to_pem(), passphrase)


@pytest.mark.parametrize("library", ["libnothere.so.3", "libz.so.1"])
def test_without_sm2_in_the_system_everything_refuses(monkeypatch, library):
    monkeypatch.setattr(libcrypto, "LIBRARY", library)
    libcrypto.library.cache_clear()
    try:
        with pytest.raises(AlgorithmUnavailableError, match="OpenSSL 3"):
            Signer.generate("sm2")
        with pytest.raises(AlgorithmUnavailableError):
            Verifier("sm2", b"\x04" + bytes(64))
        assert Signer.generate("ed25519").verifier
    finally:
        monkeypatch.undo()
        libcrypto.library.cache_clear()
