"""The root key: 32 random bytes in a file of their own, under which every other key is wrapped."""

from pathlib import Path

from django.conf import settings

from xingdun.frame.secret_files import secret_file
from xingdun.kernel.crypto.envelope import Key
from xingdun.kernel.crypto.suites import AES
from xingdun.keys.errors import KeyFileMissing, KeyFileUnusable

SIZE = 32


def path() -> Path:
    """Where the root key lies."""
    data: Path = settings.ENVIRONMENT.data
    return data / "secrets" / "root.key"


def create() -> Key:
    """The root key, made when it is not there: only when nothing has been sealed yet, by who prepares the database."""
    secret_file(path(), size=SIZE)
    return load()


def load() -> Key:
    """The root key; raises KeyFileMissing or KeyFileUnusable, and never makes one."""
    try:
        secret = path().read_bytes()
    except FileNotFoundError:
        raise KeyFileMissing(path=path()) from None
    except OSError as error:
        raise KeyFileUnusable(path=path(), problem=error.strerror) from error
    if len(secret) != SIZE:
        raise KeyFileUnusable(path=path(), problem=f"{len(secret)} bytes instead of {SIZE}")
    return Key(AES, "root", 1, secret)
