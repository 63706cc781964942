"""Tools work unchanged through a window, and what they did is read back from the source's log."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from xingdun.access.enforcement import (
    FolderReader,
    Position,
    ServerReader,
    Uses,
)
from xingdun.runtime.embedded import programs

sys.path.insert(0, str(Path(__file__).parent))
from attack_ward import connect, eventually, now


def test_psql_works_unchanged(hospital, admin, grant):
    url = hospital.url(admin.info.dbname, user=grant.login, password=grant.password)
    commands = [
        "\\d",
        "\\d patient",
        "\\dn",
        "SELECT name FROM patient WHERE id = 1",
        "\\copy (SELECT * FROM patient) TO STDOUT CSV",
    ]
    arguments = [part for command in commands for part in ("-c", command)]
    done = subprocess.run(
        [str(programs() / "psql"), url, "-v", "ON_ERROR_STOP=1", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "张**" in done.stdout
    assert "张三" not in done.stdout


def test_uses_are_read_back_from_the_log(hospital, admin, grant):
    with connect(hospital, admin, grant, application_name="bi") as client:
        client.execute("SELECT count(*) FROM patient WHERE id = %s", (7,))
        for statement in ("SELECT name::int FROM patient", f"ALTER ROLE {grant.login} PASSWORD 'it''s mine'"):
            with pytest.raises(psycopg.Error):
                client.execute(statement)
        client.execute("SELECT 1;\n -- 中文")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(hospital.url(admin.info.dbname, user=grant.login, password="wrong"))
    reader = FolderReader(hospital.data_dir / "log")
    found = eventually(lambda: [u for u in Uses(reader) if u.login == grant.login], at_least=5)
    assert [(use.outcome, use.statement) for use in found] == [
        ("done", "SELECT count(*) FROM patient WHERE id = $1"),
        ("failed", "SELECT name::int FROM patient"),
        ("failed", f"ALTER ROLE {grant.login} PASSWORD '***'"),
        ("done", "SELECT 1;\n -- 中文"),
        ("refused", ""),
    ]
    first = found[0]
    assert (first.application, first.database, first.client) == ("bi", admin.info.dbname, "[local]")
    assert first.milliseconds >= 0
    assert len({(use.session, use.number) for use in found}) == 5
    through_server = ServerReader(admin)
    again = [use for use in Uses(through_server) if use.login == grant.login]
    assert abs(again[0].at - now()) < timedelta(hours=1)  # the log is written in the hospital's own zone
    assert [use.statement for use in again] == [use.statement for use in found]


RECORD = (
    '{"timestamp":"2026-11-22 11:00:00.%03d CST","user":"xd_%s","dbname":"his","pid":1,"remote_host":"10.0.0.9",'
    '"session_id":"a.b","line_num":%d,"error_severity":"LOG","message":"duration: 1.5 ms  statement: SELECT %d"}\n'
)


def record(number):
    return (RECORD % (number, "0123456789abcdef", number, number)).encode()


def test_reading_goes_on_where_it_stopped(tmp_path):
    log = tmp_path / "a.json"
    log.write_bytes(record(1) + record(2) + record(3)[:40])
    first = Uses(FolderReader(tmp_path))
    assert [use.number for use in first] == [1, 2]
    log.write_bytes(record(1) + record(2) + record(3))
    kept = Position.from_text(first.position.to_text())
    assert [use.number for use in Uses(FolderReader(tmp_path), kept)] == [3]


def test_a_rotated_log_is_followed(tmp_path):
    (tmp_path / "a.json").write_bytes(record(1) + record(2))
    position = first_of(tmp_path)
    (tmp_path / "a.json").rename(tmp_path / "a.json.1.json")
    (tmp_path / "b.json").write_bytes(record(3))
    assert [use.number for use in Uses(FolderReader(tmp_path), position)] == [2, 3]


def first_of(folder):
    reading = Uses(FolderReader(folder))
    next(iter(reading))
    return reading.position


def test_a_log_begun_anew_is_read_from_its_start(tmp_path):
    (tmp_path / "a.json").write_bytes(record(1) + record(2))
    reading = Uses(FolderReader(tmp_path))
    list(reading)
    (tmp_path / "a.json").write_bytes(record(8) + record(9) + record(10))
    assert [use.number for use in Uses(FolderReader(tmp_path), reading.position)] == [8, 9, 10]
    (tmp_path / "a.json").unlink()
    assert list(Uses(FolderReader(tmp_path), reading.position)) == []


def test_a_broken_line_is_counted_not_fatal(tmp_path):
    broken = b'{"timestamp":"2026", "user":"xd_0", \xff\n{"user":"xd_1","timestamp":"x y z"}\nnoise\n'
    (tmp_path / "a.json").write_bytes(broken + record(4))
    reading = Uses(FolderReader(tmp_path))
    assert [use.number for use in reading] == [4]
    assert reading.unreadable >= 1
