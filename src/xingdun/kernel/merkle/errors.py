"""What can go wrong with a tree, its tiles, notes and proofs."""


class MerkleError(ValueError):
    """Any refusal of this package."""


class ProofError(MerkleError):
    """A proof does not show what it claims."""


class TileMissingError(MerkleError):
    """The store lacks a tile that a tree of this size has."""

    def __init__(self, path: str) -> None:
        super().__init__(f"tile {path} is missing")
        self.path = path


class TileCorruptError(MerkleError):
    """A tile or bundle of the wrong length or form."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


class EntryTooLongError(MerkleError):
    """An entry past 65,535 bytes, the most a bundle can carry (C2SP tlog-tiles)."""


class NoteFormatError(MerkleError):
    """Text that is no signed note, checkpoint, key line or proof file of the C2SP forms."""


class NoteSignatureError(MerkleError):
    """No known key signed the note, too few did, or the signature of a known key is false."""


class LogMismatchError(MerkleError):
    """The log is not the one its checkpoints or tiles were made from.

    kind: "entry" (differs from the stored leaf hash), "root" (entries and stored leaves agree but give another
    root than a checkpoint), "truncated" (fewer entries than a checkpoint counts), "checkpoint" (two checkpoints
    contradict each other). first, last: zero-based positions between which the first bad entry lies; equal when it
    is named exactly.
    """

    def __init__(self, kind: str, first: int, last: int, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.first = first
        self.last = last
