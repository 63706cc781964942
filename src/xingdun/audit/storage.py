"""Where the tree's tiles and the published checkpoint lie: a folder, written so that a crash leaves old or new."""

import os
import secrets
import shutil
from pathlib import Path

from xingdun.kernel.merkle.hashing import HASH_SIZE

_PARTIAL = ".p"


class FolderTileStore:
    """Tiles under `folder`; each file appears whole or not at all.

    Tiles can be made again from the leaves in the database, so they are not forced to disk one by one; what is
    published is (`publish`). A partial tile replaces the narrower ones of its place.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, path: str, /) -> bytes | None:
        """The file at `path`, or None; a partial tile is cut from a wider one that has replaced it."""
        target = self.folder / path
        try:
            return target.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return self._from_wider(target) if target.parent.suffix == _PARTIAL else None

    def put(self, path: str, data: bytes, /) -> None:
        """Write `data` to `path`, whole."""
        target = self._write(path, data, durable=False)
        if target.parent.suffix == _PARTIAL:
            for other in target.parent.iterdir():
                if other.name.isdigit() and int(other.name) < int(target.name):
                    other.unlink(missing_ok=True)
        else:
            shutil.rmtree(target.with_name(target.name + _PARTIAL), ignore_errors=True)

    def publish(self, path: str, data: bytes) -> None:
        """Write `data` to `path`; on disk when this returns."""
        target = self._write(path, data, durable=True)
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _write(self, path: str, data: bytes, *, durable: bool) -> Path:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        with draft.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(target)
        return target

    @staticmethod
    def _from_wider(target: Path) -> bytes | None:
        width = int(target.name)
        try:
            wider = sorted(int(each.name) for each in target.parent.iterdir() if each.name.isdigit())
            found = next((each for each in wider if each > width), None)
            return (target.parent / str(found)).read_bytes()[: width * HASH_SIZE] if found else None
        except FileNotFoundError:
            return None
