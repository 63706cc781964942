"""Where the tree's tiles and the published checkpoint lie: a folder, written so that a crash leaves old or new."""

import os
import secrets
import shutil
from pathlib import Path

from xingdun.kernel.merkle.hashing import HASH_SIZE

_PARTIAL = ".p"


class FolderTileStore:
    """Tiles under `folder`; each file appears whole or not at all.

    Tiles written with `put` are forced to disk together, by the next `publish`. A partial tile replaces the narrower
    ones of its place.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unforced: set[Path] = set()

    def get(self, path: str, /) -> bytes | None:
        """The file at `path`, or None; a partial tile is cut from a wider one that has replaced it."""
        target = self.folder / path
        try:
            return target.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return self._from_wider(target) if target.parent.suffix == _PARTIAL else None

    def put(self, path: str, data: bytes, /) -> None:
        """Write `data` to `path`, whole."""
        target = self._write(path, data)
        if target.parent.suffix == _PARTIAL:
            for other in target.parent.iterdir():
                if other.name.isdigit() and int(other.name) < int(target.name):
                    other.unlink(missing_ok=True)
        else:
            shutil.rmtree(target.with_name(target.name + _PARTIAL), ignore_errors=True)

    def publish(self, path: str, data: bytes) -> None:
        """Write `data` to `path`; it and everything put before are on disk when this returns."""
        self._force()
        self._write(path, data)
        self._force()

    def _write(self, path: str, data: bytes) -> Path:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            draft.write_bytes(data)
            draft.replace(target)
        except OSError:
            draft.unlink(missing_ok=True)  # a full disk keeps no halves
            raise
        self._unforced |= {target, target.parent}
        return target

    def _force(self) -> None:
        for each in sorted(self._unforced, key=lambda path: len(path.parts), reverse=True):
            try:
                descriptor = os.open(each, os.O_RDONLY)
            except FileNotFoundError:  # a narrower partial tile, replaced since
                continue
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._unforced.clear()

    @staticmethod
    def _from_wider(target: Path) -> bytes | None:
        width = int(target.name)
        try:
            wider = sorted(int(each.name) for each in target.parent.iterdir() if each.name.isdigit())
            found = next((each for each in wider if each > width), None)
            return (target.parent / str(found)).read_bytes()[: width * HASH_SIZE] if found else None
        except FileNotFoundError:
            return None
