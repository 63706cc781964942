"""`xingdun up`: what a newcomer gets from an empty folder, and what is refused before anything starts.

The walk runs from a wheel built from the tree, as it lies unpacked in an environment.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import psycopg
import pytest

from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.folder_lock import FolderLock

PATIENCE = 150
ROOT = Path(__file__).parents[2]
STATIC = Path("xingdun/doors/console/static")


def environ(data, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XINGDUN_", "DJANGO_"))}
    return {**kept, "XINGDUN_DATA": str(data), "XINGDUN_LANGUAGE": "en", **more}


def xingdun(*arguments, **variables):
    return subprocess.run(
        [sys.executable, "-m", "xingdun", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=variables["env"],
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
    )


class Platform:
    """A running `xingdun up`, its lines so far, and its address."""

    def __init__(self, wheel, data, *arguments):
        self.data = data
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xingdun", "up", "--scale", "0.01", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=environ(data, PYTHONPATH=str(wheel)),
        )

    def read_until(self, pattern):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError("\n".join(["it ended:", *self.lines]))

    def ready(self):
        self.port = int(self.read_until(r"ready: http://127\.0\.0\.1:(\d+)/")[1])
        return self

    def status(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def processes(self):
        """Every living process of this platform, by what it runs."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                variables = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(self.data) in " ".join(command) or f"XINGDUN_DATA={self.data}".encode() in variables:
                found[int(folder.name)] = command
        return found

    def part(self, name):
        """The process id of a part, once it has become that part."""
        return next((pid for pid, command in self.processes().items() if command[1:4] == ["-m", "xingdun", name]), None)

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=PATIENCE)
        self.lines += output.splitlines()
        return self.process.returncode


def eventually(check):
    deadline = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


@pytest.fixture
def wheel(tmp_path):
    """The folder a wheel of this tree was unpacked in."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as packed:
        packed.extractall(tmp_path / "wheel")
    _hand_over_the_compiled(tmp_path / "wheel")
    return tmp_path / "wheel"


def _hand_over_the_compiled(wheel):
    """What numba has compiled of the tree's scan serves the same source in the wheel; else each start compiles it."""
    kernel = Path("xingdun/kernel/discovery")
    kept, own = ROOT / "src" / kernel, wheel / kernel
    shutil.copystat(kept / "runs.py", own / "runs.py")  # it is known by time and size
    (own / "__pycache__").mkdir(exist_ok=True)
    for file in (kept / "__pycache__").glob("runs.*.nb?"):
        shutil.copy2(file, own / "__pycache__")


@pytest.fixture
def start(tmp_path, wheel):
    """Starts platforms on one data folder, and leaves none behind."""
    started = []

    def start_one(*arguments):
        started.append(Platform(wheel, tmp_path / "data", *arguments))
        return started[-1]

    yield start_one
    for platform in started:
        if platform.process.poll() is None:
            platform.process.kill()
            platform.process.wait()
            eventually(lambda platform=platform: not platform.processes())


