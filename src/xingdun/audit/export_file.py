"""Checking an exported ledger: needs the file alone, no database and no settings."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from xingdun.audit.errors import ExportUnreadable
from xingdun.audit.retired import read_order
from xingdun.audit.trust import KEYS_FILE, policy_of
from xingdun.kernel.merkle.checkpoint import Checkpoint, TrustPolicy, open_checkpoint
from xingdun.kernel.merkle.errors import LogMismatchError, MerkleError
from xingdun.kernel.merkle.hashing import HASH_SIZE
from xingdun.kernel.merkle.stream import LogReport, LogVerifier
from xingdun.kernel.merkle.tiles import split_hashes

ENTRIES = "entries.ndjson"
CHECKPOINT = "checkpoint"
LEAVES = "leaves.sha256"
ORDER = "retired.json"
LEFT = b"#"  # begins the line of an entry that left; its SM3 leaf follows
BATCH = 5_000
SMALL = 16 << 20  # bytes; keys, checkpoint and order have a few thousand


def verify_export(
    source: Path, *, policy: TrustPolicy | None = None, now: datetime | None = None
) -> tuple[LogReport, Checkpoint]:
    """Check an export whole, offline. policy: keys one trusts; without it, the export's own are used.

    Raises ExportUnreadable, or the kernel's LogMismatchError and NoteSignatureError with what is wrong.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            own = policy_of(_part(archive, KEYS_FILE, SMALL).decode())
            checkpoint = open_checkpoint(_part(archive, CHECKPOINT, SMALL), policy or own).checkpoint
            order = _part(archive, ORDER, SMALL)
            leaves = _part(archive, LEAVES, HASH_SIZE * checkpoint.size)
            reader = _Reader([checkpoint], leaves, order, now or datetime.now(UTC))
            with archive.open(ENTRIES) as file:
                for batch in _in_batches(line.removesuffix(b"\n") for line in file):
                    reader.feed(batch)
            return reader.finish(), checkpoint
    except MerkleError:
        raise
    except Exception as error:  # a broken archive raises anything from BadZipFile to zlib's and lzma's own errors
        raise ExportUnreadable(file=source, problem=str(error) or type(error).__name__) from error


def _part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A part of the archive. Raises ValueError when it unpacks to more than it can be, before it is unpacked."""
    if archive.getinfo(name).file_size > most:
        message = f"{name} is larger than {most} bytes"
        raise ValueError(message)
    return archive.read(name)


class _Reader:
    """Feeds lines to a verifier; where an entry has left, its hashes, once the order explains the gap."""

    def __init__(self, checkpoints: list[Checkpoint], leaves: bytes, order: bytes, now: datetime) -> None:
        self._leaves = leaves
        self._order = order
        self._retired = read_order(order.decode(), now=now)
        self._order_seen = not self._retired.months
        self._latest: datetime | None = None
        self._verifier = LogVerifier(checkpoints, stored=self._stored)

    def _stored(self, first: int, end: int) -> list[bytes]:
        return split_hashes(self._leaves[HASH_SIZE * first : HASH_SIZE * end])

    def feed(self, lines: list[bytes]) -> None:
        self._order_seen = self._order_seen or self._order in lines
        if not any(line.startswith(LEFT) for line in lines):
            self._verifier.feed(lines)
            self._latest = _time(lines[-1]) or self._latest
            return
        for line in lines:
            if line.startswith(LEFT):
                self._feed_leaf(line)
            else:
                self._verifier.feed([line])
                self._latest = _time(line) or self._latest

    def _feed_leaf(self, line: bytes) -> None:
        index = self._verifier.size
        if not self._retired.explains(index, self._latest):
            raise LogMismatchError("deleted", index, index, f"entry {index} is gone, and no order explains it")
        try:
            sm3 = bytes.fromhex(line.removeprefix(LEFT).decode("ascii", "replace"))
        except ValueError:
            raise LogMismatchError("entry", index, index, f"entry {index} has no hash in its place") from None
        self._verifier.feed_leaves({"sha256": self._stored(index, index + 1), "sm3": [sm3]})

    def finish(self) -> LogReport:
        report = self._verifier.finish()
        if not self._order_seen:
            why = "the order by which months left is none of the entries"
            raise LogMismatchError("deleted", 0, max(report.size - 1, 0), why)
        return report


def _time(line: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line)["at"])
    except (ValueError, KeyError, TypeError):
        return None


def _in_batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
