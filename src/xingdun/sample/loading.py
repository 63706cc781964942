"""Puts the synthetic hospital into an empty PostgreSQL database, in one transaction."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import LiteralString, TypeVar

import psycopg
from psycopg import sql

from xingdun.sample.declaration import Column, Table
from xingdun.sample.generation import DEFAULT_SEED, Rows, add_to_digest, rows_as_csv
from xingdun.sample.refusals import AnotherSampleLoaded, DatabaseNotEmpty, ScaleOutOfRange
from xingdun.sample.tables import SCHEMAS, TABLES

Progress = Callable[[str, int], None]
Item = TypeVar("Item")

NOTICE_TABLE = "public.synthetic_notice"
NOTICE_COLUMNS = ("notice_zh", "notice_en", "seed", "scale", "row_count", "content_sha256")
NOTICE_ZH = "合成数据：由随机种子生成，所有人员、证件号码、诊断和基因序列均为虚构，不对应任何真实个人或机构。"
NOTICE_EN = (
    "Synthetic data, generated from a seed: every person, number, diagnosis and sequence is made up "
    "and belongs to no real person or institution."
)
ROLES = ("his_app", "his_report")
LARGEST_SCALE = 50.0
_CHUNK = 1 << 20
_LOCK = 0x5844_5341  # "XDSA": two loads into one database wait for each other


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stands in the database: rows and tables of the hospital (its notice not counted), seconds taken now.

    roles: the hospital system's own roles that hold rights on it. already: it had been loaded before.
    """

    rows: int
    tables: int
    seconds: float
    roles: tuple[str, ...]
    already: bool


def load(url: str, *, seed: int = DEFAULT_SEED, scale: float = 1.0, progress: Progress | None = None) -> Loaded:
    """Load the synthetic hospital into the empty database at `url`, whose owner or superuser it names.

    One transaction: a load that ends early leaves nothing. A database that holds the same seed and scale is left
    as it is. `progress` hears each table's name and its rows once they are in.

    The hospital system's roles his_app (reads and writes) and his_report (reads, without accounts, audit trail
    and research) are made where the user may make roles and they are not there: with LOGIN and a random password
    that is kept nowhere, so nobody signs in as them until a superuser sets another one.

    Raises DatabaseNotEmpty, AnotherSampleLoaded, ScaleOutOfRange; psycopg.Error when the server does.
    """
    if not 0 < scale <= LARGEST_SCALE:
        raise ScaleOutOfRange(scale=scale, largest=LARGEST_SCALE)
    started = time.monotonic()
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        held = _rows_held(connection, seed, scale)
        if held is None:
            rows = _load(connection, seed, scale, progress or _silent)
            roles = _grant(connection)
        else:
            rows, roles = held, _roles_there(connection)
    return Loaded(rows, len(TABLES), time.monotonic() - started, roles, already=held is not None)


def _silent(_table: str, _rows: int) -> None:
    pass


def _rows_held(connection: psycopg.Connection, seed: int, scale: float) -> int | None:
    """The rows of this very hospital when it stands here already, None when the database is empty."""
    database = connection.info.dbname
    if _one(connection, "SELECT to_regclass('public.synthetic_notice') IS NOT NULL"):
        notice = connection.execute("SELECT seed, scale, row_count FROM public.synthetic_notice").fetchone()
        if notice is None or notice[:2] != (seed, scale):
            raise AnotherSampleLoaded(database=database, seed=notice and notice[0], scale=notice and notice[1])
        return int(notice[2])
    occupied = _one(
        connection,
        "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' "
        "AND n.nspname <> 'information_schema')",
    )
    if occupied:
        raise DatabaseNotEmpty(database=database)
    return None


def _one(connection: psycopg.Connection, question: LiteralString) -> object:
    row = connection.execute(question).fetchone()
    return row[0] if row else None


def _load(connection: psycopg.Connection, seed: int, scale: float, progress: Progress) -> int:
    _create(connection)
    digest, total = hashlib.sha256(), 0
    for rows in _one_ahead(rows_as_csv(seed, scale)):
        _copy(connection, rows)
        add_to_digest(digest, rows)
        total += rows.count
        progress(rows.table.name, rows.count)
    for table in TABLES:
        _constrain(connection, table)
    _mark(connection, seed, scale, total, digest.hexdigest())
    names = sql.SQL(", ").join(_identifier(table.name) for table in TABLES)
    connection.execute("SET LOCAL default_statistics_target = 30")  # 9,000 rows a table tell plans enough
    connection.execute(sql.SQL("ANALYZE {}").format(names))
    return total


def _one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items; the next one is drawn in a second thread while the caller works on this one."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sample") as drawer:
        waiting = drawer.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = drawer.submit(next, items, None)
            yield item


def _identifier(qualified: str) -> sql.Identifier:
    return sql.Identifier(*qualified.split("."))


