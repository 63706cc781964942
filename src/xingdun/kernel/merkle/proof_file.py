"""A proof as one text file: entry's place, path, and the signed checkpoint (C2SP tlog-proof).

Who holds the entry, this file and the log's key line can check it anywhere, at any later time. The same form with its
own first line carries a path in the SM3 tree.
"""

import re
from dataclasses import dataclass
from typing import Final

from xingdun.kernel.crypto import base64_canonical
from xingdun.kernel.merkle.checkpoint import OpenedCheckpoint, TrustPolicy, open_checkpoint
from xingdun.kernel.merkle.errors import NoteFormatError, ProofError
from xingdun.kernel.merkle.hashing import HASH_SIZE, tree_hash
from xingdun.kernel.merkle.note import Note
from xingdun.kernel.merkle.verify import verify_inclusion

FIRST_LINES: Final = {"sha256": "c2sp.org/tlog-proof@v1", "sm3": "xingdun/tlog-proof-sm3@v1"}
MAX_PATH: Final = 63
_INDEX = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LogProof:
    """That an entry stands at `index` in a log.

    path: sibling hashes from the leaf up. note: the log's checkpoint as signed. tree: which tree's path it is.
    extra: opaque, not authenticated.
    """

    index: int
    path: tuple[bytes, ...]
    note: Note
    tree: str = "sha256"
    extra: bytes | None = None

    def __str__(self) -> str:
        """The file's text."""
        lines = [FIRST_LINES[self.tree]]
        if self.extra is not None:
            lines.append(f"extra {base64_canonical.encode(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [base64_canonical.encode(each) for each in self.path]
        return "\n".join(lines) + f"\n\n{self.note}"

    @classmethod
    def parse(cls, data: bytes | str, held: Note | None = None) -> "LogProof":
        """From the file's text; raises NoteFormatError. Proves nothing yet.

        held: a checkpoint that was read before; of many proofs under one, each is then spared reading it again.
        """
        try:
            text = data if isinstance(data, str) else data.decode()
        except UnicodeDecodeError as error:
            raise NoteFormatError("a proof file is UTF-8") from error
        head, blank, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        tree = next((name for name, line in FIRST_LINES.items() if line == first), None)
        if tree is None or not blank:
            raise NoteFormatError(f"a proof file begins with {FIRST_LINES['sha256']} and ends with a checkpoint")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = _decode(lines.pop(0)[len("extra ") :])
        index = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
        if not _INDEX.fullmatch(index) or len(lines) > MAX_PATH:
            raise NoteFormatError("a proof file names the entry's index and then at most 63 hashes")
        path = tuple(_decode(line) for line in lines)
        if any(len(each) != HASH_SIZE for each in path):
            raise NoteFormatError(f"a hash in a proof file is {HASH_SIZE} bytes")
        signed = held if held is not None and note == str(held) else Note.parse(note)
        return cls(int(index), path, signed, tree, extra)

    def verify(self, entry: bytes, policy: TrustPolicy) -> OpenedCheckpoint:
        """That `entry` stands in the log `policy` speaks of; gives the checkpoint that shows it.

        Raises NoteSignatureError, NoteFormatError or ProofError.
        """
        return self.verify_leaf(tree_hash(self.tree).leaf(entry), policy)

    def verify_leaf(self, leaf_hash: bytes, policy: TrustPolicy) -> OpenedCheckpoint:
        """The same for an entry known by its leaf hash."""
        opened = open_checkpoint(self.note, policy)
        root = opened.checkpoint.root_of(self.tree)
        if root is None:
            raise ProofError(f"the checkpoint has no root of the {self.tree} tree")
        verify_inclusion(
            tree_hash(self.tree),
            leaf_hash=leaf_hash,
            index=self.index,
            size=opened.checkpoint.size,
            path=self.path,
            root=root,
        )
        return opened


def _decode(text: str) -> bytes:
    try:
        return base64_canonical.decode(text)
    except ValueError as error:
        raise NoteFormatError(f"{text[:50]!r} is not base64 in its one proper spelling") from error
