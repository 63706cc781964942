"""The single sealer: committed entries become leaves of the tree, and each new size a signed checkpoint.

Order of a round: leaves and checkpoint commit together; then tiles; then the checkpoint is published and witnessed.
A crash between leaves the database ahead of the folder; the next start writes the missing tiles from the leaves.
"""

import logging
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from xingdun.audit.errors import RolledBack, SealerRuns, TilesDiffer, WitnessUnusable
from xingdun.audit.models import Checkpoint as CheckpointRecord
from xingdun.audit.models import Leaf
from xingdun.audit.storage import FolderTileStore
from xingdun.audit.witnesses import NEWEST, Witness
from xingdun.kernel.merkle.checkpoint import Checkpoint
from xingdun.kernel.merkle.errors import TileCorruptError, TileMissingError
from xingdun.kernel.merkle.hashing import SHA256, SM3, TreeHash
from xingdun.kernel.merkle.note import Note, NoteSigner
from xingdun.kernel.merkle.tiles import TileStore
from xingdun.kernel.merkle.writer import TileWriter

logger = logging.getLogger(__name__)

LOCK = 0x58_44_53_45_41_4C  # "XDSEAL": the advisory lock of the one sealer
BATCH = 20_000
ROUND = 1.0  # seconds between checkpoints (DESIGN decision 8)

_WAITING = "SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT %s"
# By range, so that no plan made of old statistics tries each waiting entry against every other.
_CONTENTS = """
WITH time AS (SELECT min(at) AS first, max(at) AS last FROM audit_pending WHERE entry_id BETWEEN %s AND %s)
SELECT id, content FROM audit_entry
WHERE id BETWEEN %s AND %s AND at BETWEEN (SELECT first FROM time) AND (SELECT last FROM time)
AND id IN (SELECT unnest(%s::bigint[])) ORDER BY id
"""
_SEALED = "DELETE FROM audit_pending WHERE entry_id = ANY(%s)"


class _Under:
    """A tile store below a folder of another, so that both trees share one folder."""

    def __init__(self, store: TileStore, prefix: str) -> None:
        self._store, self._prefix = store, prefix

    def get(self, path: str, /) -> bytes | None:
        return self._store.get(self._prefix + path)

    def put(self, path: str, data: bytes, /) -> None:
        self._store.put(self._prefix + path, data)


def tree_store(store: TileStore, hashing: TreeHash) -> TileStore:
    """Where the tiles of one tree lie: the SHA-256 tree at the top (C2SP), the SM3 tree under `sm3/`."""
    return store if hashing is SHA256 else _Under(store, f"{hashing.name}/")


