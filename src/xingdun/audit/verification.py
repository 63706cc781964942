"""Checking the ledger in the database against its tiles, its checkpoints and its witnesses, in one pass."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from xingdun.audit.errors import WitnessUnusable
from xingdun.audit.models import Checkpoint as CheckpointRecord
from xingdun.audit.reading import AT, CONTENT, Window, columns_agree, one_snapshot, windows
from xingdun.audit.retention import newest_order
from xingdun.audit.retired import Retired, read_order
from xingdun.audit.storage import FolderTileStore
from xingdun.audit.witnesses import NEWEST, Witness
from xingdun.kernel.merkle.checkpoint import Checkpoint, TrustPolicy, open_checkpoint
from xingdun.kernel.merkle.errors import LogMismatchError, MerkleError
from xingdun.kernel.merkle.hashing import SHA256, SM3
from xingdun.kernel.merkle.reader import TileReader
from xingdun.kernel.merkle.stream import LogVerifier

BATCH = 5_000
SEALING_TAKES = timedelta(minutes=1)  # an entry that waits longer means that nothing seals

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
    """What was found: how many entries were read, under which checkpoint, and every problem; sound when none.

    retired, months: entries whose months left at the end of their retention, proven by their leaves alone.
    latest: the time of the last entry read.
    """

    entries: int = 0
    size: int = 0
    root: bytes = b""
    problems: list[Problem] = field(default_factory=list)
    retired: int = 0
    months: list[str] = field(default_factory=list)
    latest: str = ""

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
    moment = now or datetime.now(UTC)
    with one_snapshot():
        return _verify(policy, store, witnesses, moment)


def _verify(policy: TrustPolicy, store: FolderTileStore, witnesses: Iterable[Witness], now: datetime) -> Report:
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
    retired = _what_left(store, report, now)
    report.months = [f"{each.month:%Y-%m}" for each in retired.months]
    _read_all(agreed, store, report, retired)
    _look_for_unsealed(report, now)
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


def _read_all(checkpoints: list[Checkpoint], store: FolderTileStore, report: Report, retired: Retired) -> None:
    tiles = TileReader(SHA256, report.size, store)
    try:
        verifier = LogVerifier(checkpoints, stored=tiles.leaves)
        for window in windows():
            problem = _first_problem(window, tiles, report, retired)
            if problem:
                report.problems.append(problem)
                return
            verifier.feed_leaves({"sha256": window.sha256, "sm3": window.sm3})
        report.retired = verifier.size - report.entries
        verifier.finish()
        if verifier.size > report.size:
            told = f"leaf {report.size} lies past the newest checkpoint: it was inserted"
            report.problems.append(Problem("inserted", told, report.size, _entry_at(report.size)))
    except LogMismatchError as error:
        report.problems.append(Problem(error.kind, str(error), index=error.first, entry=_entry_at(error.first)))
    except MerkleError as error:
        report.problems.append(Problem("tiles", str(error)))


def _first_problem(window: Window, tiles: TileReader, report: Report, retired: Retired) -> Problem | None:
    """The first leaf of the window whose entry is missing, is not what it hashes, or has other columns."""
    contents = [row[CONTENT].encode() for row in window.entries if row]
    sha256, sm3 = SHA256.leaves(contents), SM3.leaves(contents)
    as_sealed = sha256 == window.sha256 and sm3 == window.sm3  # then none is missing, and none is other
    hashed = zip(sha256, sm3, strict=True)
    for place, row in enumerate(window.entries):
        index, entry = window.indexes[place], window.keys[place]
        if row is None:
            latest = datetime.fromisoformat(report.latest) if report.latest else None
            if not retired.explains(index, latest):
                return Problem("deleted", f"entry {entry} (leaf {index}) is gone", index, entry)
            continue
        if not as_sealed and next(hashed) != (window.sha256[place], window.sm3[place]):
            kind = "altered" if _sealed_leaf(tiles, index) == window.sha256[place] else "leaf"
            return Problem(kind, f"entry {entry} (leaf {index}) is not the one sealed", index, entry)
        if not columns_agree(row):
            told = f"entry {entry} (leaf {index}): its columns say something other than what was sealed"
            return Problem("altered", told, index, entry)
        report.latest = row[AT]
        report.entries += 1
    return None


def _sealed_leaf(tiles: TileReader, index: int) -> bytes | None:
    try:
        return tiles.leaf(index)
    except MerkleError:
        return None


def _what_left(store: FolderTileStore, report: Report, now: datetime) -> Retired:
    """What may be missing, by the newest order to retire; an order that is not the one sealed explains nothing."""
    found = newest_order()
    if found is None:
        return Retired(now=now)
    content, index = found
    if _sealed_leaf(TileReader(SHA256, report.size, store), index) != SHA256.leaf(content.encode()):
        return Retired(now=now)
    return read_order(content, now=now)


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
