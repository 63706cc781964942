"""Whether a source answers, and in what way it does not."""

from pathlib import Path

import psycopg

from xingdun.data.errors import LoginRefused, PathMissing, SourceUnreachable


def probe(url: str) -> None:
    """Return when the source at `url` (a libpq address or a path) can be read.

    Raises SourceUnreachable, LoginRefused or PathMissing.
    """
    if url.startswith("/"):
        _look(Path(url))
        return
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as problem:
        raise _told(problem) from None
    except psycopg.Error as problem:
        raise SourceUnreachable(problem=_line(problem)) from None


def _look(path: Path) -> None:
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        else:
            with path.open("rb") as file:
                file.read(1)
    except OSError as problem:
        raise PathMissing(path=f"{path} ({problem.strerror})") from None


def _line(problem: Exception) -> str:
    return " ".join(str(problem).split())


def _told(problem: psycopg.OperationalError) -> SourceUnreachable | LoginRefused:
    """A failed login carries no SQLSTATE; but the client knows whether it was asked for a password."""
    tried = problem.pgconn
    asked = tried is not None and (tried.needs_password or tried.used_password)
    return LoginRefused(problem=_line(problem)) if asked else SourceUnreachable(problem=_line(problem))