@dataclass
class Sealer:
    """Seals the ledger of the database Django is connected to.

    origin: the log's name in checkpoints. signers: the platform's keys. store: where tiles and the checkpoint lie.
    """

    origin: str
    signers: Sequence[NoteSigner]
    store: FolderTileStore
    witnesses: Sequence[Witness] = ()
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _writers: dict[str, TileWriter] = field(default_factory=dict, init=False)
    _untold: Note | None = field(default=None, init=False)
    _months_opened: date | None = field(default=None, init=False)

    def open(self) -> None:
        """Take the lock and stand where the last checkpoint stands.

        Raises SealerRuns, RolledBack when something newer was published, TilesDiffer.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            row = cursor.fetchone()
        if not row or not row[0]:
            raise SealerRuns
        last = CheckpointRecord.objects.order_by("-size").first()
        size = last.size if last else 0
        published = self._published()
        newest = max((each.size for each in published), default=0)
        if newest > size:
            raise RolledBack(database=size, published=newest)
        for hashing in (SHA256, SM3):
            root = bytes(last.root if hashing is SHA256 else last.sm3_root) if last else hashing.empty
            self._writers[hashing.name] = self._stand(hashing, size, root, published[:1])
        if last:
            self._publish(Note.parse(last.note))
        self._open_months()

    def _open_months(self) -> None:
        """Have this month's partition of the entries and the next two's; once a day is enough."""
        today = self.clock().date()
        if today == self._months_opened:
            return
        with connection.cursor() as cursor:
            for ahead in range(3):
                cursor.execute("SELECT audit_month_open(%s)", [today + timedelta(days=31 * ahead)])
        self._months_opened = today

    def _published(self) -> list[Checkpoint]:
        """The checkpoints kept outside the database: the folder's own first, if it has one."""
        notes = [Note.parse(data)] if (data := self.store.get(NEWEST)) else []
        for witness in self.witnesses:
            try:
                notes += [note] if (note := witness.newest()) else []
            except WitnessUnusable as error:
                logger.warning(str(error), extra={"code": error.code})
        return [Checkpoint.parse(note.text) for note in notes]

    def _stand(self, hashing: TreeHash, size: int, root: bytes, published: Sequence[Checkpoint]) -> TileWriter:
        """The tree as the last checkpoint signed it, from the tiles; where these are behind, with leaves added.

        What was published is whole on disk, so a crash after it costs no more than what was sealed since. Torn or
        missing tiles are written again from the first leaf.
        """
        store = tree_store(self.store, hashing)
        for start, expected in ((size, root), *((each.size, each.root_of(hashing.name)) for each in published)):
            try:
                writer = TileWriter.resume(hashing, start, store)
            except (TileMissingError, TileCorruptError):
                continue
            if writer.root() == expected:
                return self._catch_up(writer, size, root, store)
        logger.warning("tiles are missing or torn; they are written again from the leaves")
        return self._catch_up(TileWriter(hashing), size, root, store)

    def _catch_up(self, writer: TileWriter, size: int, root: bytes, store: TileStore) -> TileWriter:
        while writer.size < size:
            rows = Leaf.objects.filter(index__gte=writer.size, index__lt=min(size, writer.size + BATCH))
            leaves = [bytes(leaf) for leaf in rows.order_by("index").values_list(writer.hash.name, flat=True)]
            if not leaves:
                break
            for tile in writer.append(leaves):
                store.put(tile.path, tile.data)
        if writer.root() != root:
            raise TilesDiffer(folder=self.store.folder, size=size)
        return writer

    def seal(self) -> int:
        """One round: seal what is committed and waits, at most BATCH entries; gives how many were sealed."""
        now = self.clock()
        tiles: list[tuple[TileStore, str, bytes]] = []
        with transaction.atomic(), connection.cursor() as cursor:
            rows = self._take(cursor)
            if not rows:
                self._tell_again()
                return 0
            contents = [content.encode() for _, content in rows]
            first = self._writers["sha256"].size
            hashes: dict[str, list[bytes]] = {}
            for hashing in (SHA256, SM3):
                hashes[hashing.name] = hashing.leaves(contents)
            self._copy_leaves(cursor, first, now, rows, hashes)
            grown = {name: self._grow(name, leaves, tiles) for name, leaves in hashes.items()}
            note = self._sign(cursor, grown, now)
        self._writers = grown
        for store, path, data in tiles:
            store.put(path, data)
        self._publish(note)
        return len(rows)

    @staticmethod
    def _take(cursor: Any) -> list[tuple[int, str]]:
        """The next committed entries that wait, with their contents; they wait no longer once this commits."""
        cursor.execute(_WAITING, [BATCH])
        keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return []
        period = [keys[0], keys[-1]]
        cursor.execute(_CONTENTS, [*period, *period, keys])
        rows: list[tuple[int, str]] = cursor.fetchall()
        cursor.execute(_SEALED, [keys])
        if len(rows) != len(keys):
            logger.error("entries that waited to be sealed are gone from the ledger")
        return rows

    @staticmethod
    def _copy_leaves(
        cursor: Any, first: int, now: datetime, rows: list[tuple[int, str]], hashes: dict[str, list[bytes]]
    ) -> None:
        statement = "COPY audit_leaf (index, entry_id, at, sha256, sm3) FROM STDIN"
        with cursor.copy(statement) as copy:
            for offset, (row, sha256, sm3) in enumerate(zip(rows, hashes["sha256"], hashes["sm3"], strict=True)):
                copy.write_row((first + offset, row[0], now, sha256, sm3))

    def _grow(self, name: str, leaves: list[bytes], tiles: list[tuple[TileStore, str, bytes]]) -> TileWriter:
        """A grown copy of the tree's writer, so that a round that fails leaves the one we stand on."""
        writer = deepcopy(self._writers[name])
        store = tree_store(self.store, writer.hash)
        tiles.extend((store, tile.path, tile.data) for tile in writer.append(leaves))
        return writer

    def _sign(self, cursor: Any, grown: dict[str, TileWriter], now: datetime) -> Note:
        sha256, sm3 = grown["sha256"], grown["sm3"]
        checkpoint = Checkpoint(self.origin, sha256.size, sha256.root(), sm3.root())
        note = checkpoint.sign(self.signers)
        cursor.execute(
            "INSERT INTO audit_checkpoint (size, at, root, sm3_root, note) VALUES (%s, %s, %s, %s, %s)",
            [checkpoint.size, now, checkpoint.root, checkpoint.sm3_root, str(note)],
        )
        return note

    def _publish(self, note: Note) -> None:
        self.store.publish(NEWEST, bytes(note))
        self._untold = note
        self._tell_again()

    def _tell_again(self) -> None:
        """Tell the witnesses the newest checkpoint until each has taken it; a deaf one holds nothing up."""
        if self._untold is None:
            return
        deaf = False
        for witness in self.witnesses:
            try:
                witness.tell(self._untold)
            except WitnessUnusable as error:
                deaf = True
                logger.warning(str(error), extra={"code": error.code})
        if not deaf:
            self._untold = None

    def run(self, *, should_stop: Callable[[], bool], wait: Callable[[float], object] = time.sleep) -> None:
        """Seal until told to stop, a round a second; full batches follow each other at once.

        wait: spends what is left of a round, and may come back early when the end is asked for.
        """
        while not should_stop():
            begun = time.monotonic()
            self._open_months()
            if self.seal() < BATCH:
                wait(max(0.0, ROUND - (time.monotonic() - begun)))
