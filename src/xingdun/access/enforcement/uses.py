"""What was done through windows, read back from the source's own log (jsonlog), once and in order.

A window's login has `log_min_duration_statement = 0`, which it cannot lift: each finished statement leaves one record
with its text and duration, each failed one a record with its SQLSTATE. PostgreSQL's log has no row counts. Values are
never kept beyond what the login itself wrote; a password in a statement is struck out.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

import psycopg

from xingdun.access.enforcement.window import LOGIN_PREFIX

Outcome = Literal["done", "failed", "ended", "refused"]

_CHUNK = 1 << 20
_HEAD = 256  # bytes that tell one log file from another
_MARK = f'"user":"{LOGIN_PREFIX}'.encode()
_DURATION = re.compile(r"duration: ([0-9.]+) ms  (?:statement|fastpath function call|execute [^\n]*?): (.*)", re.DOTALL)
_PASSWORD = re.compile(r"(?is)(\bpassword\s+)(?:(?:e|u&)?'(?:[^']|'')*'|\$(\w*)\$.*?\$\2\$)")
_CLASSES_ENDED = ("57",)  # SQLSTATE class 57: ended by an administrator, a timeout or the server's end
_CLASSES_REFUSED = ("28", "53")  # invalid authorisation; too many connections


@dataclass(frozen=True, slots=True)
class Position:
    """How far a log has been read: the file, the byte after the last whole record, and what the file begins with."""

    file: str
    offset: int
    head: str

    def to_text(self) -> str:
        """As one line, for keeping."""
        return f"{self.offset} {self.head} {self.file}"

    @classmethod
    def from_text(cls, text: str) -> "Position":
        """What `to_text` wrote. Raises ValueError."""
        offset, head, file = text.split(" ", 2)
        return cls(file, int(offset), head)


@dataclass(frozen=True, slots=True)
class Use:
    """One statement through a window, or one refused sign-in (its statement is empty).

    outcome: `done`, `failed` (an error), `ended` (by a timeout or the watch), `refused` (not let in). session and
    number together are unique in a source: a record read twice is the same use. milliseconds: None unless done.
    """

    login: str
    at: datetime
    statement: str
    outcome: Outcome
    sqlstate: str
    milliseconds: float | None
    client: str
    application: str
    database: str
    session: str
    number: int


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log file as the reader lists it."""

    name: str
    size: int


