"""Roots and proofs of every small tree, against pymerkle and against the RFC's own definitions written out plainly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from xingdun.kernel.merkle import (
    SHA256,
    SM3,
    Frontier,
    MemoryTileStore,
    MemoryTree,
    MerkleError,
    ProofError,
    TileReader,
    TileWriter,
    consistency_proof,
    inclusion_proof,
    root_at,
    tree_hash,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 130
TREES = [SHA256, SM3]


def entries(count):
    return [b"entry %d" % number for number in range(count)]


def by_name(tree):
    return tree.name


# RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, as they are written there.
def split(count):
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def plain_root(tree, leaves):
    if not leaves:
        return tree.empty
    if len(leaves) == 1:
        return leaves[0]
    half = split(len(leaves))
    return tree.node(plain_root(tree, leaves[:half]), plain_root(tree, leaves[half:]))


def plain_subproof(tree, size, leaves, known):
    if size == len(leaves):
        return [] if known else [plain_root(tree, leaves)]
    half = split(len(leaves))
    if size <= half:
        return [*plain_subproof(tree, size, leaves[:half], known), plain_root(tree, leaves[half:])]
    return [*plain_subproof(tree, size - half, leaves[half:], known=False), plain_root(tree, leaves[:half])]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_small_tree_has_the_roots_and_inclusion_proofs_of_pymerkle():
    oracle = InmemoryTree(algorithm="sha256")
    for entry in entries(LARGEST):
        oracle.append_entry(entry)
    tree = MemoryTree(SHA256, SHA256.leaves(entries(LARGEST)))
    for size in range(1, LARGEST + 1):
        assert root_at(tree, size) == oracle.get_root(size)
        for index in range(size):
            # pymerkle counts from one and puts the leaf itself before the path
            leaf, *path = oracle.prove_inclusion(index + 1, size).path
            assert leaf == tree.node(0, index)
            assert path == inclusion_proof(tree, index, size)


@pytest.mark.parametrize("tree", TREES, ids=by_name)
def test_every_small_tree_proves_each_of_its_leaves(tree):
    leaves = tree.leaves(entries(LARGEST))
    whole = MemoryTree(tree, leaves)
    for size in range(1, LARGEST + 1):
        root = root_at(whole, size)
        for index in range(size):
            path = inclusion_proof(whole, index, size)
            verify_inclusion(tree, leaf_hash=leaves[index], index=index, size=size, path=path, root=root)


@pytest.mark.parametrize("tree", TREES, ids=by_name)
def test_every_growth_of_a_small_tree_is_proven_as_the_rfc_defines_it(tree):
    leaves = tree.leaves(entries(LARGEST))
    whole = MemoryTree(tree, leaves)
    roots = [root_at(whole, size) for size in range(LARGEST + 1)]
    for size in (0, 1, 2, 7, 64, 65, LARGEST):
        assert roots[size] == plain_root(tree, leaves[:size])
    for second in range(LARGEST + 1):
        for first in range(second + 1):
            path = consistency_proof(whole, first, second)
            if second in {1, 2, 3, 7, 8, 33, 64, 100} and first:
                assert path == plain_subproof(tree, first, leaves[:second], known=True)
            growth = {"first": first, "second": second, "first_root": roots[first], "second_root": roots[second]}
            verify_consistency(tree, **growth, path=path)


def test_the_rfc_example_of_seven_leaves_gives_its_paths():
    # RFC 9162, section 2.1.5: names of nodes as in its figure
    a, b, c, d, e, f, j = leaves = SHA256.leaves(entries(7))
    node = SHA256.node
    g, h, i = node(a, b), node(c, d), node(e, f)
    k, last = node(g, h), node(i, j)
    tree = MemoryTree(SHA256, leaves)
    assert root_at(tree, 7) == node(k, last)
    assert inclusion_proof(tree, 0, 7) == [b, h, last]
    assert inclusion_proof(tree, 3, 7) == [c, g, last]
    assert inclusion_proof(tree, 4, 7) == [f, j, k]
    assert inclusion_proof(tree, 6, 7) == [i, k]
    assert consistency_proof(tree, 3, 7) == [c, d, g, last]
    assert consistency_proof(tree, 4, 7) == [last]
    assert consistency_proof(tree, 6, 7) == [i, j, k]


def test_the_empty_tree_and_a_single_leaf_hash_as_the_rfc_says():
    assert SHA256.empty.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert SHA256.leaf(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert Frontier(SHA256).root() == SHA256.empty
    assert Frontier(SM3).root() == SM3.empty
    assert tree_hash("sm3") is SM3
    with pytest.raises(MerkleError, match="md5"):
        tree_hash("md5")


def mutations(path):
    """Every proof one step away: a bit changed, a hash dropped, repeated, moved, added, cut."""
    for at, each in enumerate(path):
        yield [*path[:at], bytes([each[0] ^ 1]) + each[1:], *path[at + 1 :]]
        yield [*path[:at], each[:-1] + bytes([each[-1] ^ 0x80]), *path[at + 1 :]]
        yield [*path[:at], *path[at + 1 :]]
        yield [*path[:at], each, each, *path[at + 1 :]]
        yield [*path[:at], each[:-1], *path[at + 1 :]]
        if at:
            yield [*path[: at - 1], each, path[at - 1], *path[at + 1 :]]
    yield [*path, bytes(32)]
    yield [bytes(32), *path]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 16, 21, 33, 64])
def test_no_altered_inclusion_proof_stands(size):
    leaves = SHA256.leaves(entries(size))
    tree = MemoryTree(SHA256, leaves)
    root = root_at(tree, size)
    for index in range(size):
        path = inclusion_proof(tree, index, size)
        claim = {"leaf_hash": leaves[index], "index": index, "size": size, "path": path, "root": root}
        verify_inclusion(SHA256, **claim)
        wrong = [{"path": each} for each in mutations(path)]
        wrong += [{"index": other} for other in range(-1, size + 2) if other != index]
        wrong += [{"leaf_hash": SHA256.leaf(b"another")}, {"root": SHA256.empty}, {"size": 0}, {"size": index}]
        wrong += [{"leaf_hash": leaves[index][:31]}, {"root": root + b"\0"}]
        for each in wrong:
            with pytest.raises(ProofError):
                verify_inclusion(SHA256, **(claim | each))


@pytest.mark.parametrize("second", [1, 2, 3, 4, 5, 7, 8, 9, 16, 21, 33])
def test_no_altered_consistency_proof_stands(second):
    tree = MemoryTree(SHA256, SHA256.leaves(entries(second)))
    roots = [root_at(tree, size) for size in range(second + 1)]
    for first in range(second + 1):
        path = consistency_proof(tree, first, second)
        claim = {
            "first": first,
            "second": second,
            "first_root": roots[first],
            "second_root": roots[second],
            "path": path,
        }
        verify_consistency(SHA256, **claim)
        other = SHA256.leaf(b"another")
        wrong = [{"path": each} for each in mutations(path)]
        wrong += [{"first_root": other}, {"first": -1}, {"first": second + 1}]
        wrong += [{"second_root": other}] if first else []  # from nothing, any tree grows
        for each in wrong:
            with pytest.raises(ProofError):
                verify_consistency(SHA256, **(claim | each))


def test_a_rewritten_past_has_no_consistency_proof():
    honest = SHA256.leaves(entries(50))
    forged = [*honest[:10], SHA256.leaf(b"rewritten"), *honest[11:], SHA256.leaf(b"new")]
    old, new = MemoryTree(SHA256, honest), MemoryTree(SHA256, forged)
    path = consistency_proof(new, 50, 51)
    with pytest.raises(ProofError, match="smaller tree"):
        verify_consistency(
            SHA256, first=50, second=51, first_root=root_at(old, 50), second_root=root_at(new, 51), path=path
        )


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: inclusion_proof(tree, 5, 5),
        lambda tree: inclusion_proof(tree, -1, 5),
        lambda tree: inclusion_proof(tree, 1, 6),
        lambda tree: consistency_proof(tree, 3, 6),
        lambda tree: consistency_proof(tree, 4, 3),
        lambda tree: root_at(tree, 6),
        lambda tree: tree.node(0, 5),
        lambda tree: tree.node(2, 1),
    ],
)
def test_a_tree_does_not_prove_what_it_does_not_hold(ask):
    with pytest.raises(MerkleError):
        ask(MemoryTree(SHA256, SHA256.leaves(entries(5))))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 300), max_size=8), st.sampled_from(TREES), st.data())
def test_a_tree_grown_in_any_batches_is_one_tree(batches, tree, data):
    leaves = tree.leaves(entries(sum(batches)))
    frontier, writer, store = Frontier(tree), TileWriter(tree), MemoryTileStore()
    at = 0
    for batch in batches:
        frontier = Frontier.from_bytes(frontier.extended(leaves[at : at + batch]).to_bytes())
        for tile in writer.append(leaves[at : at + batch]):
            store.put(tile.path, tile.data)
        at += batch
        writer = TileWriter.resume(tree, at, store)
    whole, stored = MemoryTree(tree, leaves), TileReader(tree, at, store)
    assert frontier == writer.frontier()
    assert frontier.size == at
    assert frontier.root() == root_at(whole, at) == root_at(stored, at)
    if at:
        size = data.draw(st.integers(1, at))
        index = data.draw(st.integers(0, size - 1))
        for each in (index, index // 2, size - 1):
            assert inclusion_proof(stored, each, size) == inclusion_proof(whole, each, size)
        assert consistency_proof(stored, size, at) == consistency_proof(whole, size, at)


@pytest.mark.parametrize(
    "state", [b"", b"\x06sha2", b"\x03md5" + bytes(8), b"\x06sha256" + bytes(7) + b"\x03" + bytes(32)]
)
def test_a_damaged_frontier_is_refused(state):
    with pytest.raises(MerkleError):
        Frontier.from_bytes(state)
    with pytest.raises(MerkleError):
        Frontier.from_bytes(Frontier(SHA256).extended(SHA256.leaves(entries(3))).to_bytes()[:-1])
