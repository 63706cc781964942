"""PostgreSQL is read as it is: real clinical tables, hostile names, dropped tables, dying servers."""

import gzip
import secrets
import threading
from pathlib import Path

import psycopg
import pyarrow.csv as pacsv
import pytest
from psycopg import sql

from xingdun.engines.local import scan
from xingdun.engines.readers import SourceError, open_source
from xingdun.runtime.embedded import EmbeddedPostgres

MIMIC = Path(__file__).parents[3] / "shared" / "data" / "mimic-iv-demo" / "hosp"
TYPES = {"int64": "bigint", "double": "double precision", "timestamp[s]": "timestamp", "date32[day]": "date"}
HOSTILE = [
    'quote"inside',
    "'; DROP TABLE patients; --",
    "<script>alert(1)</script>",
    "\u202egnitser",
    "表 with space",
    "%s %(x)s {0}",
    "a.b",
    "SELECT",
]


@pytest.fixture
def database(postgres_server):
    name = f"scan_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = postgres_server.url(name)
    with psycopg.connect(url, autocommit=True) as client:
        client.url = url
        yield client
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run(client, **options):
    with open_source(client.url) as source:
        return scan(source, **options)


def entities_of(result):
    return {(one.table.name, v.column): v.entity for one in result.tables for v in one.verdicts}


def load_mimic(client):
    for path in sorted(MIMIC.glob("*.csv.gz")):
        types = pacsv.read_csv(path).schema
        columns = ", ".join(f'"{one.name}" {TYPES.get(str(one.type), "text")}' for one in types)
        table = path.name.removesuffix(".csv.gz")
        client.execute(f"CREATE TABLE {table} ({columns})")
        with client.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(gzip.decompress(path.read_bytes()))


def test_the_22_tables_of_mimic_are_read_and_called_what_they_are(database):
    from engines.accuracy import mimic_labels

    load_mimic(database)
    database.execute("ANALYZE")
    result = run(database, sample=5000)
    assert result.finished
    assert not result.errors
    found, labels = entities_of(result), mimic_labels()
    assert set(found) == set(labels)
    main = {"patient_id", "visit_id", "staff_id", "free_text", "diagnosis_code", "drug_name", "date_of_death"}
    assert {place for place, truth in labels.items() if truth in main and found[place] != truth} == set()
    assert sum(found[place] == truth for place, truth in labels.items()) / len(labels) > 0.93
    big = next(one for one in result.tables if one.table.name == "labevents")
    assert big.sampling.kind == "blocks"
    assert not big.exact
    assert big.scanned_rows <= 5000
    assert big.rows == pytest.approx(107_727, rel=0.1)


def test_every_row_is_read_once_when_asked_for_all(database):
    database.execute("CREATE TABLE t AS SELECT n, repeat('x', 900) AS filler FROM generate_series(1, 60000) n")
    (one,) = run(database, sample=None).tables
    assert (one.rows, one.scanned_rows, one.exact) == (60000, 60000, True)
    assert one.profile.columns["n"].facts[:2] == [1, 60000]


def test_a_stopped_scan_of_a_large_table_resumes_within_it(database):
    database.execute("CREATE TABLE t AS SELECT n, repeat('x', 900) AS filler FROM generate_series(1, 60000) n")
    seen = 0

    def stop():
        nonlocal seen
        seen += 1
        return seen > 4

    half = run(database, sample=None, should_stop=stop)
    assert not half.finished
    assert half.state["current"]["rows"] > 0
    progress = []
    whole = run(database, sample=None, resume_state=half.state, progress=progress.append)
    assert whole.finished
    assert whole.tables[0].scanned_rows == 60000


def test_hostile_names_are_only_names(database):
    for number, name in enumerate(HOSTILE):
        schema = sql.Identifier(f'{name}"{number}')
        database.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        database.execute(
            sql.SQL("CREATE TABLE {}.{} ({} text)").format(schema, sql.Identifier(name), sql.Identifier(name))
        )
        database.execute(
            sql.SQL("INSERT INTO {}.{} VALUES ('11010519491231002X')").format(schema, sql.Identifier(name))
        )
    result = run(database)
    assert not result.errors
    assert {one.table.name for one in result.tables} == set(HOSTILE)
    assert {one.verdicts[0].entity for one in result.tables} == {"resident_id"}


def test_every_type_of_column_is_read(database):
    database.execute("CREATE TYPE mood AS ENUM ('ok', 'bad')")
    database.execute("CREATE DOMAIN phone AS text")
    database.execute(
        "CREATE TABLE t (a smallint, b numeric(10, 2), c bool, d bytea, e inet, f uuid, g jsonb, h text[], i mood,"
        " j phone, k interval, l time, m timestamptz, n date, o xml, p money, q bit(3), r tsvector, s int4range,"
        " t char(20), u double precision)"
    )
    database.execute(
        "INSERT INTO t VALUES (1, 12.50, true, '\\x00ff', '10.0.0.1', gen_random_uuid(), '{\"电话\": \"13800138000\"}',"
        " '{a,b}', 'ok', '13800138000', '1 day', '10:00', 'infinity', '-infinity', NULL, 1, B'101', 'a b', '[1,2)',"
        " 'x', 'NaN')"
    )
    database.execute("INSERT INTO t (n, m) VALUES ('4713-01-01 BC', '294276-01-01')")
    result = run(database)
    assert not result.errors, result.errors
    found = entities_of(result)
    assert found["t", "e"] == "ip_address"
    assert found["t", "j"] == "mobile_phone"
    assert found["t", "n"] == "date"


