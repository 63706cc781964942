"""Whether a database was prepared by this very program already, found out without loading the program."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path

import psycopg

_PACKAGE = Path(__file__).resolve().parent.parent
_STAMP = "prepared"


def is_prepared(owner_url: str, data: Path, *facts: str) -> bool:
    """Whether the last `note_prepared` saw the same program, month, migrations in the database, and `facts`.

    False when in doubt: preparing again is safe, only slow.
    """
    try:
        return (data / _STAMP).read_text(encoding="ascii") == _digest(owner_url, facts)
    except (OSError, psycopg.Error):
        return False


def note_prepared(owner_url: str, data: Path, *facts: str) -> None:
    """Remember that the database stands prepared."""
    (data / _STAMP).write_text(_digest(owner_url, facts), encoding="ascii")


def _digest(owner_url: str, facts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in (owner_url, *facts, f"{datetime.now(UTC):%Y-%m}", *_program(), *_applied(owner_url)):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _program() -> Iterable[str]:
    """What the program is made of: its files as they were last written, and its packages' versions."""
    for path in sorted(_PACKAGE.rglob("*.py")):
        found = path.stat()
        yield f"{path.relative_to(_PACKAGE)} {found.st_size} {found.st_mtime_ns}"
    yield from sorted(f"{each.name} {each.version}" for each in distributions())


def _applied(owner_url: str) -> Iterable[str]:
    """The migrations the database has had: an older backup put in its place shows here."""
    with psycopg.connect(owner_url, connect_timeout=10) as owner:
        for app, name in owner.execute("SELECT app, name FROM django_migrations ORDER BY app, name"):
            yield f"{app} {name}"
