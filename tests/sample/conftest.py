import secrets

import psycopg
import pytest
from psycopg import sql

from xingdun import sample

SCALE = 0.02


@pytest.fixture(scope="session")
def hospital_address(postgres_server):
    """The superuser's address of a small sample hospital that no test changes."""
    name = f"hospital_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    sample.load(postgres_server.url(name), scale=SCALE)
    yield postgres_server.url(name)
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def hospital(hospital_address):
    """A connection to that hospital, rolled back after the test."""
    with psycopg.connect(hospital_address) as connection:
        yield connection
        connection.rollback()
