"""What every test stands on: a PostgreSQL server for each pytest worker, started when a test first asks."""

import gc
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from psycopg import sql
from psycopg.pq import TransactionStatus

from xingdun.runtime.embedded import EmbeddedPostgres

sys.path.insert(0, str(Path(__file__).parent))
# Where the environment forbids bytecode, each of the many processes that tests start would compile all it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
gc.disable()  # until the tests are collected: whatever is loaded stays

OWNER = "xingdun_owner"
ROOM = 4 << 30  # bytes; a worker's databases take a tenth of it
_SERVER = pytest.StashKey[EmbeddedPostgres]()
_WHOLE_PLATFORM = {"installation", "platform", "wheel", "chromium"}
_OWNER_PASSWORD = secrets.token_urlsafe(12)
# The same examples in every run, however slow the machine: a run that fails, fails again.
drawing.register_profile(
    "steady", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
drawing.load_profile("steady")


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="the long form of the crash and load tests")
    parser.addoption("--pictures", metavar="FOLDER", help="where tests of pages keep what they see (make pictures)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long comes first: nobody waits at the end for a worker with a long test."""
    items.sort(key=lambda item: not item.get_closest_marker("long") and _is_short(item))


def _is_short(item):
    return _WHOLE_PLATFORM.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_collection_finish():
    """What stands now is never looked through again for garbage, and what tests leave seldom."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(autouse=True)
def locks_given_back():
    """A sealer holds its lock as long as its connection lives; the next test may seal over another one."""
    yield
    from django.db import connection  # Django stands once a test runs

    link = connection.connection
    if link is not None and link.info.transaction_status in {TransactionStatus.IDLE, TransactionStatus.INTRANS}:
        link.execute("SELECT pg_advisory_unlock_all()")


@pytest.fixture(scope="session")
def soak(pytestconfig):
    """Whether the long form is asked for (make soak)."""
    return pytestconfig.getoption("--soak")


def _only_hands_out(config):
    """Whether this process runs no test itself, but hands them to workers (pytest-xdist).

    It must leave the environment alone: workers inherit it, and would read Django's settings with its address.
    """
    return not hasattr(config, "workerinput") and bool(config.getoption("numprocesses", None))


def pytest_configure(config):
    if _only_hands_out(config):
        return
    # The address is known before the server runs, so Django's settings can name it and tests of pure
    # kernels never start it.
    folder = Path(tempfile.mkdtemp(prefix="xingdun-tests-", dir=_quick_folder()))
    server = EmbeddedPostgres(
        folder / "postgres",
        name="xingdun-tests",
        fast=True,
        settings={
            "max_connections": 200,
            "createrole_self_grant": "set",
            "log_min_messages": "fatal",
            "logging_collector": "on",  # what is done through windows is read back from the log
            "log_destination": "jsonlog",
        },
    )
    config.stash[_SERVER] = server
    os.environ["XINGDUN_DATABASE_URL"] = server.url("xingdun", user=OWNER, password=_OWNER_PASSWORD)
    os.environ["XINGDUN_DATA"] = str(folder / "data")
    os.environ["DJANGO_SETTINGS_MODULE"] = "xingdun.runtime.settings"
    assert settings.DATABASES  # read now: pytest-django sets Django up when settings stand


def _quick_folder():
    """Memory, where it has room: a database is made and dropped there in a tenth of the time. Else where files go."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else None


def pytest_sessionstart(session):
    if _only_hands_out(session.config):
        return
    session.config.pluginmanager.import_plugin("hospital")  # now that Django stands: it knows the models
    session.config.pluginmanager.import_plugin("ledger")
    session.config.pluginmanager.import_plugin("installation")
    from xingdun.keys import root

    root.create()  # as preparing the database does


def pytest_unconfigure(config):
    server = config.stash.get(_SERVER, None)
    if server is not None:
        server.stop()
        shutil.rmtree(server.data_dir.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """No database is dropped by itself: the whole server goes at the end."""
    return True


@pytest.fixture(scope="session")
def postgres_server(pytestconfig):
    """This worker's server: `.url(database)` is its superuser's address."""
    server = pytestconfig.stash[_SERVER]
    if not server.running:
        server.start()
        with psycopg.connect(server.url(), autocommit=True) as superuser:
            superuser.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
                    sql.Identifier(OWNER), sql.Literal(_OWNER_PASSWORD)
                )
            )
    return server


@pytest.fixture
def fresh_database(postgres_server):
    """The superuser's address of a new, empty database, dropped after the test."""
    name = f"fresh_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield postgres_server.url(name)
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, postgres_server):
    """Django's test database lies on this worker's server, and is migrated as the platform's own."""
    from xingdun.runtime.migrating import new_models_alone

    with new_models_alone():
        yield
