"""The embedded server: what its user gets at start, at a crash, and at a second start."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.refusals import (
    DatabaseDidNotStart,
    DatabaseInUse,
    DatabaseVersionDiffers,
    NotADatabaseFolder,
    PasswordFileMissing,
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A made cluster to copy: making one is the slow part."""
    folder = tmp_path_factory.mktemp("cluster") / "postgres"
    server = EmbeddedPostgres(folder, name="template", fast=True)
    server.start()
    server.stop()
    return folder


@pytest.fixture
def make_server(cluster, tmp_path):
    """Makes servers on copies of one cluster, and stops them all in the end."""
    servers = []

    def make(folder=None, **options):
        folder = folder or tmp_path / "postgres"
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(cluster, folder)
            owner = cluster.stat()
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, owner.st_uid, owner.st_gid)
            shutil.copy(cluster.with_name("postgres.password"), folder.with_name(f"{folder.name}.password"))
        server = EmbeddedPostgres(folder, name="test", fast=True, **options)
        servers.append(server)
        return server

    yield make
    for server in servers:
        server.stop()


def ask(url, question="SELECT 42"):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


def test_it_runs_as_a_child_that_is_not_root(make_server):
    server = make_server().start()
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
        if ":\t" in line
    )
    assert int(status["PPid"]) == os.getpid()
    assert int(status["Uid"].split()[0]) != 0
    assert int(ask(server.url(), "SHOW server_version_num")) >= 150000


def test_every_connection_needs_the_password(make_server):
    server = make_server(port=0).start()
    assert ask(server.url(tcp=True)) == 42
    for address in (
        server.url(password=""),
        server.url(tcp=True, password="guess"),
        server.url(password="guess"),
    ):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address)


def test_the_generated_password_is_for_the_owner_only(tmp_path):
    with EmbeddedPostgres(tmp_path / "new" / "postgres", name="new", fast=True) as server:
        assert stat.S_IMODE(server.password_file.stat().st_mode) == 0o600
        assert server.password_file.read_text().strip() not in server.log_file.read_text()
        assert sorted(path.name for path in server.data_dir.parent.iterdir()) == [
            "postgres",
            "postgres.lock",
            "postgres.log",
            "postgres.password",
        ]


def test_without_a_port_nothing_listens_on_the_network(make_server):
    assert ask(make_server().start().url(), "SHOW listen_addresses") == ""


def test_the_port_stays_from_start_to_start(make_server):
    server = make_server(port=0).start()
    port = server.port
    server.stop()
    again = make_server(port=0).start()
    assert again.port == port
    assert ask(again.url(tcp=True)) == 42


def test_settings_reach_the_server(make_server):
    server = make_server(settings={"log_destination": "jsonlog", "logging_collector": "on"}).start()
    assert ask(server.url(), "SHOW log_destination") == "jsonlog"


def test_what_was_committed_survives_kill_9(make_server):
    server = make_server(settings={"fsync": "on", "synchronous_commit": "on"}).start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        connection.execute("SELECT pg_sleep(0)")
        server.process.kill()
        server.process.wait()
    assert not server.running
    server.start()
    assert ask(server.url(), "SELECT n FROM kept") == 7


def test_a_stale_pid_file_of_somebody_elses_process_is_no_obstacle(make_server):
    server = make_server().start()
    pid_file = server.data_dir / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    os.chown(pid_file, server.data_dir.stat().st_uid, -1)
    assert ask(server.start().url()) == 42


def test_a_second_start_on_the_same_folder_is_refused_at_once(make_server):
    server = make_server().start()
    began = time.monotonic()
    with pytest.raises(DatabaseInUse, match=str(os.getpid())):
        make_server().start()
    assert time.monotonic() - began < 30, "it does not wait for the other to end"
    assert ask(server.url()) == 42


def test_it_dies_with_its_parent_and_the_next_start_waits_for_it(make_server):
    folder = make_server().data_dir
    program = (
        "import sys, time; from pathlib import Path\n"
        "from xingdun.runtime.embedded import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(Path(sys.argv[1]), name='child', fast=True).start()\n"
        "print(server.process.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        assert ask(make_server(folder).start().url()) == 42
        assert not os.path.isdir(f"/proc/{pid}/cwd")  # noqa: PTH112 - also false for one not reaped yet


def test_a_folder_of_another_major_version_is_refused(make_server):
    server = make_server()
    (server.data_dir / "PG_VERSION").write_text("13\n")
    with pytest.raises(DatabaseVersionDiffers, match="PostgreSQL 13"):
        server.start()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(NotADatabaseFolder):
        EmbeddedPostgres(tmp_path / "photos", name="photos").start()
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


def test_a_lost_password_file_is_named(make_server):
    server = make_server()
    server.password_file.unlink()
    with pytest.raises(PasswordFileMissing, match=r"postgres\.password"):
        server.start()


def test_a_start_that_fails_shows_the_end_of_the_log(make_server):
    with pytest.raises(DatabaseDidNotStart, match="no_such_setting"):
        make_server(settings={"no_such_setting": "1"}).start()


def test_it_works_below_a_folder_that_only_its_owner_may_enter(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with EmbeddedPostgres(private / "data" / "postgres", name="private", fast=True) as server:
        assert ask(server.url()) == 42
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_it_works_below_folders_that_everybody_may_enter():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder) / "postgres", name="open", fast=True) as server:
            assert ask(server.url()) == 42


def test_a_long_path_gets_a_short_socket(tmp_path):
    folder = tmp_path / ("long" * 30) / "postgres"
    with EmbeddedPostgres(folder, name="long", fast=True) as server:
        assert ask(server.url()) == 42
        socket_dir = server.socket_dir
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert not socket_dir.exists()