def test_a_newcomers_first_and_second_start(start, wheel, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wished = taken.getsockname()[1]
        platform = start("--port", str(wished)).ready()
    assert platform.port != wished
    assert any(f"port {wished} is taken; using {platform.port}" in line for line in platform.lines)
    assert platform.status("/healthz") == 200
    static = sorted(path for path in (wheel / STATIC).rglob("*") if path.is_file())
    assert {platform.status(f"/static/{path.relative_to(wheel / STATIC)}") for path in static} == {200}
    asked = subprocess.run(
        [sys.executable, "-c", "import xingdun; print(xingdun.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        env=environ(tmp_path, PYTHONPATH=str(wheel)),
    )
    assert asked.stdout.startswith(str(wheel))

    # No password was ever fixed, printed or left readable.
    sign_in = tmp_path / "data" / "first-sign-in.txt"
    assert stat.S_IMODE(sign_in.stat().st_mode) == 0o600
    passwords = re.findall(r"^\S+ +(\w{20}) ", sign_in.read_text(), re.MULTILINE)
    assert len(passwords) >= 3
    assert not any(password in line for password in passwords for line in platform.lines)
    for secret in (tmp_path / "data" / "secrets").iterdir():
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600

    # The synthetic hospital stands apart from the platform's database.
    hospital = (tmp_path / "data" / "sample-hospital.password").read_text().strip()
    port = int((tmp_path / "data" / "sample-hospital.port").read_text())
    with psycopg.connect(f"postgresql://postgres:{hospital}@127.0.0.1:{port}/his") as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname !~ '^(pg_|info)'").fetchone()[0]
    assert tables >= 20

    # A killed web server comes back.
    web = platform.part("web")
    os.kill(web, signal.SIGKILL)
    eventually(lambda: platform.part("web") not in (None, web) and platform.status("/healthz") == 200)
    eventually(lambda: platform.part("seal") and platform.part("worker") and platform.status("/readyz") == 200)

    # So does a killed database, with what was committed in it.
    database = next(pid for pid, command in platform.processes().items() if "cluster_name=database" in command)
    os.kill(database, signal.SIGKILL)
    eventually(lambda: platform.status("/readyz") != 200)
    eventually(lambda: platform.status("/readyz") == 200)

    # One Ctrl-C ends everything.
    assert platform.stop() == 0, platform.lines[-20:]
    assert "stopped" in platform.lines[-1]
    faults = ("Traceback", "raised an exception")
    assert not [line for line in platform.lines if any(fault in line for fault in faults)], "\n".join(platform.lines)
    assert platform.processes() == {}

    # The second start finds all of it and has nothing to prepare; a killed one leaves nothing running.
    again = start("--port", "0").ready()
    assert not any("migrations" in line for line in again.lines)
    assert again.status("/healthz") == 200
    again.process.kill()
    again.process.wait()
    eventually(lambda: not again.processes())


def test_two_platforms_on_one_data_folder_are_refused(tmp_path):
    lock = FolderLock(tmp_path / "platform.lock")
    lock.acquire()
    refused = xingdun("up", "--no-sample", env=environ(tmp_path))
    lock.release()
    assert refused.returncode == 1
    assert f"XD-RUNTIME-011: Another platform already runs on {tmp_path} (process {os.getpid()})" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["platform.lock"]


def test_an_unknown_setting_is_refused_with_the_nearest_name(tmp_path):
    refused = xingdun("up", env=environ(tmp_path / "data", XINGDUN_PROT="8600"))
    assert refused.returncode == 1
    assert "There is no setting XINGDUN_PROT. The nearest is XINGDUN_PORT." in refused.stderr
    assert not (tmp_path / "data").exists()


def test_refusals_speak_chinese_unless_english_is_asked_for(tmp_path):
    refused = xingdun("up", env=environ(tmp_path / "data", XINGDUN_PORT="x", XINGDUN_LANGUAGE=""))
    assert "XINGDUN_PORT 的值无效" in refused.stderr


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    refused = xingdun("up", env=environ(tmp_path / "file" / "data"))
    assert refused.returncode == 1
    assert f"XD-RUNTIME-016: The data folder {tmp_path}/file/data cannot be used" in refused.stderr


def test_a_database_of_ones_own_that_does_not_answer_is_named_without_its_password(tmp_path):
    url = "postgresql://owner:hunter2@127.0.0.1:9/xingdun"
    refused = xingdun("up", "--no-sample", env=environ(tmp_path, XINGDUN_DATABASE_URL=url))
    assert refused.returncode == 1
    assert "XD-RUNTIME-014: The platform's database cannot be reached" in refused.stderr
    assert "hunter2" not in refused.stderr


@pytest.mark.parametrize("part", ["web", "worker", "seal"])
def test_a_part_alone_says_which_address_it_needs(tmp_path, part):
    refused = xingdun(part, env=environ(tmp_path))
    assert refused.returncode == 1
    assert f"secrets/{part}.env" in refused.stderr


@pytest.fixture
def own_server():
    """A server that no platform has touched: the platform's roles are its whole server's."""
    folder = Path(tempfile.mkdtemp(prefix="xd-"))
    with EmbeddedPostgres(folder / "own", name="own", settings={"createrole_self_grant": "set"}, fast=True) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


def test_a_database_of_ones_own_is_prepared_by_an_owner_who_is_no_superuser(tmp_path, own_server):
    with psycopg.connect(own_server.url(), autocommit=True) as superuser:
        superuser.execute("CREATE ROLE its_owner LOGIN CREATEROLE PASSWORD 'for this test'")
        superuser.execute("CREATE DATABASE its_own OWNER its_owner")
    url = own_server.url("its_own", user="its_owner", password="for this test")
    done = xingdun("up", "--no-sample", "--prepare-only", env=environ(tmp_path, XINGDUN_DATABASE_URL=url))
    assert done.returncode == 0, done.stderr
    web = (tmp_path / "secrets" / "web.env").read_text().strip().removeprefix("XINGDUN_DATABASE_URL=")
    with psycopg.connect(web) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM audit_entry")
    assert not (tmp_path / "postgres").exists()
    assert json.dumps(url) not in done.stdout