def _create(connection: psycopg.Connection) -> None:
    for schema, title in SCHEMAS.items():
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        _comment(connection, sql.SQL("SCHEMA {}").format(name), f"{title}（{NOTICE_ZH}）")
    for table in TABLES:
        columns = sql.SQL(", ").join(_definition(column) for column in table.columns)
        name = _identifier(table.name)
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(name, columns))
        _comment(connection, sql.SQL("TABLE {}").format(name), table.title)
        for column in table.columns:
            if column.comment:
                full = sql.Identifier(*table.name.split("."), column.name)
                _comment(connection, sql.SQL("COLUMN {}").format(full), column.comment)


def _definition(column: Column) -> sql.Composable:
    return sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))


def _comment(connection: psycopg.Connection, on: sql.Composable, text: str) -> None:
    connection.execute(sql.SQL("COMMENT ON {} IS {}").format(on, sql.Literal(text)))


def _copy(connection: psycopg.Connection, rows: Rows) -> None:
    # FREEZE: the table is of this transaction, and nobody has to vacuum it afterwards.
    command = sql.SQL("COPY {} FROM STDIN WITH (FORMAT csv, FREEZE)").format(_identifier(rows.table.name))
    view = memoryview(rows.csv)
    with connection.cursor().copy(command) as copy:
        for start in range(0, len(view), _CHUNK):
            copy.write(view[start : start + _CHUNK])


def _constrain(connection: psycopg.Connection, table: Table) -> None:
    """Primary key, foreign keys, indexes and, where the key counts up by itself, the number it goes on from."""
    name, key = _identifier(table.name), sql.Identifier(table.key)
    connection.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(name, key))
    for column in table.columns:
        if column.to:
            target, _, there = column.to.rstrip(")").partition("(")
            connection.execute(
                sql.SQL("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({})").format(
                    name, sql.Identifier(column.name), _identifier(target), sql.Identifier(there)
                )
            )
        if column.type.endswith("identity"):
            connection.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {}").format(
                    sql.Literal(name.as_string(connection)), sql.Literal(column.name), key, name
                )
            )
    for indexed in table.indexes:
        connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(name, sql.Identifier(indexed)))


def _mark(connection: psycopg.Connection, seed: int, scale: float, rows: int, digest: str) -> None:
    """Say in the database itself that nobody in it is real."""
    database = sql.Identifier(connection.info.dbname)
    _comment(connection, sql.SQL("DATABASE {}").format(database), f"{NOTICE_ZH} {NOTICE_EN}")
    connection.execute(
        "CREATE TABLE public.synthetic_notice (notice_zh text NOT NULL, notice_en text NOT NULL, "
        "seed bigint NOT NULL, scale double precision NOT NULL, row_count bigint NOT NULL, "
        "content_sha256 char(64) NOT NULL)"
    )
    connection.execute("COMMENT ON TABLE public.synthetic_notice IS '合成数据声明 / notice of synthetic data'")
    connection.execute(
        "INSERT INTO public.synthetic_notice VALUES (%s, %s, %s, %s, %s, %s)",
        [NOTICE_ZH, NOTICE_EN, seed, scale, rows, digest],
    )


def _roles_there(connection: psycopg.Connection) -> tuple[str, ...]:
    found = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)]).fetchall()
    return tuple(sorted(name for (name,) in found))


def _make_role(connection: psycopg.Connection, role: str) -> None:
    """Make the role unless it is there or another load makes it now: roles belong to the whole server."""
    name = sql.Identifier(role)
    # The server gets a verifier, so that the password stands in no log either.
    verifier = connection.pgconn.encrypt_password(
        secrets.token_urlsafe(32).encode(), role.encode(), b"scram-sha-256"
    ).decode()
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(verifier)))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        pass  # the other load's transaction has just made it


def _grant(connection: psycopg.Connection) -> tuple[str, ...]:
    """Give the hospital system's roles what such systems give theirs; which roles there are."""
    may_make = _one(connection, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    for role in ROLES:
        if may_make and role not in _roles_there(connection):
            _make_role(connection, role)
    there = _roles_there(connection)
    for role in there:
        for statement in _RIGHTS[role]:
            connection.execute(statement)
    return there


_RIGHTS: dict[str, tuple[LiteralString, ...]] = {
    "his_app": (
        "GRANT USAGE ON SCHEMA his, lis, pacs, research TO his_app",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA his, lis, pacs, research TO his_app",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA his, lis, pacs, research TO his_app",
    ),
    "his_report": (
        "GRANT USAGE ON SCHEMA his, lis, pacs, research TO his_report",
        "GRANT SELECT ON ALL TABLES IN SCHEMA his, lis, pacs TO his_report",
        "REVOKE ALL ON his.sys_user, his.sys_audit FROM his_report",
        "GRANT SELECT (subject_no, project_no, arm, outcome) ON research.cohort_subject TO his_report",
    ),
}
