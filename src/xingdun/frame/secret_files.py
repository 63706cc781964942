"""Secrets of this installation, kept in files that only its owner may read."""

import os
import secrets
from pathlib import Path


def secret_file(path: Path, *, size: int = 32) -> bytes:
    """The secret in `path`, made of `size` random bytes (mode 0600) when it is not there yet.

    Two processes that start at once agree: the file is linked into place whole, and the first one wins.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()
