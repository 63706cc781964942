"""Where a source may lie: what addresses are taken, and where a connection really goes.

An address is data of a person; a name behind it is answered by a server of somebody's. So each address that a name
leads to is checked at the moment of use, and the connection goes to the addresses checked, not to the name again.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.conf import settings

from xingdun.data.errors import AddressForbidden, AddressUnusable, FolderForbidden, NameUnresolved, PathMissing
from xingdun.data.models import Source
from xingdun.frame.addresses import allowed, meant

PORT = 5432
_PARAMETERS = frozenset({"host", "port", "sslmode"})
_SSL_MODES = frozenset({"disable", "allow", "prefer", "require"})
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL address taken apart: `host` is a name, an IP address or the folder of a Unix socket."""

    user: str
    host: str
    port: int
    name: str
    sslmode: str = "prefer"

    @property
    def on_socket(self) -> bool:
        """Whether it is reached through a Unix socket."""
        return self.host.startswith("/")

    def __str__(self) -> str:
        """The address as it is kept and shown: no secret in it."""
        user, name = quote(self.user, safe=""), quote(self.name, safe="")
        ssl = {} if self.sslmode == "prefer" else {"sslmode": self.sslmode}
        if self.on_socket:
            return f"postgresql://{user}@/{name}?{urlencode({'host': self.host, 'port': self.port, **ssl}, safe='/')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{user}@{host}:{self.port}/{name}" + (f"?{urlencode(ssl)}" if ssl else "")


def parse_database(written: str) -> tuple[Database, str]:
    """A PostgreSQL address, and the password that was written into it ("" for none).

    Raises AddressUnusable: another scheme, no user, host or database, several hosts, parameters that are not taken.
    """
    try:
        parts = urlsplit(written.strip())
        port = parts.port
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as problem:
        raise AddressUnusable(problem=str(problem)) from None
    _take_no_more_than(query)
    if parts.scheme not in {"postgresql", "postgres"} or parts.fragment:
        raise AddressUnusable(problem="postgresql://…")
    host = query.get("host") or unquote(parts.hostname or "")
    written_port = query.get("port") or port or PORT
    if not str(written_port).isdigit() or not 0 < int(written_port) <= _LAST_PORT:
        raise AddressUnusable(problem=f"port={written_port}")
    name = unquote(parts.path.removeprefix("/"))
    user = unquote(parts.username or "")
    for fact, value in (("user", user), ("host", host), ("database", name)):
        if not value or any(ord(character) < ord(" ") for character in value):
            raise AddressUnusable(problem=fact)
    if "," in host or (query.get("host") and not host.startswith("/")):
        raise AddressUnusable(problem=f"host={host}")
    database = Database(user, host, int(written_port), name, query.get("sslmode", "prefer"))
    return database, unquote(parts.password or "")


def _take_no_more_than(query: dict[str, str]) -> None:
    """Other parameters of libpq read files, name other hosts or set options: none of them is taken."""
    for name, value in query.items():
        if name not in _PARAMETERS or (name == "sslmode" and value not in _SSL_MODES):
            raise AddressUnusable(problem=f"{name}={value}")


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses behind `host`, each one allowed.

    Raises NameUnresolved, or AddressForbidden when any of them is link-local, a metadata service, or outside
    XINGDUN_SOURCE_NETWORKS: a name with one bad answer is not trusted with the others.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NameUnresolved(host=host) from None
    found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    for address in found:
        if not allowed(meant(address), settings.ENVIRONMENT.source_networks):
            raise AddressForbidden(host=host, address=address)
    return found


def connection_url(database: Database, secret: str) -> str:
    """The libpq address to connect to now, with the secret, tied to the addresses checked in this call."""
    who = quote(database.user, safe="") + (f":{quote(secret, safe='')}" if secret else "")
    name = quote(database.name, safe="")
    where: dict[str, Any] = {"sslmode": database.sslmode, "connect_timeout": 10, "port": database.port}
    if database.on_socket:
        where["host"] = str(allowed_path(database.host))
    else:
        found = resolve(database.host, database.port)
        where["host"] = ",".join(database.host for _ in found)
        where["hostaddr"] = ",".join(found)
    return f"postgresql://{who}@/{name}?{urlencode(where)}"


def source_folders() -> tuple[Path, ...]:
    """The folders below which sources may lie."""
    return settings.ENVIRONMENT.source_folders or (settings.ENVIRONMENT.data / "sources",)


def allowed_path(written: str) -> Path:
    """The real path behind `written`, links followed. Raises AddressUnusable, PathMissing, FolderForbidden."""
    if not written.startswith("/") or "\x00" in written:
        raise AddressUnusable(problem=written.replace("\x00", "\ufffd"))
    roots = source_folders()
    refused = FolderForbidden(path=written, folders=", ".join(str(root) for root in roots))
    plain = Path(os.path.normpath(written))
    if not any(plain.is_relative_to(root) for root in roots):
        raise refused  # before looking: whether anything lies outside is not told
    try:
        real = plain.resolve(strict=True)
    except (OSError, RuntimeError):
        raise PathMissing(path=written) from None
    if not any(real.is_relative_to(root.resolve()) for root in roots):
        raise refused
    return real


def checked(kind: str, written: str) -> tuple[str, str]:
    """The address as it is kept, and a secret that was written into it; everything about it is checked now.

    Raises AddressUnusable, AddressForbidden, NameUnresolved, FolderForbidden or PathMissing.
    """
    if kind == Source.Kind.POSTGRESQL:
        database, secret = parse_database(written)
        if database.on_socket:
            allowed_path(database.host)
        else:
            resolve(database.host, database.port)
        return str(database), secret
    path = allowed_path(written.strip())
    if path.is_dir() != (kind == Source.Kind.FOLDER):
        raise PathMissing(path=written)
    return str(path), ""
