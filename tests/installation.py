"""A real installation: its own PostgreSQL with fsync on, prepared, and the platform's processes to run and kill."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.launch import dying_with_parent
from xingdun.runtime.prepare import OWNER, addresses, own_database
from xingdun.runtime.roles import password_of

SETTINGS = {"max_connections": 60, "createrole_self_grant": "set", "shared_buffers": "32MB"}


def eventually(check, what, seconds=240):
    """What `check` gives once it is true; the test fails, naming `what`, when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return found


class Process:
    """A program of the installation, its output kept in a file."""

    def __init__(self, command, environ, log):
        self.log = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                dying_with_parent(command),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environ,
                start_new_session=True,
            )

    @property
    def pid(self):
        return self.process.pid

    @property
    def running(self):
        return self.process.poll() is None

    def told(self):
        return self.log.read_text(errors="replace")

    def kill(self):
        """End it and its children at once, as a crash does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(240)


class Installation:
    """A data folder with a prepared platform in it; `with` starts its database and ends everything after."""

    def __init__(self, data):
        self.data = data
        self.server = EmbeddedPostgres(data / "postgres", name="crash", settings=SETTINGS)
        self._stack = ExitStack()
        self._processes = []

    def __enter__(self):
        self._stack.enter_context(self.server)
        return self

    def __exit__(self, *_):
        for each in self._processes:
            each.kill()
        self._stack.close()

    @property
    def owner(self):
        """The owner's address of the platform's database."""
        return own_database(self.server, self.data)

    def environ(self, role="web", **settings):
        """The environment of a process: as the web server, the sealer or the owner."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XINGDUN_", "DJANGO_"))}
        found = addresses(self.server.url("xingdun", user=OWNER, password=self._owner_password()), self.data)
        return {
            **kept,
            "XINGDUN_DATA": str(self.data),
            "XINGDUN_DATABASE_URL": getattr(found, role),
            "PYTHONUTF8": "1",
            **settings,
        }

    def _owner_password(self):
        return password_of(OWNER, self.data)

    def start(self, *command, role="web", name=None, **settings):
        """Start `python -m xingdun …`, or a script."""
        arguments = ["-m", "xingdun", *command] if not command[0].endswith(".py") else list(command)
        log = self.data / f"{name or command[0]}.out"
        started = Process([sys.executable, *arguments], self.environ(role, **settings), log)
        self._processes.append(started)
        return started

    def run(self, *command, role="web", **settings):
        """Run `xingdun …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "xingdun", *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self.environ(role, **settings),
            check=False,
        )

    @contextmanager
    def connected(self):
        """The superuser's connection to the platform's database."""
        with psycopg.connect(self.server.url("xingdun"), autocommit=True) as connection:
            yield connection

    def ask(self, question, *values):
        with self.connected() as connection:
            return connection.execute(question, values).fetchone()[0]

    def crash_database(self):
        """Kill the server and each of its processes at once, as a power cut ends them."""
        leader = self.server.process.pid
        family = [leader, *children(leader)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.process.wait()

    def all_sealed(self):
        return eventually(lambda: self.ask("SELECT count(*) = 0 FROM audit_pending"), "everything sealed")


def children(parent):
    """The process ids of a process's children."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def _prepare(data):
    """A prepared platform, made once and stopped; copies of the folder are installations of their own."""
    data.mkdir(mode=0o755)
    with EmbeddedPostgres(data / "postgres", name="prepare", settings=SETTINGS, fast=True) as server:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("XINGDUN_")}
        subprocess.run(
            [sys.executable, "-m", "xingdun.runtime.prepare"],
            env={
                **environ,
                "XINGDUN_DATA": str(data),
                "XINGDUN_DATABASE_URL": own_database(server, data),
                "XINGDUN_LOG_LEVEL": "WARNING",
            },
            stdin=subprocess.DEVNULL,
            check=True,
        )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A folder to copy; pytest's workers share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "prepared.done").exists():
            _prepare(data)
            (shared / "prepared.done").touch()
    return data


@pytest.fixture
def installation(prepared):
    """A running database with a prepared platform; nothing else of it runs yet."""
    folder = Path(tempfile.mkdtemp(prefix="xd-"))  # short: a socket's path may not be long
    data = folder / "data"
    subprocess.run(["cp", "-a", str(prepared), str(data)], check=True)
    for file in (data / "secrets").glob("*.env"):  # they name the socket in the folder
        file.write_text(file.read_text().replace(quote(str(prepared), safe=""), quote(str(data), safe="")))
    with Installation(data) as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)
