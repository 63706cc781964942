"""Append-only logs that anyone can check: trees, tiles, proofs, signed checkpoints (RFC 9162, C2SP).

writer = TileWriter(SHA256)
for tile in writer.append(SHA256.leaves(entries)):
    store.put(tile.path, tile.data)
note = Checkpoint(origin, writer.size, writer.root()).sign([NoteSigner(origin, signer)])
"""

from xingdun.kernel.merkle.bundles import MAX_ENTRY, decode_bundle, encode_bundle, read_entries
from xingdun.kernel.merkle.checkpoint import Checkpoint, OpenedCheckpoint, TrustPolicy, open_checkpoint
from xingdun.kernel.merkle.errors import (
    EntryTooLongError,
    LogMismatchError,
    MerkleError,
    NoteFormatError,
    NoteSignatureError,
    ProofError,
    TileCorruptError,
    TileMissingError,
)
from xingdun.kernel.merkle.frontier import Frontier
from xingdun.kernel.merkle.hashing import SHA256, SM3, TreeHash, tree_hash
from xingdun.kernel.merkle.note import Note, NoteKey, NoteSignature, NoteSigner, SignatureType, Signed, verify_note
from xingdun.kernel.merkle.proof_file import LogProof
from xingdun.kernel.merkle.prove import consistency_proof, inclusion_proof, root_at
from xingdun.kernel.merkle.reader import MemoryTree, NodeReader, TileReader
from xingdun.kernel.merkle.stream import LogReport, LogVerifier
from xingdun.kernel.merkle.tiles import ENTRIES, TILE_WIDTH, MemoryTileStore, Tile, TileName, TileStore
from xingdun.kernel.merkle.verify import verify_consistency, verify_inclusion
from xingdun.kernel.merkle.writer import BundleWriter, TileWriter

__all__ = [
    "ENTRIES",
    "MAX_ENTRY",
    "SHA256",
    "SM3",
    "TILE_WIDTH",
    "BundleWriter",
    "Checkpoint",
    "EntryTooLongError",
    "Frontier",
    "LogMismatchError",
    "LogProof",
    "LogReport",
    "LogVerifier",
    "MemoryTileStore",
    "MemoryTree",
    "MerkleError",
    "NodeReader",
    "Note",
    "NoteFormatError",
    "NoteKey",
    "NoteSignature",
    "NoteSignatureError",
    "NoteSigner",
    "OpenedCheckpoint",
    "ProofError",
    "SignatureType",
    "Signed",
    "Tile",
    "TileCorruptError",
    "TileMissingError",
    "TileName",
    "TileReader",
    "TileStore",
    "TileWriter",
    "TreeHash",
    "TrustPolicy",
    "consistency_proof",
    "decode_bundle",
    "encode_bundle",
    "inclusion_proof",
    "open_checkpoint",
    "read_entries",
    "root_at",
    "tree_hash",
    "verify_consistency",
    "verify_inclusion",
    "verify_note",
]
