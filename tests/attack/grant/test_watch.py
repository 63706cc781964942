"""The watch over open windows: what leaves its bounds is ended within a round."""

import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from xingdun.access.enforcement import (
    open_window,
    prepare,
    reap,
)

sys.path.insert(0, str(Path(__file__).parent))
from attack_ward import connect, eventually, is_ended, now, spec


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
def test_who_changes_the_login_loses_the_window(hospital, admin, grant, statement, reason):
    client = connect(hospital, admin, grant)
    client.execute("SET default_transaction_read_only = off")
    client.execute(statement.format(login=grant.login))
    ((closed, found),) = reap(admin, now()).closed
    assert (found, closed.remains) == (reason, "")
    assert is_ended(client)
    assert admin.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone() == (0,)


def test_a_session_in_another_database_closes_the_window(hospital, admin, grant):
    client = connect(hospital, admin, grant, database="template1")
    ((_, reason),) = reap(admin, now()).closed
    assert reason == "other_database"
    assert is_ended(client)


def test_an_advisory_lock_ends_the_session_alone(hospital, admin, grant):
    client = connect(hospital, admin, grant)
    client.execute("SELECT pg_advisory_lock(1)")
    reaped = reap(admin, now())
    assert [ended.reason for ended in reaped.ended] == ["advisory_lock"]
    assert reaped.closed == ()
    assert is_ended(client)


def test_limits_that_were_lifted_hold_all_the_same(hospital, admin):
    prepare(admin)
    one = open_window(admin, spec())
    lifted = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET transaction_timeout = 0"
    running, idle = connect(hospital, admin, one), connect(hospital, admin, one)
    running.execute(lifted)
    running.pgconn.send_query(b"SELECT pg_sleep(60)")
    idle.execute(lifted)
    idle.execute("BEGIN; SELECT 1")
    # shortened when they are lifted: no slow moment of the machine can end a session before
    admin.execute("UPDATE xingdun.grants SET statement_timeout = '0.1 s', transaction_timeout = '0.1 s'")
    seen = set()
    eventually(lambda: seen.update(ended.reason for ended in reap(admin, now()).ended) or seen, at_least=2)
    assert seen == {"statement_too_long", "transaction_too_long"}


def test_limits_hold_by_themselves(hospital, admin):
    prepare(admin)
    one = open_window(admin, spec(statement_timeout=timedelta(milliseconds=100), connection_limit=1))
    with connect(hospital, admin, one) as client:
        with pytest.raises(psycopg.errors.QueryCanceled):
            client.execute("SELECT pg_sleep(5)")
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            connect(hospital, admin, one)


def test_an_untouched_window_stays_open(hospital, admin, grant):
    with connect(hospital, admin, grant) as client:
        client.execute("SELECT * FROM patient")
        reaped = reap(admin, now())
        assert (reaped.closed, reaped.ended) == ((), ())
        assert not is_ended(client)
