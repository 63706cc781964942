"""Witnesses keep our checkpoints where we cannot change them: a folder outside, or a C2SP witness over HTTP(S)."""

import base64
import hashlib
import http.client
import re
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from xingdun.audit.errors import WitnessUnusable
from xingdun.audit.storage import FolderTileStore
from xingdun.kernel.merkle.checkpoint import Checkpoint
from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.hashing import SHA256
from xingdun.kernel.merkle.note import Note
from xingdun.kernel.merkle.prove import consistency_proof
from xingdun.kernel.merkle.reader import TileReader

NEWEST = "checkpoint"
_PATIENCE = 5  # seconds; a deaf witness holds nothing up for longer
_MOST = 1 << 16  # bytes of an answer
_CONFLICT = 409


class Witness(Protocol):
    """Who is told of checkpoints and remembers the newest."""

    name: str

    def tell(self, note: Note) -> None: ...  # noqa: D102 - told above
    def newest(self) -> Note | None: ...  # noqa: D102 - told above


class FolderWitness:
    """A folder that keeps each checkpoint it is told as `<size>.note`, and the newest as `checkpoint`.

    An older or equal size is ignored, so a database that was set back cannot make it forget.
    """

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._files = FolderTileStore(folder)

    def tell(self, note: Note) -> None:
        """Keep the checkpoint; raises WitnessUnusable when the folder cannot be written."""
        checkpoint = Checkpoint.parse(note.text)
        known = self.newest()
        if known and Checkpoint.parse(known.text).size >= checkpoint.size:
            return
        try:
            self._files.publish(f"{checkpoint.size}.note", bytes(note))
            self._files.publish(NEWEST, bytes(note))
        except OSError as error:
            raise WitnessUnusable(name=self.name, problem=error.strerror or str(error)) from error

    def newest(self) -> Note | None:
        """The newest checkpoint it was told; None when it was told none."""
        try:
            data = self._files.get(NEWEST)
        except OSError as error:
            raise WitnessUnusable(name=self.name, problem=error.strerror or str(error)) from error
        return Note.parse(data) if data else None


class HttpWitness:
    """A witness that speaks C2SP tlog-witness: `POST …/add-checkpoint`, answered by its cosignature.

    It is shown that the ledger only grew. The newest checkpoint it cosigned is kept beside the tiles.
    """

    def __init__(self, address: str, tiles: FolderTileStore) -> None:
        self.name = address
        self._tiles = tiles
        self._kept = f"witness/{hashlib.sha256(address.encode()).hexdigest()[:16]}"

    def tell(self, note: Note) -> None:
        """Have the checkpoint cosigned; raises WitnessUnusable when it is not."""
        known = self.newest()
        told = Checkpoint.parse(note.text).size
        size = Checkpoint.parse(known.text).size if known else 0
        if size >= told:
            return
        status, answer = self._post(note, told, size)
        if status == _CONFLICT and re.fullmatch(rb"[0-9]{1,19}\n", answer):  # it remembers another size: begin there
            status, answer = self._post(note, told, int(answer))
        if status != http.client.OK:
            raise WitnessUnusable(name=self.name, problem=f"HTTP {status}")
        try:
            cosigned = Note.parse(bytes(note) + answer)
        except MerkleError as error:
            raise WitnessUnusable(name=self.name, problem=str(error)) from error
        self._tiles.publish(self._kept, bytes(cosigned))

    def newest(self) -> Note | None:
        """The newest checkpoint it cosigned; None when it has cosigned none."""
        data = self._tiles.get(self._kept)
        return Note.parse(data) if data else None

    def _post(self, note: Note, told: int, size: int) -> tuple[int, bytes]:
        if size > told:
            raise WitnessUnusable(name=self.name, problem=f"it knows {size} entries, the ledger has {told}")
        proof = consistency_proof(TileReader(SHA256, told, self._tiles), size, told) if size else []
        lines = [f"old {size}", *(base64.b64encode(each).decode() for each in proof), "", ""]
        where = urlsplit(self.name)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=_PATIENCE)
        try:
            connection.request(
                "POST", f"{where.path.rstrip('/')}/add-checkpoint", "\n".join(lines).encode() + bytes(note)
            )
            answer = connection.getresponse()
            return answer.status, answer.read(_MOST)
        except (OSError, http.client.HTTPException) as error:
            raise WitnessUnusable(name=self.name, problem=str(error) or type(error).__name__) from error
        finally:
            connection.close()


def witness(address: str, tiles: FolderTileStore) -> Witness:
    """The witness at `address`: a folder's path, or the http(s) prefix of a C2SP witness."""
    if address.startswith(("http://", "https://")):
        return HttpWitness(address, tiles)
    return FolderWitness(Path(address))
