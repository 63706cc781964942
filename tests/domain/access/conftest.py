"""A protected source with a graded inventory, and the people who ask, decide and hold keys."""

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest


@pytest.fixture
def protected(scanned, hospital, clinic):
    """The small hospital's source, protected."""
    from urllib.parse import unquote, urlsplit

    from xingdun.access import services

    parts = urlsplit(clinic)
    services.source_protect(
        source=scanned,
        administrator=unquote(parts.username),
        secret=unquote(parts.password),
        by=hospital.security_admin,
        now=hospital.now,
    )
    return scanned


@pytest.fixture
def key_holders(hospital):
    """Two people with keys."""
    from xingdun.frame.roles import Role

    return [hospital.person(f"key-{name}", Role.KEY_HOLDER, department="MED") for name in ("one", "two")]


@pytest.fixture
def ask(protected, hospital):
    """File a request for columns, given as (table, column)."""
    from xingdun.access import services
    from xingdun.data.models import Column

    def asked(*columns, by=None, rows=(), **facts):
        def found(table, name):
            return Column.objects.select_related("dataset").get(dataset__name=table, name=name)

        facts = {
            "purpose": "research",
            "legal_basis": "ethics_approval",
            "project_number": "2026-01",
            "reason": "回顾性研究",
            "days": 7,
            **facts,
        }
        return services.request_create(
            source=protected,
            columns=[found(*column) for column in columns],
            rows=[{**row, "column": found(*row["column"])} for row in rows],
            by=by or hospital.applicant,
            now=hospital.now,
            **facts,
        )

    return asked


@pytest.fixture
def approve(hospital):
    """Approve a request's steps by these people, in order."""
    from xingdun.access import services

    def approved(request, *people, **facts):
        for person in people or (hospital.department_head, hospital.dso):
            request = services.request_approve(request=request, by=person, now=hospital.now, **facts)
        return request

    return approved


@pytest.fixture
def through(postgres_server):
    """A connection through an opened window, as psql would make it."""

    @contextmanager
    def connected(opened):
        url = postgres_server.url(opened["database"], user=opened["login"], password=opened["password"])
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    return connected


@pytest.fixture
def watch():
    """One round of the watch, now."""
    from xingdun.access.watch import Watch

    made = Watch()
    yield lambda now=None: made.round(now or datetime.now(UTC))
    made.close()


@pytest.fixture
def log_folder(postgres_server):
    """Where the test server writes its jsonlog."""
    return Path(postgres_server.data_dir) / "log"
