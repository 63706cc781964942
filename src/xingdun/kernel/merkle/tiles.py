"""Tiles: the stored form of a tree, and where each one lies (C2SP tlog-tiles).

A tile is 256 consecutive hashes of every eighth level of the tree; the rightmost ones are partial. Entries lie in
bundles of 256. No tile but a partial one ever changes.
"""

import re
from dataclasses import dataclass
from typing import Final, Protocol

from xingdun.kernel.merkle.errors import MerkleError, TileCorruptError, TileMissingError
from xingdun.kernel.merkle.hashing import HASH_SIZE

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TILE_BYTES: Final = TILE_WIDTH * HASH_SIZE
MAX_LEVEL: Final = 63
ENTRIES: Final = -1  # the "level" of bundles of entries
_GROUP = 1000

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class TileName:
    """Which tile: its level (`ENTRIES` for a bundle), its index in the level, how many hashes or entries it holds."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (ENTRIES <= self.level <= MAX_LEVEL and self.index >= 0 and 0 < self.width <= TILE_WIDTH):
            raise MerkleError(f"no tile has level {self.level}, index {self.index}, width {self.width}")

    @property
    def path(self) -> str:
        """Relative path, such as `tile/0/x001/x234/067.p/8`."""
        index, last = divmod(self.index, _GROUP)
        parts = [f"{last:03d}"]
        while index:
            index, part = divmod(index, _GROUP)
            parts.append(f"x{part:03d}")
        level = "entries" if self.level == ENTRIES else str(self.level)
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(parts))}{suffix}"

    @classmethod
    def parse(cls, path: str) -> "TileName":
        """The tile a relative path names; raises MerkleError unless it is the one way to write it."""
        found = _PATH.fullmatch(path)
        if not found:
            raise MerkleError(f"{path!r} is no tile path")
        level = ENTRIES if found["level"] == "entries" else int(found["level"])
        index = int(found["index"].replace("/", "").replace("x", ""))
        name = cls(level, index, int(found["width"] or TILE_WIDTH))
        if name.path != path:
            raise MerkleError(f"{path!r} is no tile path; {name.path!r} would be")
        return name

    @property
    def whole(self) -> "TileName":
        """The full tile of the same place."""
        return TileName(self.level, self.index)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile to be stored."""

    name: TileName
    data: bytes

    @property
    def path(self) -> str:
        """Where it is stored."""
        return self.name.path


class TileStore(Protocol):
    """Where tiles are kept. `get` gives None for a path that is not there."""

    def get(self, path: str, /) -> bytes | None: ...  # noqa: D102 - told above
    def put(self, path: str, data: bytes, /) -> None: ...  # noqa: D102 - told above


class MemoryTileStore:
    """Tiles in a dict: for tests and for small exported logs."""

    def __init__(self) -> None:
        self.tiles: dict[str, bytes] = {}

    def get(self, path: str, /) -> bytes | None:
        """The tile at `path`, or None."""
        return self.tiles.get(path)

    def put(self, path: str, data: bytes, /) -> None:
        """Keep `data` at `path`."""
        self.tiles[path] = data


def width_at(level: int, index: int, size: int) -> int:
    """How much of a tile a tree of `size` leaves fills: 0 (not there) to 256."""
    hashes = size >> (TILE_HEIGHT * max(level, 0))
    return min(max(hashes - index * TILE_WIDTH, 0), TILE_WIDTH)


def edge_names(size: int) -> list[TileName]:
    """The partial tiles of a tree of `size` leaves, one a level at most, lowest first."""
    names = []
    level = 0
    while size >> (TILE_HEIGHT * level):
        hashes = size >> (TILE_HEIGHT * level)
        if hashes % TILE_WIDTH:
            names.append(TileName(level, hashes // TILE_WIDTH, hashes % TILE_WIDTH))
        level += 1
    return names


def read_hashes(store: TileStore, name: TileName) -> bytes:
    """The hashes of a tile, `32 * name.width` bytes.

    A partial tile that was cleared away is cut from the full one. Raises TileMissingError, TileCorruptError.
    """
    data = store.get(name.path)
    if data is None and name.width < TILE_WIDTH:
        data = store.get(name.whole.path)
        if data is not None:
            if len(data) != TILE_BYTES:
                raise TileCorruptError(name.whole.path, f"{len(data)} bytes instead of {TILE_BYTES}")
            return data[: name.width * HASH_SIZE]
    if data is None:
        raise TileMissingError(name.path)
    if len(data) != name.width * HASH_SIZE:
        raise TileCorruptError(name.path, f"{len(data)} bytes instead of {name.width * HASH_SIZE}")
    return data


def split_hashes(data: bytes) -> list[bytes]:
    """The 32-byte hashes laid end to end in `data`."""
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]
