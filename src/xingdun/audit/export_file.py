"""Checking an exported ledger: needs the file alone, no database and no settings."""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from xingdun.audit.errors import ExportUnreadable
from xingdun.audit.trust import KEYS_FILE, policy_of
from xingdun.kernel.merkle.checkpoint import Checkpoint, TrustPolicy, open_checkpoint
from xingdun.kernel.merkle.hashing import HASH_SIZE
from xingdun.kernel.merkle.stream import LogReport, LogVerifier
from xingdun.kernel.merkle.tiles import split_hashes

ENTRIES = "entries.ndjson"
CHECKPOINT = "checkpoint"
LEAVES = "leaves.sha256"
BATCH = 5_000


def verify_export(source: Path, *, policy: TrustPolicy | None = None) -> tuple[LogReport, Checkpoint]:
    """Check an export whole, offline. policy: keys one trusts; without it, the export's own are used.

    Raises ExportUnreadable, or the kernel's LogMismatchError and NoteSignatureError with what is wrong.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            own = policy_of(archive.read(KEYS_FILE).decode())
            checkpoint = open_checkpoint(archive.read(CHECKPOINT), policy or own).checkpoint
            leaves = archive.read(LEAVES)
            verifier = LogVerifier(
                [checkpoint], stored=lambda first, end: split_hashes(leaves[HASH_SIZE * first : HASH_SIZE * end])
            )
            with archive.open(ENTRIES) as file:
                for batch in _in_batches(line.removesuffix(b"\n") for line in file):
                    verifier.feed(batch)
            return verifier.finish(), checkpoint
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise ExportUnreadable(file=source, problem=str(error) or type(error).__name__) from error


def _in_batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
