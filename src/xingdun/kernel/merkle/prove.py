"""Making proofs from a stored tree (RFC 9162, sections 2.1.3.1 and 2.1.4.1). Checking them is `verify`, apart."""

from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.frontier import fold
from xingdun.kernel.merkle.reader import NodeReader


def root_at(tree: NodeReader, size: int) -> bytes:
    """The root the tree had at `size` leaves."""
    _check(size <= tree.size, f"the tree has {tree.size} leaves, not {size}")
    return _range_root(tree, 0, size)


def inclusion_proof(tree: NodeReader, index: int, size: int) -> list[bytes]:
    """Hashes that lead from leaf `index` to the root at `size` leaves, from the leaf up.

    Raises MerkleError when `index` is not below `size` or `size` is past the tree.
    """
    _check(0 <= index < size <= tree.size, f"leaf {index} of {size} is not in a tree of {tree.size} leaves")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_root(tree, middle, high))
            high = middle
        else:
            path.append(_range_root(tree, low, middle))
            low = middle
    path.reverse()
    return path


def consistency_proof(tree: NodeReader, first: int, second: int) -> list[bytes]:
    """Hashes that show the tree of `second` leaves to begin with the tree of `first`.

    Empty when `first` is 0 or equal to `second`. Raises MerkleError when `first` > `second` or past the tree.
    """
    _check(0 <= first <= second <= tree.size, f"{first} to {second} leaves is no growth in a tree of {tree.size}")
    if first in (0, second):
        return []
    path: list[bytes] = []
    low, high = 0, second
    while high != first:
        middle = low + _split(high - low)
        if first <= middle:
            path.append(_range_root(tree, middle, high))
            high = middle
        else:
            path.append(_range_root(tree, low, middle))
            low = middle
    if low:
        path.append(_range_root(tree, low, high))
    path.reverse()
    return path


def _range_root(tree: NodeReader, low: int, high: int) -> bytes:
    """Root over leaves `low` to `high`, exclusive; `low` is aligned as RFC 9162 splits a tree."""
    peaks = []
    while low < high:
        level = (high - low).bit_length() - 1
        peaks.append(tree.node(level, low >> level))
        low += 1 << level
    return fold(tree.hash, peaks)


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _check(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - the condition itself
    if not holds:
        raise MerkleError(otherwise)
