"""A window opens whole, shows what it should, and closes in time; the hospital's own roles notice nothing."""

import secrets
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from xingdun.access.enforcement import (
    BadRowFilterError,
    BadSpecificationError,
    ColumnSpec,
    ConnectionInUseError,
    FolderReader,
    HostRowSecurityError,
    NoSuchColumnError,
    NotPreparedError,
    Position,
    PublicAlreadyReadsError,
    RowFilter,
    SchemaTakenError,
    ServerReader,
    TableSpec,
    Uses,
    WindowSpec,
    close_window,
    difference,
    open_window,
    open_windows,
    prepare,
    reap,
    remove,
    snapshot,
)
from xingdun.kernel.masking import Clear, KeepEnds, Null, Pseudonym, PseudonymKey
from xingdun.runtime.embedded import EmbeddedPostgres, programs

KEY = PseudonymKey(bytes(range(32)))


@pytest.fixture(scope="module")
def hospital():
    """A hospital's server of its own, which logs as JSON."""
    folder = Path(tempfile.mkdtemp(prefix="xingdun-hospital-"))
    settings = {"logging_collector": "on", "log_destination": "jsonlog", "log_timezone": "Asia/Shanghai"}
    with EmbeddedPostgres(folder / "his", name="hospital", fast=True, settings=settings) as server:
        with psycopg.connect(server.url(), autocommit=True) as root:
            root.execute("CREATE ROLE his_app LOGIN; CREATE ROLE his_report; GRANT his_report TO his_app")
            root.execute("CREATE ROLE his_dba LOGIN CREATEROLE CREATEDB PASSWORD 'dba'")
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def admin(hospital):
    """The superuser's connection to a new database of the hospital, with a table and people's rights on it."""
    name = f"his_{secrets.token_hex(4)}"
    with psycopg.connect(hospital.url(), autocommit=True) as root:
        root.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(hospital.url(name), autocommit=True) as connection:
        connection.execute("""
            CREATE SCHEMA his; GRANT USAGE ON SCHEMA his TO his_app;
            CREATE TABLE his.patient (id int PRIMARY KEY, name text, ward text, seen date);
            INSERT INTO his.patient
              SELECT i, '张三' || i, 'w' || i % 3, date '2026-01-01' + i FROM generate_series(1, 90) i;
            GRANT SELECT, UPDATE ON his.patient TO his_app; GRANT SELECT (id, ward) ON his.patient TO his_report""")
        yield connection
        if open_windows_here(connection):
            remove(connection)
    with psycopg.connect(hospital.url(), autocommit=True) as root:
        root.execute(f"DROP DATABASE {name} WITH (FORCE)")


def open_windows_here(connection):
    row = connection.execute("SELECT obj_description(to_regnamespace('xingdun'), 'pg_namespace')").fetchone()
    return bool(row[0]) and row[0].startswith("Xingdun")


def spec(*rows, seconds=3600.0, name=KeepEnds(1, 0), **limits):  # noqa: B008 - a value, frozen
    columns = (ColumnSpec("id", Clear()), ColumnSpec("name", name), ColumnSpec("ward", Clear()))
    end = datetime.now(UTC) + timedelta(seconds=seconds)
    return WindowSpec((TableSpec("his", "patient", columns, rows),), end, KEY, **limits)


def connect(hospital, admin, opened, database=None, **options):
    url = hospital.url(database or admin.info.dbname, user=opened.login, password=opened.password)
    return psycopg.connect(url, autocommit=True, **options)


def now():
    return datetime.now(UTC)


def is_ended(client):
    try:
        client.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


@pytest.fixture
def opened(admin):
    prepare(admin)
    return open_window(admin, spec(RowFilter("ward", "in", ("w1", "w2"))))


# --- Opening ---------------------------------------------------------------------------------------------------


def test_a_window_shows_masked_rows_on_its_search_path(hospital, admin, opened):
    with connect(hospital, admin, opened) as client:
        assert client.execute("SELECT * FROM patient ORDER BY id LIMIT 2").fetchall() == [
            (1, "张**", "w1"),
            (2, "张**", "w2"),
        ]
        assert client.execute("SELECT count(*) FROM patient").fetchone() == (60,)
        assert client.execute("SHOW search_path").fetchone() == (opened.schema,)


