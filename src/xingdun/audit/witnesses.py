"""Witnesses keep our checkpoints where we cannot change them: a folder outside (write-once share, another machine)."""

from pathlib import Path
from typing import Protocol

from xingdun.audit.errors import WitnessUnusable
from xingdun.audit.storage import FolderTileStore
from xingdun.kernel.merkle.checkpoint import Checkpoint
from xingdun.kernel.merkle.note import Note

NEWEST = "checkpoint"


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


def witness(address: str) -> Witness:
    """The witness at `address`: a folder's path."""
    return FolderWitness(Path(address))
