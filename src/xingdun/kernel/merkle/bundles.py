"""Bundles of entries: each entry after its length in two bytes, big-endian (C2SP tlog-tiles)."""

from collections.abc import Iterable
from typing import Final

from xingdun.kernel.merkle.errors import EntryTooLongError, TileCorruptError, TileMissingError
from xingdun.kernel.merkle.tiles import ENTRIES, TILE_WIDTH, TileName, TileStore

MAX_ENTRY: Final = 0xFFFF
_LENGTH = 2


def encode_entry(entry: bytes) -> bytes:
    """An entry as a bundle carries it; raises EntryTooLongError past 65,535 bytes."""
    if len(entry) > MAX_ENTRY:
        raise EntryTooLongError(f"an entry of {len(entry)} bytes is longer than the {MAX_ENTRY} a bundle carries")
    return len(entry).to_bytes(_LENGTH, "big") + entry


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """A bundle of `entries`."""
    return b"".join([encode_entry(entry) for entry in entries])


def decode_bundle(data: bytes, path: str = "bundle") -> list[bytes]:
    """The entries of a bundle; raises TileCorruptError, naming `path`, when it ends inside one."""
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        start = at + _LENGTH
        at = start + int.from_bytes(data[at:start], "big")
        if start > end or at > end:
            raise TileCorruptError(path, f"ends inside entry {len(entries)}")
        entries.append(data[start:at])
    return entries


def read_entries(store: TileStore, index: int, width: int = TILE_WIDTH) -> list[bytes]:
    """The first `width` entries of bundle `index`.

    A partial bundle that was cleared away is cut from the full one. Raises TileMissingError, TileCorruptError.
    """
    name = TileName(ENTRIES, index, width)
    data, path = store.get(name.path), name.path
    if data is None:
        data, path = store.get(name.whole.path), name.whole.path
    if data is None:
        raise TileMissingError(name.path)
    entries = decode_bundle(data, path)
    expected = width if path == name.path else TILE_WIDTH
    if len(entries) != expected:
        raise TileCorruptError(path, f"{len(entries)} entries instead of {expected}")
    return entries[:width]
