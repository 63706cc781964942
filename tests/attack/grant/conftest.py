"""Windows to attack, once guarded and once fenced; and a hospital whose own roles must notice nothing."""

import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from attack_attempt import Client
from attack_source import drop_source, make_source, window
from attack_ward import spec

from xingdun.access.enforcement import RowFilter, is_prepared, open_window, prepare, remove
from xingdun.runtime.embedded import EmbeddedPostgres


@pytest.fixture(scope="session", params=["guarded", "fenced"])
def source(request, postgres_server):
    made = make_source(postgres_server, "first", guarded=request.param == "guarded")
    yield made
    drop_source(made)


@pytest.fixture(scope="session")
def opened(source):
    made = open_window(source.admin, window(hours=6))
    assert made.guarded == source.guarded
    return made


@pytest.fixture(scope="session")
def client(source, opened):
    one = Client(lambda: source.connect(opened))
    yield one
    one.close()


@pytest.fixture(scope="session")
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
        if is_prepared(connection):
            remove(connection)
    with psycopg.connect(hospital.url(), autocommit=True) as root:
        root.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def grant(admin):
    prepare(admin)
    return open_window(admin, spec(RowFilter("ward", "in", ("w1", "w2"))))
