"""The ledger as one file that anyone can check with nothing else: entries in order, checkpoints and public keys."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from xingdun.audit.export_file import CHECKPOINT, ENTRIES, LEAVES
from xingdun.audit.models import Checkpoint as CheckpointRecord
from xingdun.audit.trust import KEYS_FILE

READ_ME = "READ-ME.txt"
BATCH = 5_000
_TOLD = """A ledger exported by Xingdun.

entries.ndjson  one entry a line, in the order of the tree; a leaf hashes the line without its line end
checkpoint      the signed statement of size and root (C2SP tlog-checkpoint), with the SM3 root in its fourth line
leaves.sha256   the leaf hashes as they were sealed, 32 bytes each: with them the one bad entry is named
keys.txt        the public keys it is signed with (C2SP vkey lines); compare them with a copy you already trust

To check: xingdun verify THIS-FILE. By hand: SHA-256 of 0x00 and the line for each leaf, of 0x01 and both
children for each node (RFC 9162, 2.1.1), then compare the root with the checkpoint's third line.
"""
_CONTENTS = """
SELECT e.content, l.sha256 FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id WHERE l.index < %s ORDER BY l.index
"""


def export(target: Path, *, keys: str) -> int:
    """Write the sealed ledger to `target` (a zip); gives how many entries it holds.

    Lines that have left at the end of retention are written empty, so that places stay; such an export checks only
    against proofs, not as a whole.
    """
    newest = CheckpointRecord.objects.order_by("-size").first()
    size = newest.size if newest else 0
    draft = target.with_name(f".{target.name}.part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(READ_ME, _TOLD)
        archive.writestr(KEYS_FILE, keys)
        archive.writestr(CHECKPOINT, newest.note if newest else "")
        leaves = bytearray()
        with archive.open(ENTRIES, "w", force_zip64=True) as file:
            for rows in _contents(size):
                file.write(b"".join((content or "").encode() + b"\n" for content, _ in rows))
                leaves += b"".join(bytes(leaf) for _, leaf in rows)
        archive.writestr(LEAVES, bytes(leaves))
    draft.replace(target)
    return size


def _contents(size: int) -> Iterator[list[tuple[str | None, bytes]]]:
    with transaction.atomic(), connection.cursor() as plain:
        plain.execute("SET LOCAL enable_hashjoin = off")
        with connection.connection.cursor(name="xingdun_export") as cursor:
            cursor.execute(_CONTENTS, [size])
            while rows := cursor.fetchmany(BATCH):
                yield rows
