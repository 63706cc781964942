"""What orchestrators ask: alive, ready, and how much."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from xingdun.doors import health


def asked(path, application=None):
    told = {}

    def start_response(status, headers, *_more):
        told.update(status=status, headers=dict(headers))

    def pages(_environ, start):
        start("404 Not Found", [])
        return [b"page"]

    body = b"".join(health.watched(application or pages)({"PATH_INFO": path, "REQUEST_METHOD": "GET"}, start_response))
    return told["status"], body.decode()


def test_a_process_that_lives_says_so_without_a_database():
    assert asked("/healthz") == ("200 OK", "ok\n")


@pytest.mark.django_db
def test_ready_with_a_database_that_has_every_migration(hospital):
    status, body = asked("/readyz")
    assert status == "200 OK", body
    assert "migrations: ok" in body


@pytest.mark.django_db
def test_not_ready_without_the_database(monkeypatch):
    def gone(*_args, **_options):
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", gone)
    status, body = asked("/readyz")
    assert status.startswith("503")
    assert "database: not ok" in body


@pytest.mark.django_db(transaction=True)
def test_not_ready_when_the_database_goes_away_between_two_questions(hospital, postgres_server):
    def cut(execute, sql, *rest):
        if "pg_catalog.pg_class" in sql:  # what the question for migrations begins with
            with psycopg.connect(postgres_server.url(connection.settings_dict["NAME"])) as superuser:
                superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        return execute(sql, *rest)

    with connection.execute_wrapper(cut):
        status, body = asked("/readyz")
    assert status.startswith("503")
    assert body == "database: not ok\n"
    assert asked("/readyz")[0] == "200 OK"


@pytest.mark.django_db
def test_metrics_count_requests_and_what_waits_to_be_sealed(hospital):
    asked("/anything")
    status, body = asked("/metrics")
    assert status == "200 OK", body
    assert 'xingdun_requests_total{method="GET",status="4xx"}' in body
    assert "xingdun_ledger_pending_entries" in body


def test_other_addresses_go_through():
    assert asked("/elsewhere") == ("404 Not Found", "page")