def test_its_password_stands_nowhere_in_the_source(admin, opened):
    assert opened.password not in repr(opened)
    stored = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (opened.login,)).fetchone()[0]
    assert stored.startswith("SCRAM-SHA-256$")


def test_rows_are_filtered_by_lists_and_comparisons(hospital, admin):
    prepare(admin)
    for rows, expected in [
        ((RowFilter("id", "in", ("1", "2", "500")),), [1, 2]),
        ((RowFilter("seen", ">=", ("2026-01-31",)), RowFilter("seen", "<", ("2026-02-02",))), [30, 31]),
        ((RowFilter("id", ">", ("88",)),), [89, 90]),
        ((RowFilter("id", "<=", ("2",)), RowFilter("ward", "in", ("w1",))), [1]),
    ]:
        one = open_window(admin, spec(*rows))
        with connect(hospital, admin, one) as client:
            assert [i for (i,) in client.execute("SELECT id FROM patient ORDER BY id")] == expected


def test_a_null_is_in_no_filter(hospital, admin):
    prepare(admin)
    admin.execute("INSERT INTO his.patient VALUES (200, NULL, NULL, NULL)")
    for rows in [
        (RowFilter("ward", "in", ("w1",)),),
        (RowFilter("seen", ">", ("1900-01-01",)),),
        (RowFilter("ward", "<", ("z",)),),
    ]:
        one = open_window(admin, spec(*rows))
        with connect(hospital, admin, one) as client:
            assert client.execute("SELECT count(*) FROM patient WHERE id = 200").fetchone() == (0,)


def test_pseudonyms_are_those_of_the_release_and_join(hospital, admin):
    prepare(admin)
    one = open_window(admin, spec(name=Pseudonym()))
    with connect(hospital, admin, one) as client:
        assert client.execute("SELECT name FROM patient WHERE id = 1").fetchone() == (KEY.pseudonym("张三1"),)
        assert client.execute("SELECT count(*) FROM patient a JOIN patient b USING (name)").fetchone() == (90,)


def test_a_mask_that_does_not_suit_shows_nothing_and_says_so(hospital, admin):
    prepare(admin)
    table = TableSpec("his", "patient", (ColumnSpec("id", Clear()), ColumnSpec("seen", KeepEnds(1, 1))))
    one = open_window(admin, WindowSpec((table,), now() + timedelta(hours=1), KEY))
    assert one.tables[0].masks["seen"] == Null()
    with connect(hospital, admin, one) as client:
        assert client.execute("SELECT DISTINCT seen FROM patient").fetchall() == [(None,)]


HOSTILE = ['a"b', "x'; DROP TABLE his.patient; --", "\u202e患者", "名" * 21, "%s %% {x}", "SELECT", "a\\b"]


def test_hostile_names_are_only_names(hospital, admin):
    prepare(admin)
    tables = []
    for number, name in enumerate(HOSTILE):
        schema = f'sch"{number}\u202e'
        admin.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        for table in (name, "same"):
            admin.execute(
                sql.SQL("CREATE TABLE {}.{} AS SELECT 'w1'::text AS {}").format(
                    sql.Identifier(schema), sql.Identifier(table), sql.Identifier(name)
                )
            )
            rows = (RowFilter(name, "in", ("w1", "it's", 'q"')),)
            tables.append(TableSpec(schema, table, (ColumnSpec(name, KeepEnds(1, 0)),), rows))
    one = open_window(admin, WindowSpec(tuple(tables), now() + timedelta(hours=1), KEY, label='l\'été "x" \\'))
    assert len({table.view for table in one.tables}) == len(tables)
    with connect(hospital, admin, one) as client:
        for table in one.tables:
            assert client.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table.view))).fetchall() == [
                ("w*",)
            ]
    assert not close_window(admin, one.login).remains


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda: spec(seconds=-1), BadSpecificationError),
        (lambda: spec(RowFilter("id", "in", ("one",))), BadRowFilterError),
        (lambda: spec(RowFilter("nosuch", "in", ("1",))), NoSuchColumnError),
        (
            lambda: WindowSpec((TableSpec("his", "ghost", (ColumnSpec("id", Clear()),)),), now() + timedelta(1), KEY),
            NoSuchColumnError,
        ),
        (lambda: WindowSpec((), now() + timedelta(1), KEY), BadSpecificationError),
        (lambda: WindowSpec(spec().tables * 2, now() + timedelta(1), KEY), BadSpecificationError),
        (
            lambda: WindowSpec(spec().tables, now() + timedelta(1), PseudonymKey(bytes(32), "sm3")),
            BadSpecificationError,
        ),
        (lambda: WindowSpec(spec().tables, datetime(2030, 1, 1), KEY), BadSpecificationError),  # noqa: DTZ001 - the fault tried
        (lambda: RowFilter("id", "<", ("1", "2")), BadSpecificationError),
        (lambda: TableSpec("his", "patient", ()), BadSpecificationError),
    ],
)
def test_a_window_that_makes_no_sense_leaves_nothing_behind(admin, change, error):
    prepare(admin)
    before = admin.execute("SELECT count(*) FROM pg_roles").fetchone()
    with pytest.raises(error):
        open_window(admin, change())
    assert admin.execute("SELECT count(*) FROM pg_roles").fetchone() == before
    assert open_windows(admin) == ()


