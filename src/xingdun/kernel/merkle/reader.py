"""Any node of a stored tree, from the few tiles that hold it."""

from collections import OrderedDict
from functools import lru_cache
from typing import Protocol

from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.hashing import TreeHash, tree_hash
from xingdun.kernel.merkle.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    TileName,
    TileStore,
    read_hashes,
    split_hashes,
    width_at,
)

CACHED_TILES = 128


class NodeReader(Protocol):
    """What proving needs: the tree's hash and size, and the root of any perfect subtree."""

    @property
    def hash(self) -> TreeHash: ...  # noqa: D102 - told above
    @property
    def size(self) -> int: ...  # noqa: D102 - told above
    def node(self, level: int, index: int, /) -> bytes: ...  # noqa: D102 - told above


class TileReader:
    """The tree of `size` leaves in `store`; tiles are read once and the last ones kept."""

    def __init__(self, hashing: TreeHash, size: int, store: TileStore) -> None:
        self.hash = hashing
        self.size = size
        self._store = store
        self._kept: OrderedDict[tuple[int, int], tuple[list[bytes], ...]] = OrderedDict()

    def node(self, level: int, index: int, /) -> bytes:
        """Root of the perfect subtree over leaves `index << level` to `(index + 1) << level`, exclusive.

        Raises MerkleError when the tree does not reach that far, TileMissingError, TileCorruptError.
        """
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise MerkleError(f"a tree of {self.size} leaves has no node {index} at level {level}")
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, at = divmod(index << height, TILE_WIDTH)
        return self._tile(tile_level, tile_index)[height][at >> height]

    def leaf(self, index: int) -> bytes:
        """The leaf hash of entry `index`."""
        return self.node(0, index)

    def leaves(self, first: int, end: int) -> list[bytes]:
        """The stored leaf hashes from `first` up to `end`, exclusive, as far as the tree reaches."""
        found: list[bytes] = []
        end = min(end, self.size)
        while first < end:
            index, at = divmod(first, TILE_WIDTH)
            name = TileName(0, index, width_at(0, index, self.size))
            part = split_hashes(read_hashes(self._store, name))[at : at + end - first]
            found += part
            first += len(part)
        return found

    def _tile(self, level: int, index: int) -> tuple[list[bytes], ...]:
        held = self._kept.get((level, index))
        if held is None:
            name = TileName(level, index, width_at(level, index, self.size))
            held = self._kept[level, index] = _subtrees(self.hash.name, read_hashes(self._store, name))
            if len(self._kept) > CACHED_TILES:
                self._kept.popitem(last=False)
        return held


@lru_cache(maxsize=CACHED_TILES)
def _subtrees(tree: str, tile: bytes) -> tuple[list[bytes], ...]:
    """The roots of a tile's perfect subtrees, by height: its hashes, then their parents.

    Kept by the tile's own bytes, so that what is kept can never be stale: the upper tiles are those of every proof.
    """
    hashing = tree_hash(tree)
    found = [split_hashes(tile)]
    while len(found[-1]) > 1:
        found.append(hashing.parents(found[-1]))
    return tuple(found)


class MemoryTree:
    """A whole tree in memory, as a NodeReader: for tests and small exported logs."""

    def __init__(self, hashing: TreeHash, leaf_hashes: list[bytes]) -> None:
        self.hash = hashing
        self.size = len(leaf_hashes)
        self._levels = [list(leaf_hashes)]
        while len(self._levels[-1]) > 1:
            self._levels.append(hashing.parents(self._levels[-1]))

    def node(self, level: int, index: int, /) -> bytes:
        """Root of a perfect subtree; raises MerkleError when the tree does not reach that far."""
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise MerkleError(f"a tree of {self.size} leaves has no node {index} at level {level}")
        return self._levels[level][index]
