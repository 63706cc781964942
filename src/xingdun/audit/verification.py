"""Checking the ledger in the database against its tiles, its checkpoints and its witnesses, in one pass."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from xingdun.audit.errors import WitnessUnusable
from xingdun.audit.models import Checkpoint as CheckpointRecord
from xingdun.audit.services import moment
from xingdun.audit.storage import FolderTileStore
from xingdun.audit.witnesses import NEWEST, Witness
from xingdun.kernel.merkle.checkpoint import Checkpoint, TrustPolicy, open_checkpoint
from xingdun.kernel.merkle.errors import LogMismatchError, MerkleError
from xingdun.kernel.merkle.hashing import SHA256, SM3
from xingdun.kernel.merkle.reader import TileReader
from xingdun.kernel.merkle.stream import LogVerifier

BATCH = 5_000
SEALING_TAKES = timedelta(minutes=1)  # an entry that waits longer means that nothing seals

_LEAVES = """
SELECT l.index, l.entry_id, l.sha256, l.sm3, e.content, e.institution_id, e.at, e.actor, e.action, e.about, e.under,
       e.outcome, e.address, e.details, e.sealed
FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.index
"""
_UNSEALED = """
SELECT e.id, e.at, p.entry_id IS NOT NULL FROM audit_entry e
LEFT JOIN audit_leaf l ON l.entry_id = e.id LEFT JOIN audit_pending p ON p.entry_id = e.id
WHERE l.entry_id IS NULL AND (p.entry_id IS NULL OR e.at < %s) ORDER BY e.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what kind, which leaf and entry, told in a sentence."""

    kind: str
    told: str
    index: int | None = None
    entry: int | None = None


@dataclass(slots=True)
class Report:
    """What was found: how many entries were read, under which checkpoint, and every problem; sound when none."""

    entries: int = 0
    size: int = 0
    root: bytes = b""
    problems: list[Problem] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_ledger(
    *, policy: TrustPolicy, store: FolderTileStore, witnesses: Iterable[Witness] = (), now: datetime | None = None
) -> Report:
    """Check the database's ledger; the report names the first bad entry.

    Found: entries altered (content or columns), deleted, reordered, inserted, left unsealed; a tail cut off; a
    database set back to an older state (by the published checkpoint or a witness's); forged checkpoints. One pass in
    constant memory.
    """
    report = Report()
    checkpoints = _checkpoints(policy, report)
    report.size = checkpoints[-1].size if checkpoints else 0
    report.root = checkpoints[-1].root if checkpoints else SHA256.empty
    outside = list(_outside(policy, store, witnesses, report))
    for name, checkpoint in outside:
        if checkpoint.size > report.size:
            told = f"{name} holds a checkpoint of {checkpoint.size} entries; the database ends at {report.size}"
            report.problems.append(Problem("rolled-back", told, index=report.size))
    agreed = [*checkpoints, *(each for _, each in outside if each.size <= report.size)]
    _read_all(agreed, TileReader(SHA256, report.size, store), report)
    _look_for_unsealed(report, now or datetime.now(UTC))
    return report


def _checkpoints(policy: TrustPolicy, report: Report) -> list[Checkpoint]:
    """Every checkpoint in the database; the newest must be signed as the policy asks, and all must be readable."""
    found: list[Checkpoint] = []
    newest = CheckpointRecord.objects.order_by("-size").first()
    for record in CheckpointRecord.objects.order_by("size").iterator(BATCH):
        try:
            checkpoint = Checkpoint.parse(record.note.partition("\n\n")[0] + "\n")
            if newest and record.size == newest.size:
                checkpoint = open_checkpoint(record.note, policy).checkpoint
        except MerkleError as error:
            report.problems.append(Problem("checkpoint", f"the checkpoint at {record.size}: {error}"))
            continue
        if (checkpoint.size, checkpoint.root) != (record.size, bytes(record.root)):
            report.problems.append(Problem("checkpoint", f"the checkpoint at {record.size} is not what was signed"))
        found.append(checkpoint)
    return found


def _outside(
    policy: TrustPolicy, store: FolderTileStore, witnesses: Iterable[Witness], report: Report
) -> Iterator[tuple[str, Checkpoint]]:
    """The newest checkpoints kept outside the database, each under its keeper's name."""
    notes: list[tuple[str, Any]] = [(str(store.folder), store.get(NEWEST))]
    for each in witnesses:
        try:
            notes.append((each.name, each.newest()))
        except WitnessUnusable as error:
            report.problems.append(Problem("witness", str(error)))
    for name, note in notes:
        if note:
            try:
                yield name, open_checkpoint(note, policy).checkpoint
            except MerkleError as error:
                report.problems.append(Problem("checkpoint", f"the checkpoint in {name}: {error}"))


def _read_all(checkpoints: list[Checkpoint], tiles: TileReader, report: Report) -> None:
    try:
        verifier = LogVerifier(checkpoints, stored=tiles.leaves)
        for rows in _batches():
            contents = [content for row in rows for content in _sound_content(row, report, tiles)]
            if report.problems and report.problems[-1].index is not None:
                return
            verifier.feed(contents)
            report.entries += len(contents)
        verifier.finish()
    except LogMismatchError as error:
        report.problems.append(Problem(error.kind, str(error), index=error.first, entry=_entry_at(error.first)))
    except MerkleError as error:
        report.problems.append(Problem("tiles", str(error)))


def _batches() -> Iterator[list[tuple[Any, ...]]]:
    """The leaves with their entries, in the tree's order, through a cursor on the server."""
    with transaction.atomic(), connection.cursor() as plain:
        plain.execute("SET LOCAL enable_hashjoin = off")  # merge in order: constant memory on both sides
        with connection.connection.cursor(name="xingdun_verify") as cursor:
            cursor.execute(_LEAVES)
            while rows := cursor.fetchmany(BATCH):
                yield rows


def _sound_content(row: tuple[Any, ...], report: Report, tiles: TileReader) -> Iterator[bytes]:
    """The content a leaf hashes, once its columns agree with it; else the problem is noted."""
    index, entry, sha256, sm3, content, *columns = row
    if content is None:
        report.problems.append(Problem("deleted", f"entry {entry} (leaf {index}) is gone", index, entry))
        return
    data = content.encode()
    if SHA256.leaf(data) != bytes(sha256) or SM3.leaf(data) != bytes(sm3):
        kind = "altered" if _sealed_leaf(tiles, index) == bytes(sha256) else "leaf"
        report.problems.append(Problem(kind, f"entry {entry} (leaf {index}) is not the one sealed", index, entry))
        return
    if not _columns_agree(content, columns):
        told = f"entry {entry} (leaf {index}): its columns say something other than what was sealed"
        report.problems.append(Problem("altered", told, index, entry))
        return
    yield data


def _sealed_leaf(tiles: TileReader, index: int) -> bytes | None:
    try:
        return tiles.leaf(index)
    except MerkleError:
        return None


def _columns_agree(content: str, columns: list[Any]) -> bool:
    institution, at, actor, action, about, under, outcome, address, details, sealed = columns
    told = json.loads(content)
    details = json.loads(details) if isinstance(details, str) else details
    return bool(
        told["actor"] == actor
        and told["action"] == action
        and told["about"] == about
        and told["under"] == under
        and told["outcome"] == outcome
        and told["address"] == address
        and told["sealed"] == sealed
        and told["institution"] == str(institution or "")
        and told["at"] == moment(at)
        and told["details"] == details
    )


def _entry_at(index: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM audit_leaf WHERE index = %s", [index])
        row = cursor.fetchone()
    return row[0] if row else None


def _look_for_unsealed(report: Report, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED, [now - SEALING_TAKES])
        row = cursor.fetchone()
    if row:
        entry, at, waits = row
        told = f"entry {entry} of {at:%Y-%m-%d %H:%M} waits to be sealed: does the sealer run?"
        if not waits:
            told = (
                f"entry {entry} of {at:%Y-%m-%d %H:%M} is in the table and neither sealed nor waiting: it was inserted"
            )
        report.problems.append(Problem("unsealed" if waits else "inserted", told, entry=entry))
