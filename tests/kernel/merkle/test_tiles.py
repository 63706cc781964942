"""Tiles and bundles as C2SP tlog-tiles lays them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingdun.kernel.merkle import (
    ENTRIES,
    SHA256,
    BundleWriter,
    EntryTooLongError,
    MemoryTileStore,
    MerkleError,
    TileCorruptError,
    TileMissingError,
    TileName,
    TileReader,
    TileWriter,
    decode_bundle,
    encode_bundle,
    inclusion_proof,
    read_entries,
    root_at,
)


def stored_log(count, *, step=None):
    """A log of `count` entries written in batches of `step`."""
    store, tree, bundles = MemoryTileStore(), TileWriter(SHA256), BundleWriter()
    entries = [b"entry %d" % number for number in range(count)]
    for at in range(0, count, step or max(count, 1)):
        batch = entries[at : at + (step or count)]
        for tile in [*bundles.append(batch), *tree.append(SHA256.leaves(batch))]:
            store.put(tile.path, tile.data)
    return store, tree, entries


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (TileName(0, 0), "tile/0/000"),
        (TileName(0, 999), "tile/0/999"),
        (TileName(0, 1000), "tile/0/x001/000"),
        (TileName(0, 1234067), "tile/0/x001/x234/067"),
        (TileName(0, 1234067, 8), "tile/0/x001/x234/067.p/8"),
        (TileName(63, 0, 255), "tile/63/000.p/255"),
        (TileName(ENTRIES, 1234067, 1), "tile/entries/x001/x234/067.p/1"),
    ],
)
def test_a_tile_lies_where_the_specification_puts_it(name, path):
    assert name.path == path
    assert TileName.parse(path) == name


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/08",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "checkpoint",
        "",
    ],
)
def test_no_other_spelling_names_a_tile(path):
    with pytest.raises(MerkleError):
        TileName.parse(path)


@given(st.integers(ENTRIES, 63), st.integers(0, 1 << 60), st.integers(1, 256))
def test_every_tile_name_reads_back(level, index, width):
    name = TileName(level, index, width)
    assert TileName.parse(name.path) == name


def test_a_tree_of_70000_leaves_has_the_tiles_the_specification_counts():
    tiles = TileWriter(SHA256).append([SHA256.empty] * 70_000)
    names = [tile.name for tile in tiles]
    assert names == sorted(set(names))
    assert sum(name.level == 0 and name.width == 256 for name in names) == 273
    assert [(name.level, name.index, name.width) for name in names if name.width < 256] == [
        (0, 273, 112),
        (1, 1, 17),
        (2, 0, 1),
    ]
    assert [name for name in names if name.level == 1 and name.width == 256] == [TileName(1, 0)]
    assert all(len(tile.data) == 32 * tile.name.width for tile in tiles)


def test_a_tree_of_256_leaves_has_a_full_tile_and_the_first_hash_above_it():
    first, second = TileWriter(SHA256).append(SHA256.leaves([b"%d" % number for number in range(256)]))
    assert (first.path, second.path) == ("tile/0/000", "tile/1/000.p/1")


def test_full_tiles_are_written_once_and_never_again():
    store, tree, _ = stored_log(1000, step=1)
    before = {path: data for path, data in store.tiles.items() if ".p/" not in path}
    for tile in tree.append([SHA256.empty] * 1000):
        assert before.get(tile.path, tile.data) == tile.data
        assert tile.path not in before


def test_a_proof_at_an_earlier_size_comes_from_the_tiles_of_today():
    store, tree, _ = stored_log(700, step=7)
    today = TileReader(SHA256, tree.size, store)
    small_store, small_tree, _ = stored_log(300)
    then = TileReader(SHA256, small_tree.size, small_store)
    assert root_at(today, 300) == small_tree.root()
    assert inclusion_proof(today, 123, 300) == inclusion_proof(then, 123, 300)


def test_cleared_partial_tiles_are_cut_from_the_full_ones():
    store, _, entries = stored_log(600, step=50)
    for path in [path for path in store.tiles if ".p/" in path and "/002.p/" not in path and "/1/" not in path]:
        del store.tiles[path]
    earlier = TileReader(SHA256, 300, store)
    assert root_at(earlier, 300) == stored_log(300)[1].root()
    assert TileWriter.resume(SHA256, 300, store).root() == stored_log(300)[1].root()
    assert read_entries(store, 1, 44) == entries[256:300]


def test_missing_and_damaged_tiles_are_named():
    store, tree, _ = stored_log(600)
    reader = TileReader(SHA256, 600, store)
    store.tiles["tile/0/001"] = store.tiles["tile/0/001"][:-1]
    with pytest.raises(TileCorruptError, match="tile/0/001") as damaged:
        reader.leaf(256)
    assert damaged.value.path == "tile/0/001"
    del store.tiles["tile/0/002.p/88"]
    with pytest.raises(TileMissingError, match=r"tile/0/002\.p/88"):
        TileWriter.resume(SHA256, tree.size, store)
    with pytest.raises(MerkleError):
        reader.leaf(600)


def test_leaf_hashes_are_read_in_runs():
    store, _, entries = stored_log(600)
    reader = TileReader(SHA256, 600, store)
    assert reader.leaves(250, 520) == SHA256.leaves(entries[250:520])
    assert reader.leaves(590, 10_000) == SHA256.leaves(entries[590:])
    assert reader.leaves(600, 601) == []


def test_a_writer_refuses_an_edge_that_does_not_fit():
    with pytest.raises(MerkleError):
        TileWriter(SHA256, 3, [[SHA256.empty]])
    with pytest.raises(MerkleError):
        TileWriter(SHA256).append([b"short"])
    with pytest.raises(MerkleError):
        BundleWriter(3, [b"one"])


def test_bundles_carry_entries_of_any_length_up_to_the_limit():
    entries = [b"", b"a", bytes(65_535)]
    assert decode_bundle(encode_bundle(entries)) == entries
    assert encode_bundle([b"ab"]) == b"\x00\x02ab"
    with pytest.raises(EntryTooLongError):
        encode_bundle([bytes(65_536)])
    for cut in (1, 2, 3):
        with pytest.raises(TileCorruptError):
            decode_bundle(encode_bundle([b"abc"])[:-cut])


def test_a_bundle_writer_that_refused_an_entry_goes_on_as_before():
    writer = BundleWriter()
    writer.append([b"one"])
    with pytest.raises(EntryTooLongError):
        writer.append([b"two", bytes(70_000)])
    (bundle,) = writer.append([b"two"])
    assert decode_bundle(bundle.data) == [b"one", b"two"]
    assert writer.append([]) == []


@pytest.mark.parametrize("step", [1, 100, 256, 257, 1000])
def test_bundles_hold_the_log_however_it_grew(step):
    store, _, entries = stored_log(600, step=step)
    found = [entry for index, width in ((0, 256), (1, 256), (2, 88)) for entry in read_entries(store, index, width)]
    assert found == entries
    assert BundleWriter.resume(600, store).append([b"next"])[0].path == "tile/entries/002.p/89"
    with pytest.raises(TileMissingError):
        read_entries(store, 3)
    store.tiles["tile/entries/002.p/88"] = encode_bundle([b"one"])
    with pytest.raises(TileCorruptError):
        read_entries(store, 2, 88)
