"""No raw value leaves a window, whatever is sent through it; ordinary analysis works."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from attack_attempt import Client, listed, run
from attack_source import drop_source, make_source, window

from xingdun.access.enforcement import open_window
from xingdun.access.enforcement.views import source_columns, view_sql

ATTACKS = listed("attacks.toml", "attempts")
ORDINARY = listed("ordinary.toml", "statements")


def test_there_are_enough_of_both():
    assert len({text for _, text, _ in ATTACKS}) >= 300
    assert len({text for _, text, _ in ORDINARY}) >= 80


@pytest.mark.parametrize("family", sorted({family for family, _, _ in ATTACKS}))
def test_no_raw_value_leaves(source, opened, client, family):
    leaks = [
        (text, seen[:20])
        for name, text, _ in ATTACKS
        if name == family and leaked(source, seen := run(client, text, login=opened.login), text)
    ]
    assert not leaks


@pytest.mark.parametrize("family", sorted({family for family, _, _ in ORDINARY}))
def test_ordinary_statements_work(opened, client, family):
    for name, text, _ in ORDINARY:
        if name == family:
            run(client, text, login=opened.login, stop=True)


def test_what_may_not_be_seen_changes_nothing_that_is_seen(postgres_server, source, opened, client):
    """Two sources differ only behind masks and filters: every attempt gets the same answer from both."""
    other = make_source(postgres_server, "second", guarded=source.guarded)
    try:
        twin = open_window(other.admin, window(hours=6))
        twin_client = Client(lambda: other.connect(twin))
        different = []
        for _, text, table in ATTACKS:
            if table["compared"]:
                here = answer(client, text, opened, source)
                there = answer(twin_client, text, twin, other)
                if here != there:
                    different.append((text, here, there))
        twin_client.close()
        assert not different
    finally:
        drop_source(other)


def answer(client, text, opened, source):
    told = "\n".join(run(client, text, login=opened.login))
    told = told.replace(opened.login, "LOGIN").replace(source.database, "DATABASE")
    return re.sub(r"pg_temp_\d+", "pg_temp", told)


def test_the_attempts_do_find_what_a_plain_filter_leaves_open(source):
    """The same statements against views whose filter is written as anyone would: the suite can fail."""
    tables = window().tables
    naive = open_window(source.admin, window(hours=6))
    first = 0
    for table, columns in zip(tables, source_columns(source.admin, tables), strict=True):
        statement, _ = view_sql(table, table.name, columns, login=naive.login, first_filter=first, guarded=False)
        first += len(table.rows)
        place = f'"{naive.login}"."{table.name}"'
        source.admin.execute(f"ALTER VIEW {place} RESET (security_barrier)")
        source.admin.execute(
            statement.replace(" WITH (security_barrier)", "").replace("CREATE", "CREATE OR REPLACE", 1)
        )
    one = Client(lambda: source.connect(naive))
    leaks = [
        text
        for family, text, _ in ATTACKS
        if family != "catalogs" and leaked(source, run(one, text, login=naive.login), text)
    ]
    one.close()
    assert len(leaks) >= 15


def leaked(source, seen, text):
    """What the attempt itself says comes back in its own error; only what it did not know counts."""
    return any(needle in "\n".join(seen) and needle not in text for needle in source.needles)