def test_partitions_comments_empty_and_columnless_tables(database):
    database.execute("CREATE TABLE p (n int, f07 text) PARTITION BY RANGE (n)")
    database.execute("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)")
    database.execute("INSERT INTO p VALUES (1, '11010519491231002X')")
    database.execute("COMMENT ON COLUMN p.f07 IS '身份证号'")
    database.execute("CREATE TABLE nothing ()")
    database.execute("CREATE TABLE empty (sfzh text)")
    result = run(database)
    assert {one.table.name: one.rows for one in result.tables} == {"p": 1, "nothing": 0, "empty": 0}
    assert not result.errors
    assert entities_of(result)["p", "f07"] == "resident_id"
    assert entities_of(result)["empty", "sfzh"] == "resident_id"


def test_a_table_dropped_before_its_turn_is_named_and_the_others_are_read(database):
    for name in ("a", "b", "c"):
        database.execute(f"CREATE TABLE {name} AS SELECT 1 AS n")

    def drop(progress):
        if progress.table == "public.b":
            database.execute("DROP TABLE IF EXISTS b")

    result = run(database, progress=drop)
    assert result.finished
    assert [(error.code, error.table) for error in result.errors] == [("XD-SOURCE-008", "public.b")]
    assert [one.table.name for one in result.tables if one.done] == ["a", "c"]


def test_a_table_that_may_not_be_read_is_named(database, postgres_server):
    role, password = f"r_{secrets.token_hex(4)}", secrets.token_hex(8)
    database.execute("CREATE TABLE open AS SELECT 1 AS n")
    database.execute("CREATE TABLE closed AS SELECT 1 AS n")
    database.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    database.execute(f"GRANT SELECT ON open TO {role}")
    try:
        with open_source(postgres_server.url(database.info.dbname, user=role, password=password)) as source:
            result = scan(source)
        assert [(error.code, error.table) for error in result.errors] == [("XD-SOURCE-007", "public.closed")]
    finally:
        database.execute(f"DROP OWNED BY {role}")
        database.execute(f"DROP ROLE {role}")


def test_a_connection_cut_in_the_middle_is_named_and_the_scan_goes_on(database):
    database.execute("CREATE TABLE a AS SELECT n, repeat('x', 900) AS f FROM generate_series(1, 90000) n")
    database.execute("CREATE TABLE b AS SELECT 1 AS n")
    cut = False

    def kill(progress):
        nonlocal cut
        if progress.rows > 0 and not cut:
            cut = True
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'xingdun scan'"
                " AND datname = current_database()"
            )

    result = run(database, sample=None, progress=kill)
    assert cut
    assert [(error.code, error.table) for error in result.errors] == [("XD-SOURCE-009", "public.a")]
    assert [one.table.name for one in result.tables if one.done] == ["b"]


def test_a_server_that_dies_is_told_and_ends_the_scan(tmp_path):
    server = EmbeddedPostgres(tmp_path / "pg", name="dying", fast=True)
    server.start()
    try:
        with psycopg.connect(server.url(), autocommit=True) as client:
            client.execute("CREATE TABLE a AS SELECT n FROM generate_series(1, 1000) n")
            client.execute("CREATE TABLE b AS SELECT n FROM generate_series(1, 1000) n")
        with open_source(server.url()) as source:
            stopper = threading.Event()

            def stop_server(progress):
                if progress.table == "public.b" and not stopper.is_set():
                    stopper.set()
                    server.stop()

            result = scan(source, progress=stop_server)
    finally:
        server.stop()
    assert [one.table.name for one in result.tables if one.done] == ["a"]
    assert {error.code for error in result.errors} <= {"XD-SOURCE-003", "XD-SOURCE-009"}
    assert result.errors


def test_a_wrong_password_and_a_closed_port_are_told_apart_without_the_password(database, postgres_server):
    with open_source(postgres_server.url("postgres", user="postgres", password="geheim99")) as source:
        with pytest.raises(SourceError) as refused:
            source.tables()
        assert "geheim99" not in str(refused.value) + source.name
    assert refused.value.code == "XD-SOURCE-004"
    with (
        open_source("postgresql://u:geheim99@127.0.0.1:1/x?password=geheim99") as source,
        pytest.raises(SourceError) as closed,
    ):
        source.tables()
    assert closed.value.code == "XD-SOURCE-003"
    assert "geheim99" not in str(closed.value) + source.name


def test_nothing_is_written_to_the_source(database):
    database.execute("CREATE TABLE t AS SELECT 1 AS n")
    with open_source(database.url) as source:
        scan(source)
        connection = source._connection()
        with connection.cursor() as cursor, pytest.raises(Exception, match="read-only"):
            cursor.execute("CREATE TABLE u (n int)")
