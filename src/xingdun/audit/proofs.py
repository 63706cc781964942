"""Proof that one entry stands in the ledger, as a file that checks itself."""

from collections.abc import Collection

from django.db import connection

from xingdun.audit.errors import NotSealedYet
from xingdun.audit.models import Entry
from xingdun.audit.sealer import tree_store
from xingdun.kernel.merkle.hashing import SHA256, TreeHash
from xingdun.kernel.merkle.note import Note
from xingdun.kernel.merkle.proof_file import LogProof
from xingdun.kernel.merkle.prove import inclusion_proof
from xingdun.kernel.merkle.reader import TileReader
from xingdun.kernel.merkle.tiles import TileStore

_PLACE = """
SELECT l.index, c.size, c.note FROM audit_leaf l, (
    SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1
) c WHERE l.entry_id = %s
"""

_NEWEST = "SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_PLACES = "SELECT entry_id, index FROM audit_leaf WHERE entry_id = ANY(%s) AND index < %s ORDER BY index"


def prove_all(
    entries: Collection[int], store: TileStore, *, tree: TreeHash = SHA256
) -> tuple[Note | None, dict[int, LogProof]]:
    """The proofs of many entries (by key) under the one newest checkpoint, and that checkpoint as signed.

    Entries that are not sealed yet are left out; without any checkpoint there is None. Tiles that proofs share are
    read once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
        if row is None:
            return None, {}
        size, note = row[0], Note.parse(row[1])
        cursor.execute(_PLACES, [list(entries), size])
        places = cursor.fetchall()
    reader = TileReader(tree, size, tree_store(store, tree))
    return note, {
        entry: LogProof(index, tuple(inclusion_proof(reader, index, size)), note, tree.name) for entry, index in places
    }


def prove(entry: Entry, store: TileStore, *, tree: TreeHash = SHA256) -> LogProof:
    """The inclusion proof of `entry` under the newest checkpoint.

    Reads a handful of tiles, however long the ledger is. Raises NotSealedYet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [entry.pk])
        row = cursor.fetchone()
    if row is None:
        raise NotSealedYet
    index, size, note = row
    path = inclusion_proof(TileReader(tree, size, tree_store(store, tree)), index, size)
    return LogProof(index, tuple(path), Note.parse(note), tree.name)