class LogReader(Protocol):
    """Where the log is read from."""

    zone: tzinfo

    def files(self) -> list[LogFile]:
        """The jsonlog files, oldest first."""

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; empty when there are none or the file is gone."""


class FolderReader:
    """Reads the log folder of a server on this machine. zone: the server's log_timezone."""

    def __init__(self, folder: Path, zone: tzinfo = UTC) -> None:
        self.folder, self.zone = folder, zone

    def files(self) -> list[LogFile]:
        """The jsonlog files, oldest first."""
        found = []
        for path in self.folder.glob("*.json"):
            try:
                status = path.stat()
            except FileNotFoundError:  # rotated away meanwhile
                continue
            found.append((status.st_mtime_ns, path.name, status.st_size))
        return [LogFile(name, size) for _, name, size in sorted(found)]

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; empty when there are none or the file is gone."""
        try:
            with (self.folder / name).open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except FileNotFoundError:
            return b""


class ServerReader:
    """Reads the log through a connection to a source elsewhere; needs pg_monitor and pg_read_server_files."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        row = connection.execute("SELECT current_setting('log_timezone')").fetchone()
        self.zone: tzinfo = ZoneInfo(row[0]) if row else UTC

    def files(self) -> list[LogFile]:
        """The jsonlog files, oldest first."""
        rows = self.connection.execute(
            "SELECT name, size FROM pg_ls_logdir() WHERE name LIKE %s ORDER BY modification, name", ("%.json",)
        )
        return [LogFile(name, size) for name, size in rows]

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; empty when there are none or the file is gone."""
        row = self.connection.execute(
            "SELECT pg_read_binary_file(current_setting('log_directory') || '/' || %s, %s, %s, true)",
            (name, offset, length),
        ).fetchone()
        return bytes(row[0]) if row and row[0] is not None else b""


class Uses:
    """The uses after `since` (None: all there are), to be iterated once; `position` is how far it has come.

    A file that was renamed is known by its beginning. When the file of `since` is gone or was begun anew, all files
    are read from the start: a use may then come twice, with the same session and number. A record half written stays
    for the next time; `unreadable` counts lines that are no record.
    """

    def __init__(self, reader: LogReader, since: Position | None = None) -> None:
        self.reader = reader
        self.position = since
        self.unreadable = 0

    def __iter__(self) -> Iterator[Use]:
        for name, offset in self._left():
            yield from self._read(name, offset)

    def _left(self) -> list[tuple[str, int]]:
        files = self.reader.files()
        since = self.position
        if since is None:
            return [(file.name, 0) for file in files]
        ordered = sorted(files, key=lambda file: file.name != since.file)
        for file in ordered:
            if file.size >= since.offset and self._head(file.name, since.offset) == since.head:
                rest = files[files.index(file) + 1 :]
                return [(file.name, since.offset), *((later.name, 0) for later in rest)]
        return [(file.name, 0) for file in files]

    def _head(self, name: str, offset: int) -> str:
        return hashlib.sha256(self.reader.read(name, 0, min(_HEAD, offset))).hexdigest()[:16]

    def _read(self, name: str, offset: int) -> Iterator[Use]:
        kept = b""
        while chunk := self.reader.read(name, offset + len(kept), _CHUNK):
            whole, newline, rest = (kept + chunk).rpartition(b"\n")
            if not newline:
                kept += chunk
                continue
            for line in whole.split(b"\n"):
                offset += len(line) + 1
                use = self._use(line) if _MARK in line else None
                if use:
                    self.position = Position(name, offset, self._head(name, offset))
                    yield use
            self.position = Position(name, offset, self._head(name, offset))
            kept = rest

    def _use(self, line: bytes) -> Use | None:
        try:
            record = json.loads(line)
            at = _moment(record["timestamp"], self.reader.zone)
        except (ValueError, KeyError):
            self.unreadable += 1
            return None
        told = _told(record)
        if told is None or not str(record["user"]).startswith(LOGIN_PREFIX):
            return None
        statement, outcome, milliseconds = told
        return Use(
            login=record["user"],
            at=at,
            statement=_PASSWORD.sub(r"\1'***'", statement),
            outcome=outcome,
            sqlstate=record.get("state_code", "00000"),
            milliseconds=milliseconds,
            client=record.get("remote_host", ""),
            application=record.get("application_name", ""),
            database=record.get("dbname", ""),
            session=record.get("session_id", ""),
            number=int(record.get("line_num", 0)),
        )


def _told(record: dict[str, Any]) -> tuple[str, Outcome, float | None] | None:
    """Statement, outcome and duration of a record; None when it tells of no use."""
    severity = record.get("error_severity")
    if severity == "LOG":
        found = _DURATION.fullmatch(record.get("message", ""))
        return (found[2], "done", float(found[1])) if found else None
    if severity not in {"ERROR", "FATAL", "PANIC"}:
        return None
    state = record.get("state_code", "")
    if state.startswith(_CLASSES_REFUSED) and severity == "FATAL":
        return "", "refused", None
    return record.get("statement", ""), "ended" if state.startswith(_CLASSES_ENDED) else "failed", None


def _moment(text: str, zone: tzinfo) -> datetime:
    """A log's time: `2026-11-22 03:00:00.123 UTC`. An abbreviation other than UTC's is the server's own zone."""
    day, clock, name = text.split(" ", 2)
    if name[0] in "+-":
        return datetime.fromisoformat(f"{day}T{clock}{name}")
    at = datetime.fromisoformat(f"{day}T{clock}")
    return at.replace(tzinfo=UTC if name in {"UTC", "GMT"} else zone)
