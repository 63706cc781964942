"""Checking proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2). Shares nothing with the making of them but the hash."""

import hmac
from collections.abc import Sequence

from xingdun.kernel.merkle.errors import ProofError
from xingdun.kernel.merkle.hashing import HASH_SIZE, TreeHash


def verify_inclusion(
    hashing: TreeHash, *, leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Leaf `leaf_hash` stands at `index` in the tree of `size` leaves with `root`.

    path: from the leaf up. Raises ProofError.
    """
    if not 0 <= index < size:
        raise ProofError(f"index {index} is not below the tree's size {size}")
    _check_hashes(leaf_hash, root, *path)
    position, last, found = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            raise ProofError("the path is longer than the tree is high")
        if position & 1 or position == last:
            found = hashing.node(sibling, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = hashing.node(found, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise ProofError("the path is shorter than the tree is high")
    if not hmac.compare_digest(found, root):
        raise ProofError("the path leads to another root")


def verify_consistency(  # noqa: C901 - one algorithm of the RFC, read beside it
    hashing: TreeHash, *, first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> None:
    """The tree of `second` leaves begins with the tree of `first` leaves. Raises ProofError."""
    _check_hashes(first_root, second_root, *path)
    if first in (0, second) or first > second or first < 0:
        _verify_trivial(hashing, first, second, first_root, second_root, *path)
        return
    hashes = list(path) if first & (first - 1) else [first_root, *path]
    if not hashes:
        raise ProofError("the path is empty")
    position, last = first - 1, second - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            raise ProofError("the path is longer than the tree is high")
        if position & 1 or position == last:
            old, new = hashing.node(each, old), hashing.node(each, new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = hashing.node(new, each)
        position >>= 1
        last >>= 1
    if last:
        raise ProofError("the path is shorter than the tree is high")
    if not hmac.compare_digest(old, first_root):
        raise ProofError("the path leads to another root of the smaller tree")
    if not hmac.compare_digest(new, second_root):
        raise ProofError("the path leads to another root of the larger tree")


def _verify_trivial(
    hashing: TreeHash, first: int, second: int, first_root: bytes, second_root: bytes, *path: bytes
) -> None:
    """Growth from nothing, or none at all: the roots speak for themselves."""
    if not 0 <= first <= second:
        raise ProofError(f"a tree cannot grow from {first} to {second} leaves")
    if path:
        raise ProofError("no path belongs to this proof")
    if first == second and not hmac.compare_digest(first_root, second_root):
        raise ProofError(f"two roots for one tree of {first} leaves")
    if first == 0 and not hmac.compare_digest(first_root, hashing.empty):
        raise ProofError("the root of the empty tree is wrong")


def _check_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise ProofError(f"a hash is not {HASH_SIZE} bytes")
