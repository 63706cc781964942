"""The ledger as one file that anyone can check with nothing else: entries in order, checkpoints and public keys."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile

from xingdun.audit.export_file import CHECKPOINT, ENTRIES, LEAVES, LEFT, ORDER
from xingdun.audit.models import Checkpoint as CheckpointRecord
from xingdun.audit.reading import CONTENT, Window, one_snapshot, windows
from xingdun.audit.retention import newest_order
from xingdun.audit.trust import KEYS_FILE

READ_ME = "READ-ME.txt"
_TOLD = """A ledger exported by Xingdun.

entries.ndjson  one entry a line, in the order of the tree; a leaf hashes the line without its line end
checkpoint      the signed statement of size and root (C2SP tlog-checkpoint), with the SM3 root in its fourth line
leaves.sha256   the leaf hashes as they were sealed, 32 bytes each: with them the one bad entry is named
retired.json    the newest order by which months left at the end of their retention, itself one of the entries
keys.txt        the public keys it is signed with (C2SP vkey lines); compare them with a copy you already trust

To check: xingdun verify THIS-FILE. By hand: SHA-256 of 0x00 and the line for each leaf, of 0x01 and both
children for each node (RFC 9162, 2.1.1), then compare the root with the checkpoint's third line. For a line
that begins with # the leaf hash stands in leaves.sha256: its entry left with its month, as retired.json orders.
"""


def export(target: Path, *, keys: str) -> int:
    """Write the sealed ledger to `target` (a zip); gives how many entries it holds.

    An entry that left at the end of its retention is a line `#` with its SM3 leaf; the order it left by goes along.
    """
    draft = target.with_name(f".{target.name}.part")
    with one_snapshot(), zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        newest = CheckpointRecord.objects.order_by("-size").first()
        size = newest.size if newest else 0
        order = newest_order()
        archive.writestr(READ_ME, _TOLD)
        archive.writestr(KEYS_FILE, keys)
        archive.writestr(CHECKPOINT, newest.note if newest else "")
        archive.writestr(ORDER, order[0] if order else "")
        with TemporaryFile() as leaves:
            with archive.open(ENTRIES, "w", force_zip64=True) as file:
                for window in windows():
                    file.write(b"".join(_lines(window)))
                    leaves.write(b"".join(window.sha256))
            leaves.seek(0)
            with archive.open(LEAVES, "w", force_zip64=True) as file:
                copyfileobj(leaves, file)
    draft.replace(target)
    return size


def _lines(window: Window) -> Iterator[bytes]:
    for row, sm3 in zip(window.entries, window.sm3, strict=True):
        yield (row[CONTENT].encode() if row else LEFT + sm3.hex().encode()) + b"\n"
