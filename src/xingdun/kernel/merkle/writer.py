"""What to store when a tree grows: a batch of new leaves becomes the tiles that hold them."""

from collections.abc import Sequence

from xingdun.kernel.merkle.bundles import encode_entry, read_entries
from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.frontier import Frontier
from xingdun.kernel.merkle.hashing import HASH_SIZE, TreeHash
from xingdun.kernel.merkle.tiles import (
    ENTRIES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    TileName,
    TileStore,
    edge_names,
    read_hashes,
    split_hashes,
)


class TileWriter:
    """A growing tree that tells which tiles to store.

    It holds only the partial tile of each level. It stores nothing itself: a caller puts the tiles, makes them
    durable, and only then signs a checkpoint of `size` and `root()`.
    """

    def __init__(self, hashing: TreeHash, size: int = 0, edge: Sequence[Sequence[bytes]] = ()) -> None:
        """Continue at `size` with the hashes of the partial tile of each level, lowest first."""
        self.hash = hashing
        self.size = size
        self._edge = [list(hashes) for hashes in edge]
        while size >> (TILE_HEIGHT * len(self._edge)):
            self._edge.append([])
        for level, hashes in enumerate(self._edge):
            if len(hashes) != (size >> (TILE_HEIGHT * level)) % TILE_WIDTH:
                raise MerkleError(f"the partial tile of level {level} does not fit a tree of {size} leaves")

    @classmethod
    def resume(cls, hashing: TreeHash, size: int, store: TileStore) -> "TileWriter":
        """Continue the tree of `size` leaves in `store`; compare `root()` with the last checkpoint before use.

        Raises TileMissingError, TileCorruptError.
        """
        edge: list[list[bytes]] = []
        for name in edge_names(size):
            edge += [[] for _ in range(name.level - len(edge))]
            edge.append(split_hashes(read_hashes(store, name)))
        return cls(hashing, size, edge)

    def append(self, leaf_hashes: Sequence[bytes]) -> list[Tile]:
        """Grow by `leaf_hashes`, in order; gives the tiles to store, each once, partial ones as they now stand."""
        if any(len(each) != HASH_SIZE for each in leaf_hashes):
            raise MerkleError(f"a leaf hash is not {HASH_SIZE} bytes")
        tiles: list[Tile] = []
        arriving: Sequence[bytes] = leaf_hashes
        level = 0
        while arriving:
            if level == len(self._edge):
                self._edge.append([])
            index = (self.size >> (TILE_HEIGHT * level)) // TILE_WIDTH
            arriving = self._grow(level, index, arriving, tiles)
            level += 1
        self.size += len(leaf_hashes)
        return tiles

    def _grow(self, level: int, index: int, arriving: Sequence[bytes], tiles: list[Tile]) -> list[bytes]:
        """Add hashes to one level from tile `index` on; gives the roots of the tiles this fills."""
        hashes = [*self._edge[level], *arriving]
        full = len(hashes) - len(hashes) % TILE_WIDTH
        data = b"".join(hashes)
        width = TILE_WIDTH * HASH_SIZE
        tiles.extend(
            Tile(TileName(level, index + number), data[number * width : (number + 1) * width])
            for number in range(full // TILE_WIDTH)
        )
        rest = self._edge[level] = hashes[full:]
        if rest:
            tiles.append(Tile(TileName(level, index + full // TILE_WIDTH, len(rest)), data[full * HASH_SIZE :]))
        roots = hashes[:full]
        for _ in range(TILE_HEIGHT):
            roots = self.hash.parents(roots)
        return roots

    def frontier(self) -> Frontier:
        """The tree as a frontier."""
        peaks: list[bytes] = []
        for hashes in reversed(self._edge):
            peaks += Frontier(self.hash).extended(hashes).peaks
        return Frontier(self.hash, self.size, tuple(peaks))

    def root(self) -> bytes:
        """The tree's root, 32 bytes."""
        return self.frontier().root()


class BundleWriter:
    """Entries of a growing log in bundles, beside a TileWriter."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        """Continue at `size` entries with those of the partial bundle."""
        if len(edge) != size % TILE_WIDTH:
            raise MerkleError(f"a partial bundle of {len(edge)} entries does not fit a log of {size}")
        self.size = size
        self._edge = [encode_entry(entry) for entry in edge]

    @classmethod
    def resume(cls, size: int, store: TileStore) -> "BundleWriter":
        """Continue the log of `size` entries in `store`; raises TileMissingError, TileCorruptError."""
        index, width = divmod(size, TILE_WIDTH)
        return cls(size, read_entries(store, index, width) if width else ())

    def append(self, entries: Sequence[bytes]) -> list[Tile]:
        """Grow by `entries`; gives the bundles to store. Raises EntryTooLongError and then holds nothing new."""
        held = [*self._edge, *(encode_entry(entry) for entry in entries)]
        first = self.size // TILE_WIDTH
        bundles = []
        for number, start in enumerate(range(0, len(held), TILE_WIDTH)):
            part = held[start : start + TILE_WIDTH]
            bundles.append(Tile(TileName(ENTRIES, first + number, len(part)), b"".join(part)))
        self._edge = held[len(held) - len(held) % TILE_WIDTH :]
        self.size += len(entries)
        return bundles if entries else []
