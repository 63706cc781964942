"""A root key as a small text file, with a passphrase or (for disks that are guarded otherwise) without one.

Functions from bytes to bytes; who stores them sets the file's mode. AES keys are guarded by scrypt (RFC 7914), SM4 keys
by PBKDF2 with HMAC-SM3.
"""

import hmac
import os
import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from xingdun.kernel.crypto import base64_canonical
from xingdun.kernel.crypto.envelope import Key
from xingdun.kernel.crypto.errors import DecryptionError, KeyFormatError, PassphraseError
from xingdun.kernel.crypto.suites import NONCE_SIZE, SM, Suite, suite

FIRST_LINE: Final = "xingdun key file 1"
SALT_SIZE: Final = 16
SCRYPT_LOG_N: Final = 17  # 128 MiB, OWASP's figure
PBKDF2_ROUNDS: Final = 600_000
_SCRYPT_R: Final = 8
_CHECK_SIZE: Final = 8
_MAX_BYTES: Final = 4096
_COST = re.compile(r"(none)|(scrypt) (1[0-9]|20)|(pbkdf2-sm3) ([1-9][0-9]{3,6})", re.ASCII)
_ZERO_NONCE: Final = bytes(NONCE_SIZE)  # the key that seals is derived from a fresh salt and used once


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear each guess at a passphrase is. scrypt_log_n: 10 to 20. pbkdf2_rounds: 1,000 to 9,999,999."""

    scrypt_log_n: int = SCRYPT_LOG_N
    pbkdf2_rounds: int = PBKDF2_ROUNDS


def seal_key(key: Key, passphrase: str | None = None, cost: Cost | None = None) -> bytes:
    """The key as a file's text; sealed when a passphrase is given."""
    cost = cost or Cost()
    if not passphrase:
        head = _head(key, "none", b"")
        check = key.suite.hmac(key.secret, head)[:_CHECK_SIZE]
        return head + _line("key", key.secret) + _line("check", check)
    guard = f"pbkdf2-sm3 {cost.pbkdf2_rounds}" if key.suite is SM else f"scrypt {cost.scrypt_log_n}"
    salt = os.urandom(SALT_SIZE)
    head = _head(key, guard, salt)
    guarding = _stretch(guard, passphrase, salt, key.suite)
    return head + _line("key", key.suite.seal(guarding, _ZERO_NONCE, key.secret, head))


def open_key(data: bytes, passphrase: str | None = None) -> Key:
    """The key in a file's text; raises PassphraseError (wrong, missing, or file altered) or KeyFormatError."""
    head, fields = _parse(data)
    guard = fields["guard"]
    of = suite(fields["suite"])
    sealed = _decode(fields["key"])
    if guard == "none":
        if not hmac.compare_digest(of.hmac(sealed, head)[:_CHECK_SIZE], _decode(fields.get("check", ""))):
            raise KeyFormatError("the key file is damaged: its check does not fit")
        secret = sealed
    else:
        if not passphrase:
            raise PassphraseError("the key file needs its passphrase")
        guarding = _stretch(guard, passphrase, _decode(fields["salt"]), of)
        try:
            secret = of.open(guarding, _ZERO_NONCE, sealed, head)
        except DecryptionError:
            raise PassphraseError("wrong passphrase, or the key file was altered") from None
    return Key(of, fields["id"], int(fields["version"]), secret)


def needs_passphrase(data: bytes) -> bool:
    """Whether the key file is sealed; raises KeyFormatError."""
    return _parse(data)[1]["guard"] != "none"


def _stretch(guard: str, passphrase: str, salt: bytes, of: Suite) -> bytes:
    name, _, figure = guard.partition(" ")
    secret = passphrase.encode()
    if name == "scrypt":
        return Scrypt(salt=salt, length=of.key_size, n=1 << int(figure), r=_SCRYPT_R, p=1).derive(secret)
    return PBKDF2HMAC(hashes.SM3(), length=of.key_size, salt=salt, iterations=int(figure)).derive(secret)


def _head(key: Key, guard: str, salt: bytes) -> bytes:
    """Everything before the key itself; authenticated with it."""
    lines = [FIRST_LINE, f"id: {key.id}", f"version: {key.version}", f"suite: {key.suite}", f"guard: {guard}"]
    text = "\n".join(lines) + "\n"
    return text.encode() + (_line("salt", salt) if salt else b"")


def _line(name: str, data: bytes) -> bytes:
    return f"{name}: {base64_canonical.encode(data)}\n".encode()


def _parse(data: bytes) -> tuple[bytes, dict[str, str]]:
    """The part before the key's line, and all fields; raises KeyFormatError."""
    if len(data) > _MAX_BYTES or not data.startswith(FIRST_LINE.encode() + b"\n"):
        raise KeyFormatError("this is no key file")
    try:
        lines = data.decode("ascii").removesuffix("\n").split("\n")[1:]
        pairs = [line.split(": ", 1) for line in lines]
        fields: dict[str, str] = dict(pairs)
        suite(fields["suite"])
        known = _COST.fullmatch(fields["guard"]) and fields["version"].isdecimal()
        expected = [
            "id",
            "version",
            "suite",
            "guard",
            *(["key", "check"] if fields["guard"] == "none" else ["salt", "key"]),
        ]
    except (ValueError, KeyError) as error:
        raise KeyFormatError("the key file is damaged") from error
    if not known or [pair[0] for pair in pairs] != expected:
        raise KeyFormatError("the key file is damaged, or its guard is not one used here")
    return data[: data.index(b"\nkey: ") + 1], fields


def _decode(text: str) -> bytes:
    try:
        return base64_canonical.decode(text)
    except ValueError as error:
        raise KeyFormatError("the key file is damaged") from error
