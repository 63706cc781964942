"""A file that a command is to write: where it goes is looked at before any work is done, and it appears whole."""

import os
from pathlib import Path

import click


class NewFile(click.Path):
    """The path of a file to be written, in a folder that is there and may be written to."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; fails as wrong usage."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
            self.fail(f"{path.parent} is no folder that can be written to.", param, ctx)
        return path


def write(out: Path, content: bytes) -> None:
    """Write `content` beside `out` and put it in its place, so that nobody finds half of it."""
    draft = out.with_name(f".{out.name}.part")
    draft.write_bytes(content)
    draft.replace(out)