def test_what_everyone_reads_already_cannot_be_masked(admin):
    prepare(admin)
    admin.execute("GRANT USAGE ON SCHEMA his TO PUBLIC; GRANT SELECT (name) ON his.patient TO PUBLIC")
    with pytest.raises(PublicAlreadyReadsError):
        open_window(admin, spec())
    assert "his.patient" in [door.what for door in prepare(admin).doors if door.key == "public_relation"]


def test_row_security_of_the_hospitals_own_is_respected(admin):
    prepare(admin)
    admin.execute("ALTER TABLE his.patient ENABLE ROW LEVEL SECURITY")
    with pytest.raises(HostRowSecurityError):
        open_window(admin, spec())


def test_a_source_must_be_prepared_and_the_connection_free(admin):
    with pytest.raises(NotPreparedError):
        open_window(admin, spec())
    prepare(admin)
    with admin.transaction(), pytest.raises(ConnectionInUseError):
        open_window(admin, spec())


def test_somebody_elses_schema_is_left_alone(admin):
    admin.execute("CREATE SCHEMA xingdun")
    with pytest.raises(SchemaTakenError):
        prepare(admin)
    assert admin.execute("SELECT to_regclass('xingdun.grants')").fetchone() == (None,)


# --- The hospital's own roles ----------------------------------------------------------------------------------


def plans(admin):
    admin.execute("SET ROLE his_app")
    found = [
        admin.execute(f"EXPLAIN (VERBOSE, COSTS) {query}").fetchall()
        for query in ("SELECT * FROM his.patient WHERE name ~ 'x'", "UPDATE his.patient SET name = 'y' WHERE id = 1")
    ]
    admin.execute("RESET ROLE")
    return found


def test_rights_policies_and_plans_of_the_hospital_stay_as_they_were(hospital, admin):
    admin.execute("ANALYZE his.patient")
    before, planned = snapshot(admin), plans(admin)
    prepared = prepare(admin)
    assert prepared.guarded
    assert prepared.changes
    assert prepare(admin).changes == ()
    one = open_window(admin, spec(RowFilter("ward", "in", ("w1",))))
    with connect(hospital, admin, one) as client:
        client.execute("SELECT count(*) FROM patient")
    assert difference(before, snapshot(admin)) == {}
    assert plans(admin) == planned
    assert remove(admin) == ()
    assert difference(before, snapshot(admin)) == {}
    assert admin.execute("SELECT count(*) FROM pg_roles WHERE rolname ~ '^(xd_|xingdun)'").fetchone() == (0,)
    assert admin.execute("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(xd_|xingdun)'").fetchone() == (0,)
    assert admin.execute("SELECT count(*) FROM pg_event_trigger").fetchone() == (0,)


def test_a_snapshot_sees_a_right_that_changed(admin):
    before = snapshot(admin)
    admin.execute("GRANT DELETE ON his.patient TO his_app; ALTER ROLE his_report CONNECTION LIMIT 3")
    changed = difference(before, snapshot(admin))
    admin.execute("ALTER ROLE his_report CONNECTION LIMIT -1")
    assert set(changed) == {"relations", "roles"}


def test_the_hospital_defines_things_as_before(admin, opened):
    admin.execute(
        "SET ROLE his_app; CREATE TEMP TABLE t (x int); DROP TABLE t; RESET ROLE; CREATE TABLE his.new (x int)"
    )


