"""`xingdun up`: everything on one machine, from an empty folder to an address to open."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from xingdun.runtime import sample_hospital
from xingdun.runtime.bootstrap import SIGN_IN_FILE
from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.environment import Environment, load
from xingdun.runtime.folder_lock import FolderHeld, FolderLock
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate
from xingdun.runtime.launch import dying_with_parent
from xingdun.runtime.ports import this_or_next
from xingdun.runtime.prepare import Addresses, addresses, own_database
from xingdun.runtime.prepared import is_prepared, note_prepared
from xingdun.runtime.refusals import DataFolderInUse, DataFolderUnusable, ProgramDidNotStart
from xingdun.runtime.supervisor import Program, Supervisor, print_line

_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - how to reach a server that listens everywhere


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says over the environment."""

    port: int | None = None
    data: str | None = None
    sample: bool = True
    scale: float = 1.0
    prepare_only: bool = False


class Progress:
    """Lines of what is done, each with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, line: str) -> None:
        """Print one line."""
        print_line(f"[{time.monotonic() - self._began:6.1f} s] {line}")


def run(wishes: Wishes) -> None:
    """Start the platform and keep it running until SIGINT or SIGTERM; raises a StartRefusal."""
    environ = _environ(wishes)
    environment = load(environ)
    say = Progress()
    lock = _hold(environment.data)
    with Supervisor(say=say) as supervisor:
        owner_url = environment.database_url or _own_database(supervisor, environment.data, say)
        hospital = _sample_hospital(supervisor, environment.data, say) if wishes.sample else None
        if wishes.prepare_only or not is_prepared(owner_url, environment.data, hospital or ""):
            _prepare(environ, owner_url, hospital, wishes.scale, say)
            note_prepared(owner_url, environment.data, hospital or "")
        say(translate(_("database: ready")))
        if (environment.data / SIGN_IN_FILE).exists():
            say(translate(_("first sign-in: in the file {path}")).format(path=environment.data / SIGN_IN_FILE))
        if wishes.prepare_only:
            return
        port = _port(environment, say)
        environ["XINGDUN_PORT"] = str(port)
        for part in _parts(environ, addresses(owner_url, environment.data), environment.host, port, lock):
            supervisor.start(part)
        say(translate(_("ready: {address} (Ctrl-C stops everything)")).format(address=_link(environment.host, port)))
        supervisor.run()
    say(translate(_("stopped")))


def _environ(wishes: Wishes) -> dict[str, str]:
    environ = dict(os.environ)
    if wishes.port is not None:
        environ["XINGDUN_PORT"] = str(wishes.port)
    if wishes.data:
        environ["XINGDUN_DATA"] = str(Path(wishes.data).absolute())
    return environ


def _hold(data: Path) -> FolderLock:
    """Make the data folder and lock it; raises DataFolderInUse, DataFolderUnusable."""
    lock = FolderLock(data / "platform.lock")
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except FolderHeld as held:
        raise DataFolderInUse(folder=data, holder=held.holder) from None
    except OSError as problem:
        raise DataFolderUnusable(folder=data, problem=problem.strerror) from None
    return lock


def _own_database(supervisor: Supervisor, data: Path, say: Callable[[str], None]) -> str:
    server = EmbeddedPostgres(
        data / "postgres", name="database", settings={"max_connections": 200, "createrole_self_grant": "set"}
    )
    supervisor.start(server)
    say(translate(_("database server: runs")))
    return own_database(server, data)


def _sample_hospital(supervisor: Supervisor, data: Path, say: Callable[[str], None]) -> str:
    """Start the sample hospital's server; returns its superuser's address by TCP."""
    hospital = sample_hospital.server(data)
    supervisor.start(hospital)
    say(translate(_("sample hospital: runs on 127.0.0.1:{port} (synthetic data)")).format(port=hospital.port))
    return hospital.url(tcp=True)


def _prepare(
    environ: Mapping[str, str], owner_url: str, hospital: str | None, scale: float, say: Callable[[str], None]
) -> None:
    """Prepare in a process of its own: the supervisor stays small, and never holds the owner's connection."""
    command = [sys.executable, "-m", "xingdun.runtime.prepare", *([str(scale)] if hospital else [])]
    with subprocess.Popen(
        dying_with_parent(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**environ, "XINGDUN_DATABASE_URL": owner_url, "XINGDUN_LOG_LEVEL": "WARNING", "PYTHONUTF8": "1"},
        start_new_session=True,
    ) as process:
        assert process.stdin  # noqa: S101 - a pipe, as asked above
        assert process.stdout  # noqa: S101 - the same
        try:
            with suppress(BrokenPipeError), process.stdin as secret:
                secret.write(f"{hospital or ''}\n")
            for line in process.stdout:
                say(line.rstrip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise ProgramDidNotStart(name="prepare", reason=translate(_("it ended")))


def _port(environment: Environment, say: Callable[[str], None]) -> int:
    """The wished port, or the next free one with a notice; raises NoFreePort."""
    port = this_or_next(environment.host, environment.port)
    if environment.port not in (0, port):
        notice = translate(_("port {wished} is taken; using {port}"))
        say(notice.format(wished=environment.port, port=port))
    return port


def _parts(environ: Mapping[str, str], found: Addresses, host: str, port: int, lock: FolderLock) -> Iterator[Program]:
    """The parts in the order of their start: who waits for a page has both cores first."""
    for name, url, ready in (
        ("web", found.web, lambda: _answers(host, port)),
        ("seal", found.sealer, None),
        ("watch", found.web, None),
        ("worker", found.web, None),
    ):
        yield Program(
            name,
            [sys.executable, "-m", "xingdun", name],
            environ={**environ, "XINGDUN_DATABASE_URL": url},
            say=print_line,
            ready=ready,
            keep_open=(lock.fd,),
        )


def _link(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    local = _LOCAL.get(host, host)
    return f"http://{f'[{local}]' if ':' in local else local}:{port}/"


def _answers(host: str, port: int) -> bool:
    """Whether the web server lives and serves."""
    connection = http.client.HTTPConnection(_LOCAL.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
