"""The right edge of a growing tree: all that appending needs to know."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.hashing import HASH_SIZE, TreeHash, tree_hash

_SIZE = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves as the roots of its perfect subtrees, largest first.

    One peak for each bit set in `size`. A value: `extended` gives the next one.
    """

    hash: TreeHash
    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise MerkleError(f"{len(self.peaks)} peaks cannot hold a tree of {self.size} leaves")
        if any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise MerkleError(f"a peak is not {HASH_SIZE} bytes")

    def extended(self, leaf_hashes: Sequence[bytes]) -> "Frontier":
        """The frontier after appending `leaf_hashes` in order."""
        size, peaks = self.size, list(self.peaks)
        remaining: list[bytes] = []  # peaks of the new tree, smallest first
        nodes, position = list(leaf_hashes), size
        while nodes or position:
            if position & 1:
                nodes.insert(0, peaks.pop())
            if len(nodes) & 1:
                remaining.append(nodes.pop())
            nodes = self.hash.parents(nodes)
            position >>= 1
        return Frontier(self.hash, size + len(leaf_hashes), tuple(reversed(remaining)))

    def root(self) -> bytes:
        """The tree's root (RFC 9162, section 2.1.1), 32 bytes."""
        return fold(self.hash, self.peaks)

    def to_bytes(self) -> bytes:
        """Self-describing state, for `from_bytes`."""
        name = self.hash.name.encode()
        return bytes([len(name)]) + name + _SIZE.pack(self.size) + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """The frontier `to_bytes` wrote; raises MerkleError on anything else."""
        start = 1 + (data[0] if data else 0)
        if len(data) < start + _SIZE.size:
            raise MerkleError("the stored frontier is cut short")
        (size,) = _SIZE.unpack_from(data, start)
        peaks = data[start + _SIZE.size :]
        if len(peaks) % HASH_SIZE:
            raise MerkleError("the stored frontier ends inside a hash")
        name = data[1:start].decode("ascii", "replace")
        cut = range(0, len(peaks), HASH_SIZE)
        return cls(tree_hash(name), size, tuple(peaks[at : at + HASH_SIZE] for at in cut))


def fold(hashing: TreeHash, peaks: Sequence[bytes]) -> bytes:
    """Root of a tree from its perfect subtrees, largest first."""
    if not peaks:
        return hashing.empty
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = hashing.node(peak, root)
    return root
