"""Login roles of our own on a database server: their generated passwords and their addresses."""

from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from xingdun.frame.secret_files import secret_file


def password_of(role: str, data: Path) -> str:
    """The generated password of a login role, made at first use and kept in the data folder (mode 0600)."""
    return secret_file(data / "secrets" / f"{role}.password").hex()


def login_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """Let `role` sign in with `password`, creating it when it is missing."""
    name = sql.Identifier(role)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
    # The server's log may hold statements: it gets the verifier, never the password.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier.decode("ascii"))))


def with_user(url: str, user: str | None, password: str | None, *, database: str | None = None) -> str:
    """The address `url` for another user, another database, or both; None keeps what it says."""
    parts = urlsplit(url)
    if user is not None:
        where = parts.netloc.rpartition("@")[2]
        parts = parts._replace(netloc=f"{quote(user, safe='')}:{quote(password or '', safe='')}@{where}")
    if database is not None:
        parts = parts._replace(path=f"/{quote(database, safe='')}")
    return urlunsplit(parts)
