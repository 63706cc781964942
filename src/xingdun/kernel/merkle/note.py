"""Signed notes (C2SP signed-note): a text, an empty line, and one line for each signature.

Beside Ed25519 (type 01) and timestamped Ed25519 cosignatures (type 04, C2SP tlog-cosignature) there are the same two
with SM2: the specification leaves type ff, followed by a longer name, to such algorithms. Verifiers that do not know
them pass over their lines.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from xingdun.kernel.crypto import base64_canonical
from xingdun.kernel.crypto.errors import BadSignatureError, KeyFormatError
from xingdun.kernel.crypto.signing import Algorithm, Signer, Verifier
from xingdun.kernel.merkle.errors import NoteFormatError, NoteSignatureError

MAX_NOTE_BYTES: Final = 1 << 20
MAX_SIGNATURES: Final = 100
ID_SIZE: Final = 4
_TIME_SIZE = 8
_MAX_TIME = (1 << 63) - 1
_DASH = "— "
_FIRST_PRINTABLE = " "


class SignatureType(Enum):
    """How a key signs notes: its mark in key ids and key lines."""

    ED25519 = b"\x01"
    ED25519_COSIGNATURE = b"\x04"
    SM2 = b"\xffsm2-with-sm3/v1"
    SM2_COSIGNATURE = b"\xffsm2-with-sm3-cosignature/v1"

    @property
    def algorithm(self) -> Algorithm:
        """Which keys sign this way."""
        return "ed25519" if self in {SignatureType.ED25519, SignatureType.ED25519_COSIGNATURE} else "sm2"

    @property
    def timestamped(self) -> bool:
        """Whether the signature is a witness's, with its time."""
        return self in {SignatureType.ED25519_COSIGNATURE, SignatureType.SM2_COSIGNATURE}

    @classmethod
    def of(cls, algorithm: Algorithm, *, cosignature: bool = False) -> "SignatureType":
        """The type a key of `algorithm` signs with, as the log itself or as a witness."""
        return next(each for each in cls if each.algorithm == algorithm and each.timestamped == cosignature)


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that may have signed notes: name, how it signs, public key."""

    name: str
    type: SignatureType
    public: Verifier

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.public.algorithm != self.type.algorithm:
            raise NoteFormatError(f"a {self.public.algorithm} key cannot make {self.type.name} signatures")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; no proof of anything."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.type.value + self.public.raw).digest()[:ID_SIZE]

    def __str__(self) -> str:
        """The key as one line (a C2SP vkey), as `parse` reads it."""
        return f"{self.name}+{self.key_id.hex()}+{base64_canonical.encode(self.type.value + self.public.raw)}"

    @classmethod
    def parse(cls, line: str) -> "NoteKey":
        """The key of a vkey line; raises NoteFormatError."""
        name, _, rest = line.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        data = _decode(encoded)
        kind = next((each for each in SignatureType if data.startswith(each.value)), None)
        if kind is None:
            raise NoteFormatError(f"the key line of {name!r} is of a signature type not known here")
        try:
            key = cls(name, kind, Verifier(kind.algorithm, data[len(kind.value) :]))
        except KeyFormatError as error:
            raise NoteFormatError(f"the key line of {name!r} holds no key: {error}") from error
        if key.key_id.hex() != key_id:
            raise NoteFormatError(f"the key line of {name!r} contradicts itself: its id is {key.key_id.hex()}")
        return key

    def verify(self, text: str, signature: bytes) -> int | None:
        """Check `signature` over `text`; gives a cosignature's time (POSIX seconds).

        Raises NoteSignatureError.
        """
        time = None
        message = text.encode()
        if self.type.timestamped:
            time = int.from_bytes(signature[:_TIME_SIZE], "big")
            if len(signature) <= _TIME_SIZE or time > _MAX_TIME:
                raise NoteSignatureError(f"the cosignature of {self.name} is malformed")
            signature = signature[_TIME_SIZE:]
            message = _cosigned(text, time)
        try:
            self.public.verify(message, signature)
        except BadSignatureError as error:
            raise NoteSignatureError(f"the signature of {self.name} is false") from error
        return time


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A private key that signs notes under `name`, as the log itself or (cosignature) as a witness."""

    name: str
    signer: Signer
    cosignature: bool = False

    @property
    def key(self) -> NoteKey:
        """The public side."""
        kind = SignatureType.of(self.signer.algorithm, cosignature=self.cosignature)
        return NoteKey(self.name, kind, self.signer.verifier)

    def sign(self, text: str, *, time: int | None = None) -> "NoteSignature":
        """Sign a note's text. time: POSIX seconds, for witnesses and only for them."""
        if self.cosignature != (time is not None):
            raise NoteFormatError("a witness signs with its time, a log without one")
        key = self.key
        if time is None:
            return NoteSignature(self.name, key.key_id, self.signer.sign(text.encode()))
        if not 0 <= time <= _MAX_TIME:
            raise NoteFormatError(f"{time} is no POSIX time")
        signature = self.signer.sign(_cosigned(text, time))
        return NoteSignature(self.name, key.key_id, time.to_bytes(_TIME_SIZE, "big") + signature)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who claims to have signed, and with what."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """The line, without its newline."""
        return f"{_DASH}{self.name} {base64_canonical.encode(self.key_id + self.signature)}"

    @classmethod
    def parse(cls, line: str) -> "NoteSignature":
        """From a line; raises NoteFormatError."""
        if not line.startswith(_DASH):
            raise NoteFormatError(f"a signature line begins with an em dash, not {line[:20]!r}")
        name, _, encoded = line[len(_DASH) :].partition(" ")
        _check_name(name)
        data = _decode(encoded)
        if len(data) <= ID_SIZE:
            raise NoteFormatError(f"the signature line of {name!r} holds no signature")
        return cls(name, data[:ID_SIZE], data[ID_SIZE:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signatures nobody has checked yet. `text` ends in a newline."""

    text: str
    signatures: tuple[NoteSignature, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or self.text == "\n":
            raise NoteFormatError("a note's text is not empty and ends in a newline")
        _check_characters(self.text)

    def signed(self, *signatures: NoteSignature) -> "Note":
        """The note with more signatures; a line that is already there is not repeated."""
        added = tuple(each for each in signatures if each not in self.signatures)
        return Note(self.text, self.signatures + added)

    def __str__(self) -> str:
        """The note as it is stored and sent."""
        lines = "".join(f"{each}\n" for each in self.signatures)
        return f"{self.text}\n{lines}"

    def __bytes__(self) -> bytes:
        """The same in UTF-8."""
        return str(self).encode()

    @classmethod
    def parse(cls, data: bytes | str) -> "Note":
        """From its stored form; raises NoteFormatError. Proves nothing about the signatures."""
        raw = data.encode(errors="surrogatepass") if isinstance(data, str) else bytes(data)
        if len(raw) > MAX_NOTE_BYTES:
            raise NoteFormatError(f"a note of {len(raw)} bytes is longer than {MAX_NOTE_BYTES}")
        try:
            note = raw.decode()
        except UnicodeDecodeError as error:
            raise NoteFormatError("a note is UTF-8") from error
        _check_characters(note)
        text, blank, lines = note.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise NoteFormatError("a note is a text, an empty line, and signature lines that end in a newline")
        split = lines[:-1].split("\n")
        if len(split) > MAX_SIGNATURES:
            raise NoteFormatError(f"a note of {len(split)} signatures is past the {MAX_SIGNATURES} read here")
        return cls(text + "\n", tuple(NoteSignature.parse(line) for line in split))


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was checked: whose, and for witnesses when (POSIX seconds)."""

    key: NoteKey
    time: int | None = None


def verify_note(note: Note, keys: Iterable[NoteKey]) -> tuple[Signed, ...]:
    """Who of `keys` signed `note`, each once; lines of other keys are passed over.

    Raises NoteSignatureError when a known key's signature is false or no known key signed.
    """
    known = _by_line(keys)
    found: dict[NoteKey, Signed] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            time = key.verify(note.text, line.signature)
            found.setdefault(key, Signed(key, time))
    if not found:
        raise NoteSignatureError("none of the known keys signed this note")
    return tuple(found.values())


def sign_note(text: str, signers: Sequence[NoteSigner]) -> Note:
    """A note over `text` by logs' own keys; witnesses add theirs with `NoteSigner.sign(…, time=…)`."""
    return Note(text).signed(*(signer.sign(text) for signer in signers))


def _by_line(keys: Iterable[NoteKey]) -> dict[tuple[str, bytes], NoteKey]:
    known: dict[tuple[str, bytes], NoteKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise NoteFormatError(f"two different keys share the name {key.name} and the id {key.key_id.hex()}")
    return known


def _cosigned(text: str, time: int) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _check_name(name: str) -> None:
    if not name or "+" in name or any(each.isspace() or each < _FIRST_PRINTABLE for each in name):
        raise NoteFormatError(f"{name!r} is no key name: not empty, no spaces, no plus")


def _check_characters(text: str) -> None:
    if any(each < _FIRST_PRINTABLE and each != "\n" for each in text):
        raise NoteFormatError("a note holds no control characters")


def _decode(text: str) -> bytes:
    try:
        return base64_canonical.decode(text)
    except ValueError as error:
        raise NoteFormatError(f"{text[:40]!r} is not base64 in its one proper spelling") from error
