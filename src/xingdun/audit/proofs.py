"""Proof that one entry stands in the ledger, as a file that checks itself."""

from xingdun.audit.errors import NotSealedYet
from xingdun.audit.models import Checkpoint as CheckpointRecord
from xingdun.audit.models import Entry
from xingdun.audit.sealer import tree_store
from xingdun.audit.selectors import leaf_of
from xingdun.kernel.merkle.hashing import SHA256, TreeHash
from xingdun.kernel.merkle.note import Note
from xingdun.kernel.merkle.proof_file import LogProof
from xingdun.kernel.merkle.prove import inclusion_proof
from xingdun.kernel.merkle.reader import TileReader
from xingdun.kernel.merkle.tiles import TileStore


def prove(entry: Entry, store: TileStore, *, tree: TreeHash = SHA256) -> LogProof:
    """The inclusion proof of `entry` under the newest checkpoint.

    Reads a handful of tiles, however long the ledger is. Raises NotSealedYet.
    """
    leaf = leaf_of(entry)
    newest = CheckpointRecord.objects.order_by("-size").first()
    if leaf is None or newest is None:
        raise NotSealedYet
    reader = TileReader(tree, newest.size, tree_store(store, tree))
    path = inclusion_proof(reader, leaf.index, newest.size)
    return LogProof(leaf.index, tuple(path), Note.parse(newest.note), tree.name)
