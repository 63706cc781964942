"""A whole log read in one pass: an honest one passes, and of any other the first bad entry is named."""

import pytest

from xingdun.kernel.merkle import (
    SHA256,
    SM3,
    Checkpoint,
    Frontier,
    LogMismatchError,
    LogVerifier,
    MemoryTileStore,
    TileReader,
    TileWriter,
)

ENTRIES = [b"entry %d" % number for number in range(1000)]
SIZES = (0, 1, 300, 777, 1000)


def checkpoint_at(size, entries=ENTRIES):
    roots = [Frontier(tree).extended(tree.leaves(entries[:size])).root() for tree in (SHA256, SM3)]
    return Checkpoint("log", size, *roots)


CHECKPOINTS = [checkpoint_at(size) for size in SIZES]


@pytest.fixture(scope="module")
def stored():
    store, writer = MemoryTileStore(), TileWriter(SHA256)
    for tile in writer.append(SHA256.leaves(ENTRIES)):
        store.put(tile.path, tile.data)
    return TileReader(SHA256, len(ENTRIES), store).leaves


def read(entries, *, batch=64, checkpoints=CHECKPOINTS, stored=None):
    verifier = LogVerifier(checkpoints, stored=stored)
    for at in range(0, len(entries), batch):
        verifier.feed(entries[at : at + batch])
    return verifier.finish()


def refused(entries, **options):
    with pytest.raises(LogMismatchError) as error:
        read(entries, **options)
    return error.value.kind, error.value.first, error.value.last


@pytest.mark.parametrize("batch", [1, 64, 299, 1000])
def test_an_honest_log_passes_in_any_batches(stored, batch):
    report = read(ENTRIES, batch=batch, stored=stored)
    assert (report.size, report.sealed, report.checkpoints) == (1000, 1000, 5)
    assert report.roots == {"sha256": CHECKPOINTS[-1].root, "sm3": CHECKPOINTS[-1].sm3_root}


def test_entries_after_the_last_checkpoint_are_counted_as_unsealed():
    report = read(ENTRIES, checkpoints=CHECKPOINTS[:4])
    assert (report.size, report.sealed) == (1000, 777)
    assert read([], checkpoints=[]).size == 0


def altered(at):
    return [*ENTRIES[:at], b"another", *ENTRIES[at + 1 :]]


def deleted(at):
    return [*ENTRIES[:at], *ENTRIES[at + 1 :]]


def inserted(at):
    return [*ENTRIES[:at], b"one more", *ENTRIES[at:]]


def swapped(at):
    return [*ENTRIES[:at], ENTRIES[at + 1], ENTRIES[at], *ENTRIES[at + 2 :]]


@pytest.mark.parametrize("at", [0, 1, 255, 256, 299, 300, 500, 998])
@pytest.mark.parametrize("tamper", [altered, deleted, inserted, swapped])
def test_the_first_bad_entry_is_named_from_the_tiles(stored, tamper, at):
    assert refused(tamper(at), stored=stored) == ("entry", at, at)


@pytest.mark.parametrize("at", [0, 1, 299, 300, 500, 998])
@pytest.mark.parametrize("tamper", [altered, deleted, inserted, swapped])
def test_without_tiles_it_is_named_between_two_checkpoints(tamper, at):
    kind, first, last = refused(tamper(at))
    if (tamper, at) == (deleted, 998):  # the log is then one entry short of its last checkpoint
        assert (kind, first) == ("truncated", 999)
    else:
        assert kind in {"root", "truncated"}
        assert first <= at <= last or kind == "truncated"


@pytest.mark.parametrize("size", [0, 1, 776, 999])
def test_a_cut_tail_is_seen_and_its_place_told(stored, size):
    for leaves in (None, stored):
        assert refused(ENTRIES[:size], stored=leaves) == ("truncated", size, size)


def test_tiles_rewritten_along_with_the_entries_do_not_help(stored):
    forged = altered(500)

    def forged_leaves(first, end):
        return SHA256.leaves(forged[first:end])

    assert refused(forged, stored=forged_leaves) == ("root", 300, 776)


def test_an_sm3_root_that_differs_is_seen_too():
    forged = Checkpoint("log", 777, CHECKPOINTS[3].root, SM3.empty)
    assert refused(ENTRIES, checkpoints=[*CHECKPOINTS[:3], forged]) == ("root", 300, 776)
    plain = Checkpoint("log", 777, CHECKPOINTS[3].root)
    assert read(ENTRIES, checkpoints=[CHECKPOINTS[3], plain]).checkpoints == 2


def test_two_histories_or_two_logs_are_refused_before_any_entry():
    fork = Checkpoint("log", 300, SHA256.empty)
    with pytest.raises(LogMismatchError, match="different roots for 300"):
        LogVerifier([*CHECKPOINTS, fork])
    with pytest.raises(LogMismatchError, match="two logs"):
        LogVerifier([*CHECKPOINTS, Checkpoint("other", 300, CHECKPOINTS[2].root)])


def test_a_false_root_of_the_empty_log_is_seen():
    with pytest.raises(LogMismatchError):
        LogVerifier([Checkpoint("log", 0, SHA256.leaf(b""))])


def test_missing_stored_leaves_leave_the_roots_to_speak(stored):
    def half(first, end):
        return stored(first, min(end, 400)) if first < 400 else []

    assert read(ENTRIES, stored=half).sealed == 1000
    assert refused(altered(500), stored=half) == ("root", 300, 776)


@pytest.mark.parametrize("batch", [1, 299, 1000])
def test_hashes_alone_prove_the_rest_where_entries_have_gone(stored, batch):
    """Entries 200 to 499 have left; the others are still checked, and so are the hashes that stand for them."""
    verifier = LogVerifier(CHECKPOINTS, stored=stored)
    verifier.feed(ENTRIES[:200])
    for at in range(200, 500, batch):
        gone = ENTRIES[at : min(at + batch, 500)]
        verifier.feed_leaves({"sha256": SHA256.leaves(gone), "sm3": SM3.leaves(gone)})
    verifier.feed(ENTRIES[500:])
    assert verifier.finish().sealed == 1000


def test_a_false_hash_in_place_of_an_entry_that_has_gone_is_named(stored):
    verifier = LogVerifier(CHECKPOINTS, stored=stored)
    verifier.feed(ENTRIES[:200])
    with pytest.raises(LogMismatchError) as error:
        verifier.feed_leaves({"sha256": SHA256.leaves([b"other"]), "sm3": SM3.leaves([b"other"])})
    assert (error.value.kind, error.value.first) == ("entry", 200)