def test_an_owner_who_is_no_superuser_opens_fenced_windows(hospital):
    name = f"dba_{secrets.token_hex(4)}"
    with psycopg.connect(hospital.url(user="his_dba", password="dba"), autocommit=True) as root:
        root.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(hospital.url(name, user="his_dba", password="dba"), autocommit=True) as dba:
        dba.execute("CREATE SCHEMA his; CREATE TABLE his.patient AS SELECT 1 AS id, '张三' AS name, 'w1' AS ward")
        dba.execute("INSERT INTO his.patient VALUES (2, 'hidden', 'w9')")
        prepared = prepare(dba)
        assert not prepared.guarded
        assert {"temporary_objects", "log_level"} <= {door.key for door in prepared.doors}
        one = open_window(dba, spec(RowFilter("ward", "in", ("w1",))))
        client = connect(hospital, dba, one)
        assert client.execute("SELECT * FROM patient").fetchall() == [(1, "张*", "w1")]
        client.execute("SET default_transaction_read_only = off")
        client.execute("SELECT lo_create(0)")
        ((closed, reason),) = reap(dba, now()).closed
        assert (reason, closed.remains, closed.sessions) == ("large_objects", "", 1)
        assert is_ended(client)
        assert remove(dba) == ()
    with psycopg.connect(hospital.url(), autocommit=True) as root:
        root.execute(f"DROP DATABASE {name} WITH (FORCE)")


# --- Closing ---------------------------------------------------------------------------------------------------


def test_closing_ends_open_connections_and_leaves_nothing(hospital, admin, opened):
    client = connect(hospital, admin, opened)
    client.execute("BEGIN; SELECT * FROM patient")
    began = time.monotonic()
    closed = close_window(admin, opened.login)
    assert (closed.sessions, closed.remains) == (1, "")
    assert is_ended(client)
    assert time.monotonic() - began < 5
    assert open_windows(admin) == ()
    with pytest.raises(psycopg.OperationalError):
        connect(hospital, admin, opened)
    assert close_window(admin, opened.login).remains == ""


def test_a_running_statement_is_ended_too(hospital, admin, opened):
    client = connect(hospital, admin, opened)
    client.pgconn.send_query(b"SELECT pg_sleep(60)")
    time.sleep(0.1)
    assert close_window(admin, opened.login).sessions == 1


def test_past_its_end_a_window_is_empty_at_the_next_query(hospital, admin):
    prepare(admin)
    one = open_window(admin, spec(seconds=1.5))
    client = connect(hospital, admin, one)
    client.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; PREPARE q AS SELECT count(*) FROM patient")
    assert client.execute("EXECUTE q").fetchone() == (90,)
    time.sleep(max(0, (one.expires_at - now()).total_seconds()) + 0.05)
    assert client.execute("EXECUTE q").fetchone() == (0,)
    assert client.execute("SELECT * FROM patient").fetchall() == []
    with pytest.raises(psycopg.OperationalError):
        connect(hospital, admin, one)  # the password has ended with it
    ((closed, reason),) = reap(admin, now()).closed
    assert (closed.login, reason, closed.sessions) == (one.login, "expired", 1)
    assert is_ended(client)


def test_the_platforms_clock_closes_as_well(admin, opened):
    ((closed, reason),) = reap(admin, now() + timedelta(hours=2)).closed
    assert (closed.login, reason) == (opened.login, "expired")


def test_what_is_held_fast_is_shut_at_once_and_removed_later(hospital, admin, opened):
    with psycopg.connect(hospital.url(admin.info.dbname)) as other:
        other.execute(sql.SQL("SELECT FROM {}.patient").format(sql.Identifier(opened.schema)))
        closed = close_window(admin, opened.login)
        assert closed.remains
        with pytest.raises(psycopg.OperationalError):
            connect(hospital, admin, opened)
        assert open_windows(admin) == (opened.login,)
    ((again, reason),) = reap(admin, now()).closed
    assert (again.remains, reason) == ("", "closing")


# --- The watch -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ALTER ROLE {login} PASSWORD 'mine'", "password_changed"),
        ("ALTER ROLE {login} SET work_mem = '1GB'", "settings_changed"),
        ("ALTER ROLE {login} SET search_path = his", "settings_changed"),
        ("ALTER ROLE {login} RESET statement_timeout", "settings_changed"),
        ("SELECT lo_from_bytea(0, 'x')", "large_objects"),
    ],
)
def test_who_changes_the_login_loses_the_window(hospital, admin, opened, statement, reason):
    client = connect(hospital, admin, opened)
    client.execute("SET default_transaction_read_only = off")
    client.execute(statement.format(login=opened.login))
    ((closed, found),) = reap(admin, now()).closed
    assert (found, closed.remains) == (reason, "")
    assert is_ended(client)
    assert admin.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone() == (0,)


