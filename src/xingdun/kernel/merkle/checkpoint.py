"""Checkpoints: the signed state of a log (C2SP tlog-checkpoint).

The root is the SHA-256 tree's, which outside verifiers read. An extension line carries the root of the SM3 tree over
the same entries, signed with it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xingdun.kernel.crypto import base64_canonical
from xingdun.kernel.merkle.errors import NoteFormatError, NoteSignatureError
from xingdun.kernel.merkle.hashing import HASH_SIZE
from xingdun.kernel.merkle.note import Note, NoteKey, NoteSigner, Signed, sign_note, verify_note

SM3_LINE: Final = "sm3-root "
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_FIXED_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's state: which log, how many entries, the roots over them.

    origin: the log's name. root, sm3_root: 32 bytes. extensions: further lines, opaque here.
    """

    origin: str
    size: int
    root: bytes
    sm3_root: bytes | None = None
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise NoteFormatError("a log's origin is one line that is not empty")
        if not _SIZE.fullmatch(str(self.size)):
            raise NoteFormatError(f"{self.size} is no tree size")
        if any(len(each) != HASH_SIZE for each in (self.root, self.sm3_root) if each is not None):
            raise NoteFormatError(f"a root is {HASH_SIZE} bytes")
        if any(not line or "\n" in line or line.startswith(SM3_LINE) for line in self.extensions):
            raise NoteFormatError("an extension is one line that is not empty, and the SM3 root is none of them")

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), base64_canonical.encode(self.root)]
        if self.sm3_root is not None:
            lines.append(SM3_LINE + base64_canonical.encode(self.sm3_root))
        return "\n".join([*lines, *self.extensions, ""])

    def root_of(self, name: str) -> bytes | None:
        """The root of the tree with hash `name` ("sha256", "sm3"), or None when the checkpoint has none."""
        return {"sha256": self.root, "sm3": self.sm3_root}.get(name)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From a note's text; raises NoteFormatError. Says nothing of signatures."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < _FIXED_LINES or not text.endswith("\n"):
            raise NoteFormatError("a checkpoint has an origin, a size and a root, each on its line")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise NoteFormatError(f"{size[:40]!r} is no tree size")
        sm3_root = None
        if extensions and extensions[0].startswith(SM3_LINE):
            sm3_root = _root(extensions.pop(0)[len(SM3_LINE) :])
        return cls(origin, int(size), _root(root), sm3_root, tuple(extensions))

    def sign(self, signers: Sequence[NoteSigner]) -> Note:
        """The checkpoint signed by the log's own keys."""
        return sign_note(self.text, signers)


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Whom a reader believes about one log.

    origin: the log. log_keys: its own keys; `signatures` of them must have signed. witnesses: outside keys; `quorum`
    of them must have cosigned.
    """

    origin: str
    log_keys: tuple[NoteKey, ...]
    signatures: int = 1
    witnesses: tuple[NoteKey, ...] = ()
    quorum: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.signatures <= len(self.log_keys):
            raise NoteFormatError("a log's checkpoint needs at least one of its own keys, and no more than it has")
        if not 0 <= self.quorum <= len(self.witnesses):
            raise NoteFormatError("a quorum is no larger than the witnesses are many")
        if any(key.type.timestamped for key in self.log_keys) or not all(
            key.type.timestamped for key in self.witnesses
        ):
            raise NoteFormatError("a log's keys sign plainly, witnesses cosign with their time")
        for keys in (self.log_keys, self.witnesses):
            if len({key.public for key in keys}) != len(keys):
                raise NoteFormatError("one public key cannot count twice")


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint whose signatures satisfied a policy, and whose they were."""

    checkpoint: Checkpoint
    note: Note
    signed: tuple[Signed, ...]
    cosigned: tuple[Signed, ...]


def open_checkpoint(data: bytes | str | Note, policy: TrustPolicy) -> OpenedCheckpoint:
    """The checkpoint in a signed note, once `policy` is satisfied.

    Raises NoteFormatError, or NoteSignatureError when it is another log's, too few signed, or a known key's
    signature is false.
    """
    note = data if isinstance(data, Note) else Note.parse(data)
    by = verify_note(note, [*policy.log_keys, *policy.witnesses])
    signed = tuple(each for each in by if each.time is None)
    cosigned = tuple(each for each in by if each.time is not None)
    if len(signed) < policy.signatures:
        raise NoteSignatureError(f"{len(signed)} of the log's keys signed; {policy.signatures} must")
    if len(cosigned) < policy.quorum:
        raise NoteSignatureError(f"{len(cosigned)} witnesses cosigned; {policy.quorum} must")
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != policy.origin:
        raise NoteSignatureError(f"the checkpoint is of {checkpoint.origin!r}, not of {policy.origin!r}")
    return OpenedCheckpoint(checkpoint, note, signed, cosigned)


def _root(text: str) -> bytes:
    try:
        root = base64_canonical.decode(text)
    except ValueError as error:
        raise NoteFormatError(f"{text[:50]!r} is no root") from error
    if len(root) != HASH_SIZE:
        raise NoteFormatError(f"{text[:50]!r} is no root of {HASH_SIZE} bytes in base64")
    return root
