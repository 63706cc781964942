"""Leaf and node hashes of a tree (RFC 9162, section 2.1.1), for SHA-256 and SM3."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from xingdun.kernel.crypto import sm3
from xingdun.kernel.merkle.errors import MerkleError

HASH_SIZE: Final = 32
LEAF_PREFIX: Final = b"\x00"
NODE_PREFIX: Final = b"\x01"


@dataclass(frozen=True, slots=True, eq=False)
class TreeHash:
    """The hash function of one tree.

    name: "sha256" or "sm3". empty: root of the tree with no leaf. leaf: entry bytes to leaf hash.
    node: left and right hash to their parent's.
    """

    name: str
    empty: bytes
    leaf: Callable[[bytes], bytes]
    node: Callable[[bytes, bytes], bytes]

    def leaves(self, entries: Iterable[bytes]) -> list[bytes]:
        """Leaf hashes of `entries`, in order."""
        leaf = self.leaf
        return [leaf(entry) for entry in entries]

    def parents(self, nodes: Sequence[bytes]) -> list[bytes]:
        """Parents of consecutive pairs; a last odd node is left out."""
        nodes_in_turn = iter(nodes)
        return list(map(self.node, nodes_in_turn, nodes_in_turn))

    def __reduce__(self) -> tuple[Callable[[str], "TreeHash"], tuple[str]]:
        return tree_hash, (self.name,)


def _sha256() -> TreeHash:
    sha256 = hashlib.sha256

    def leaf(entry: bytes) -> bytes:
        return sha256(b"\x00" + entry).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return sha256(b"\x01" + left + right).digest()

    return TreeHash("sha256", sha256().digest(), leaf, node)


def _sm3() -> TreeHash:
    # Setting up SM3 costs more than hashing a node; both prefixes wait in a state that is copied.
    leaf_start, node_start = sm3.new(LEAF_PREFIX), sm3.new(NODE_PREFIX)

    def leaf(entry: bytes) -> bytes:
        state = leaf_start.copy()
        state.update(entry)
        return state.digest()

    def node(left: bytes, right: bytes) -> bytes:
        state = node_start.copy()
        state.update(left + right)
        return state.digest()

    return TreeHash("sm3", sm3.digest(b""), leaf, node)


SHA256: Final = _sha256()
SM3: Final = _sm3()
_BY_NAME = {each.name: each for each in (SHA256, SM3)}


def tree_hash(name: str) -> TreeHash:
    """The tree hash called `name`; raises MerkleError when there is none."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise MerkleError(f"no tree hash is called {name!r}; there are {', '.join(_BY_NAME)}") from None
