"""Loading: the same seed gives the same hospital, a load is whole or nothing, and nobody's data are overwritten."""

import secrets
import threading
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from xingdun import sample
from xingdun.sample.generation import content_digest
from xingdun.sample.refusals import AnotherSampleLoaded, DatabaseNotEmpty, ScaleOutOfRange
from xingdun.sample.tables import TABLES

SMALL = 0.005


def fingerprints(address):
    """What each table holds, as the database sees it."""
    with psycopg.connect(address) as connection:
        return {
            table.name: connection.execute(
                sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY {})) FROM {} t").format(
                    sql.Identifier(table.key), sql.Identifier(*table.name.split("."))
                )
            ).fetchone()[0]
            for table in TABLES
        }


def tables_in(address):
    with psycopg.connect(address) as connection:
        return connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchone()[0]


def test_the_same_seed_gives_the_same_hospital(fresh_database, hospital_address):
    sample.load(fresh_database, scale=0.02)
    assert fingerprints(fresh_database) == fingerprints(hospital_address)


def test_the_notice_names_the_content(fresh_database):
    sample.load(fresh_database, seed=7, scale=SMALL)
    with psycopg.connect(fresh_database) as connection:
        told = connection.execute("SELECT content_sha256 FROM public.synthetic_notice").fetchone()[0]
    assert told == content_digest(7, SMALL)
    assert told != content_digest(8, SMALL)


def test_progress_is_told_table_by_table(fresh_database):
    heard = []
    loaded = sample.load(fresh_database, scale=SMALL, progress=lambda table, rows: heard.append((table, rows)))
    assert [table for table, _ in heard] == [table.name for table in TABLES]
    assert sum(rows for _, rows in heard) == loaded.rows
    assert loaded.tables == len(TABLES)
    assert not loaded.already


def test_a_second_load_changes_nothing(fresh_database):
    first = sample.load(fresh_database, scale=SMALL)
    before = fingerprints(fresh_database)
    second = sample.load(fresh_database, scale=SMALL)
    assert second.already
    assert (second.rows, second.tables, second.roles) == (first.rows, first.tables, first.roles)
    assert fingerprints(fresh_database) == before


def test_another_seed_is_refused_where_a_hospital_stands(fresh_database):
    sample.load(fresh_database, scale=SMALL)
    with pytest.raises(AnotherSampleLoaded) as refused:
        sample.load(fresh_database, seed=1, scale=SMALL)
    assert "20220808" in str(refused.value)


def test_a_database_of_someone_else_is_not_touched(fresh_database):
    with psycopg.connect(fresh_database) as connection:
        connection.execute("CREATE TABLE public.theirs (id int)")
    with pytest.raises(DatabaseNotEmpty) as refused:
        sample.load(fresh_database, scale=SMALL)
    assert urlsplit(fresh_database).path.strip("/") in str(refused.value)
    assert tables_in(fresh_database) == 1


@pytest.mark.parametrize("scale", [0, -1, 51, float("nan")])
def test_a_scale_without_meaning_is_refused(fresh_database, scale):
    with pytest.raises(ScaleOutOfRange):
        sample.load(fresh_database, scale=scale)
    assert tables_in(fresh_database) == 0


def test_a_killed_load_leaves_nothing_and_the_next_one_is_whole(fresh_database):
    def kill(table, _rows):
        if table == "lis.lab_result":
            with psycopg.connect(fresh_database, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                )

    with pytest.raises(psycopg.OperationalError):
        sample.load(fresh_database, scale=SMALL, progress=kill)
    assert tables_in(fresh_database) == 0
    assert not sample.load(fresh_database, scale=SMALL).already


def test_an_owner_without_further_rights_can_load(fresh_database, postgres_server):
    database = urlsplit(fresh_database).path.strip("/")
    owner, password = f"owner_{secrets.token_hex(4)}", secrets.token_hex(8)
    with psycopg.connect(fresh_database, autocommit=True) as superuser:
        superuser.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(owner), sql.Literal(password))
        )
        superuser.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), sql.Identifier(owner))
        )
    try:
        loaded = sample.load(postgres_server.url(database, user=owner, password=password), scale=SMALL)
        assert loaded.rows > 1000
    finally:
        with psycopg.connect(fresh_database, autocommit=True) as superuser:
            superuser.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(owner)))
            superuser.execute(sql.SQL("ALTER DATABASE {} OWNER TO postgres").format(sql.Identifier(database)))
            superuser.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(owner)))


def test_two_loads_into_one_database_make_one_hospital(fresh_database):
    done = []

    def load():
        done.append(sample.load(fresh_database, scale=SMALL))

    both = [threading.Thread(target=load) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(loaded.already for loaded in done) == [False, True]
