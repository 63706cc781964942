"""A window opens whole, shows what it should, and closes in time; the hospital's own roles notice nothing."""

import secrets
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from xingdun.access.enforcement import (
    BadRowFilterError,
    BadSpecificationError,
    ColumnSpec,
    ConnectionInUseError,
    HostRowSecurityError,
    NoRightToGrantError,
    NoSuchColumnError,
    NotPreparedError,
    PublicAlreadyReadsError,
    RowFilter,
    SchemaTakenError,
    SourceBusyError,
    TableSpec,
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

sys.path.insert(0, str(Path(__file__).parent))
from attack_ward import KEY, connect, eventually, is_ended, now, spec

# --- Opening ---------------------------------------------------------------------------------------------------


def test_a_window_shows_masked_rows_on_its_search_path(hospital, admin, grant):
    with connect(hospital, admin, grant) as client:
        assert client.execute("SELECT * FROM patient ORDER BY id LIMIT 2").fetchall() == [
            (1, "张**", "w1"),
            (2, "张**", "w2"),
        ]
        assert client.execute("SELECT count(*) FROM patient").fetchone() == (60,)
        assert client.execute("SHOW search_path").fetchone() == (grant.schema,)


def test_its_password_stands_nowhere_in_the_source(admin, grant):
    assert grant.password not in repr(grant)
    stored = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (grant.login,)).fetchone()[0]
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


def test_a_table_that_is_locked_is_waited_for_only_shortly(hospital, admin):
    prepare(admin)
    with psycopg.connect(hospital.url(admin.info.dbname)) as other:
        other.execute("LOCK TABLE his.patient IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(SourceBusyError):
            open_window(admin, spec())
    assert open_windows(admin) == ()
    assert open_window(admin, spec()).tables


def test_the_key_stays_out_of_the_sources_log(hospital, admin):
    prepare(admin)
    admin.execute("SET log_min_duration_statement = 0")
    open_window(admin, spec())
    admin.execute("SELECT 'the end of it'")
    log = hospital.data_dir / "log"
    eventually(lambda: [1 for path in log.glob("*.json") if "the end of it" in path.read_text()], at_least=1)
    written = "".join(path.read_text() for path in log.glob("*.json"))
    assert KEY.inner.hex() not in written
    assert KEY.outer.hex() not in written


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


def test_the_hospital_defines_things_as_before(admin, grant):
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
        foreign = WindowSpec((TableSpec("other", "t", (ColumnSpec("x", Clear()),)),), now() + timedelta(hours=1), KEY)
        with psycopg.connect(hospital.url(name), autocommit=True) as root:
            root.execute("CREATE SCHEMA other; CREATE TABLE other.t (x int); GRANT USAGE ON SCHEMA other TO his_dba")
            root.execute("GRANT SELECT ON other.t TO his_dba")
        with pytest.raises(NoRightToGrantError):
            open_window(dba, foreign)
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


def test_closing_ends_open_connections_and_leaves_nothing(hospital, admin, grant):
    client = connect(hospital, admin, grant)
    client.execute("BEGIN; SELECT * FROM patient")
    closed = close_window(admin, grant.login)
    assert (closed.sessions, closed.remains) == (1, "")
    assert is_ended(client)
    assert open_windows(admin) == ()
    with pytest.raises(psycopg.OperationalError):
        connect(hospital, admin, grant)
    assert close_window(admin, grant.login).remains == ""


def test_a_running_statement_is_ended_too(hospital, admin, grant):
    client = connect(hospital, admin, grant)
    client.pgconn.send_query(b"SELECT pg_sleep(60)")
    time.sleep(0.1)
    assert close_window(admin, grant.login).sessions == 1


def looked_at(hospital, admin):
    """A window that ends soon, and a client who saw all of it: opened for longer where the machine is too slow."""
    for seconds in (1.5, 15, 150):
        with suppress(psycopg.OperationalError, BadSpecificationError):
            one = open_window(admin, spec(seconds=seconds))
            client = connect(hospital, admin, one)
            client.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; PREPARE q AS SELECT count(*) FROM patient")
            if client.execute("EXECUTE q").fetchone() == (90,):
                return one, client
        for login in open_windows(admin):
            close_window(admin, login)
    raise AssertionError("nobody saw a row")


def test_past_its_end_a_window_is_empty_at_the_next_query(hospital, admin):
    prepare(admin)
    one, client = looked_at(hospital, admin)
    time.sleep(max(0, (one.expires_at - now()).total_seconds()) + 0.05)
    assert client.execute("EXECUTE q").fetchone() == (0,)
    assert client.execute("SELECT * FROM patient").fetchall() == []
    with pytest.raises(psycopg.OperationalError):
        connect(hospital, admin, one)  # the password has ended with it
    ((closed, reason),) = reap(admin, now()).closed
    assert (closed.login, reason, closed.sessions) == (one.login, "expired", 1)
    assert is_ended(client)


def test_the_platforms_clock_closes_as_well(admin, grant):
    ((closed, reason),) = reap(admin, now() + timedelta(hours=2)).closed
    assert (closed.login, reason) == (grant.login, "expired")


def test_what_is_held_fast_is_shut_at_once_and_removed_later(hospital, admin, grant):
    with psycopg.connect(hospital.url(admin.info.dbname)) as other:
        other.execute(sql.SQL("SELECT FROM {}.patient").format(sql.Identifier(grant.schema)))
        closed = close_window(admin, grant.login)
        assert closed.remains
        with pytest.raises(psycopg.OperationalError):
            connect(hospital, admin, grant)
        assert open_windows(admin) == (grant.login,)
    ((again, reason),) = reap(admin, now()).closed
    assert (again.remains, reason) == ("", "closing")