def test_a_session_in_another_database_closes_the_window(hospital, admin, opened):
    client = connect(hospital, admin, opened, database="template1")
    ((_, reason),) = reap(admin, now()).closed
    assert reason == "other_database"
    assert is_ended(client)


def test_an_advisory_lock_ends_the_session_alone(hospital, admin, opened):
    client = connect(hospital, admin, opened)
    client.execute("SELECT pg_advisory_lock(1)")
    reaped = reap(admin, now())
    assert [ended.reason for ended in reaped.ended] == ["advisory_lock"]
    assert reaped.closed == ()
    assert is_ended(client)


def test_limits_that_were_lifted_hold_all_the_same(hospital, admin):
    prepare(admin)
    one = open_window(
        admin, spec(statement_timeout=timedelta(milliseconds=300), transaction_timeout=timedelta(milliseconds=300))
    )
    lifted = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET transaction_timeout = 0"
    running, idle = connect(hospital, admin, one), connect(hospital, admin, one)
    running.execute(lifted)
    running.pgconn.send_query(b"SELECT pg_sleep(60)")
    idle.execute(lifted)
    idle.execute("BEGIN; SELECT 1")
    time.sleep(1.4)
    assert {ended.reason for ended in reap(admin, now()).ended} == {"statement_too_long", "transaction_too_long"}


def test_limits_hold_by_themselves(hospital, admin):
    prepare(admin)
    one = open_window(admin, spec(statement_timeout=timedelta(milliseconds=100), connection_limit=1))
    with connect(hospital, admin, one) as client:
        with pytest.raises(psycopg.errors.QueryCanceled):
            client.execute("SELECT pg_sleep(5)")
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            connect(hospital, admin, one)


def test_an_untouched_window_stays_open(hospital, admin, opened):
    with connect(hospital, admin, opened) as client:
        client.execute("SELECT * FROM patient")
        reaped = reap(admin, now())
        assert (reaped.closed, reaped.ended) == ((), ())
        assert not is_ended(client)


# --- Tools and uses --------------------------------------------------------------------------------------------


def test_psql_works_unchanged(hospital, admin, opened):
    url = hospital.url(admin.info.dbname, user=opened.login, password=opened.password)
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


def test_uses_are_read_back_from_the_log(hospital, admin, opened):
    with connect(hospital, admin, opened, application_name="bi") as client:
        client.execute("SELECT count(*) FROM patient WHERE id = %s", (7,))
        for statement in ("SELECT name::int FROM patient", f"ALTER ROLE {opened.login} PASSWORD 'it''s mine'"):
            with pytest.raises(psycopg.Error):
                client.execute(statement)
        client.execute("SELECT 1;\n -- 中文")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(hospital.url(admin.info.dbname, user=opened.login, password="wrong"))
    reader = FolderReader(hospital.data_dir / "log")
    found = eventually(lambda: [u for u in Uses(reader) if u.login == opened.login], at_least=5)
    assert [(use.outcome, use.statement) for use in found] == [
        ("done", "SELECT count(*) FROM patient WHERE id = $1"),
        ("failed", "SELECT name::int FROM patient"),
        ("failed", f"ALTER ROLE {opened.login} PASSWORD '***'"),
        ("done", "SELECT 1;\n -- 中文"),
        ("refused", ""),
    ]
    first = found[0]
    assert (first.application, first.database, first.client) == ("bi", admin.info.dbname, "[local]")
    assert first.milliseconds >= 0
    assert len({(use.session, use.number) for use in found}) == 5
    through_server = ServerReader(admin)
    again = [use for use in Uses(through_server) if use.login == opened.login]
    assert abs(again[0].at - now()) < timedelta(minutes=1)  # the log is written in the hospital's own zone
    assert [use.statement for use in again] == [use.statement for use in found]


def eventually(read, *, at_least):
    for _ in range(100):
        if len(found := read()) >= at_least:
            return found
        time.sleep(0.05)
    return found


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
