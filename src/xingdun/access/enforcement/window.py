"""Opening and closing a window: a login of its own, a schema of masked views, and nothing else."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg

from xingdun.access.enforcement.errors import (
    BadRowFilterError,
    BadSpecificationError,
    NoRightToGrantError,
    SourceBusyError,
)
from xingdun.access.enforcement.installation import is_superuser, require_idle, require_prepared
from xingdun.access.enforcement.specification import WindowSpec, view_names
from xingdun.access.enforcement.views import ShownTable, SourceColumn, source_columns, view_sql
from xingdun.kernel.masking import quote_identifier, quote_literal

Connection = psycopg.Connection[Any]

LOGIN_PREFIX = "xd_"
# A hospital's statement is never kept waiting longer behind ours.
_LOCK_WAIT = "SET LOCAL lock_timeout = '2s'"
# As the server wrote them down, for the watch to compare.
_REMEMBER_SETTINGS = """
UPDATE xingdun.grants SET settings = (
  SELECT array_agg(x COLLATE "C" ORDER BY x COLLATE "C") FROM pg_db_role_setting, unnest(setconfig) AS x
  WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = %(login)s)) WHERE login = %(login)s"""
_END_WAIT = 2.0  # seconds for ended sessions to be gone
_TRANSACTION_TIMEOUT_SINCE = 170000


@dataclass(frozen=True, slots=True)
class Opened:
    """An open window. The password is told here once and kept nowhere; the source holds its SCRAM verifier."""

    login: str
    password: str = field(repr=False)
    schema: str
    expires_at: datetime
    tables: tuple[ShownTable, ...]
    guarded: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed window: how many sessions were ended; `remains` says what could not be removed yet (try again)."""

    login: str
    sessions: int
    remains: str = ""


@dataclass(frozen=True, slots=True)
class _Role:
    login: str
    verifier: str = field(repr=False)
    settings: list[tuple[str, str]]


def open_window(connection: Connection, spec: WindowSpec) -> Opened:
    """Open the window `spec` describes, whole or not at all.

    Raises the errors of `enforcement.errors`; the source is then as it was. Needs a prepared source and a connection
    that may create roles and grant SELECT on the tables. Source: MEASURES-22.4b, MEASURES-22.4e, DIGITAL-5.2.1b.
    """
    require_idle(connection)
    guarded = require_prepared(connection)
    login, password = LOGIN_PREFIX + secrets.token_hex(8), secrets.token_urlsafe(24)
    # Hashed here: a statement with the password in it would stand in the source's log.
    verifier = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    try:
        with connection.transaction():
            shown = _build(
                connection, spec, _Role(login, verifier, _settings(connection, spec, login)), guarded=guarded
            )
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        raise SourceBusyError(str(error.diag.message_primary)) from None
    return Opened(login, password, login, spec.expires_at, shown, guarded)


def close_window(connection: Connection, login: str) -> Closed:
    """Close a window: its views are empty at once, its sessions end, its login, views and key are gone.

    May be run again, also for a login that is gone. What another session holds fast is left and told in `remains`;
    the window itself is shut by then. Source: MEASURES-22.4e.
    """
    require_idle(connection)
    with connection.transaction():
        connection.execute(
            "UPDATE xingdun.grants SET closed_at = coalesce(closed_at, clock_timestamp()) WHERE login = %s",
            (login,),
        )
        exists = _exists(connection, login)
        if exists:
            connection.execute(f"ALTER ROLE {quote_identifier(login)} NOLOGIN".encode())
    ended = _end_sessions(connection, login) if exists else 0
    try:
        _drop(connection, login, exists=exists)
    except (
        psycopg.errors.LockNotAvailable,
        psycopg.errors.DependentObjectsStillExist,
        psycopg.errors.ObjectInUse,
        psycopg.errors.DeadlockDetected,
    ) as error:
        return Closed(login, ended, str(error.diag.message_primary))
    return Closed(login, ended)


def _build(connection: Connection, spec: WindowSpec, role: _Role, *, guarded: bool) -> tuple[ShownTable, ...]:
    """Everything of a window, inside the transaction that makes it whole."""
    login, names = role.login, view_names(spec.tables)
    connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
    connection.execute(_LOCK_WAIT)
    if is_superuser(connection):
        connection.execute("SET LOCAL log_parameter_max_length = 0")  # the source's log must not learn the key
    _require_future(connection, spec)
    columns = source_columns(connection, spec.tables)
    _record_grant(connection, spec, role)
    _record_filters(connection, spec, login, columns)
    connection.execute(_login_sql(connection, spec, role).encode())
    connection.execute(_REMEMBER_SETTINGS, {"login": login})
    statements, shown, number = [_schema_sql(login)], [], 0
    for table, view, known in zip(spec.tables, names, columns, strict=True):
        statement, one = view_sql(table, view, known, login=login, first_filter=number, guarded=guarded)
        number += len(table.rows)
        statements += [statement, _hand_over(login, view)]
        shown.append(one)
    connection.execute("\n".join(statements).encode())
    _give_reading_rights(connection, spec)
    return tuple(shown)


def _require_future(connection: Connection, spec: WindowSpec) -> None:
    row = connection.execute("SELECT %s::timestamptz > clock_timestamp()", (spec.expires_at,)).fetchone()
    if not (row and row[0]):
        raise BadSpecificationError("the window's end has passed on the source's clock")


def _settings(connection: Connection, spec: WindowSpec, login: str) -> list[tuple[str, str]]:
    """The login's own settings; those only a superuser may set hold even against the login itself."""
    settings = [
        ("search_path", quote_identifier(login)),
        ("default_transaction_read_only", "on"),
        ("statement_timeout", f"{_milliseconds(spec.statement_timeout)}ms"),
        ("idle_in_transaction_session_timeout", f"{_milliseconds(spec.statement_timeout)}ms"),
    ]
    if connection.info.server_version >= _TRANSACTION_TIMEOUT_SINCE:
        settings.append(("transaction_timeout", f"{_milliseconds(spec.transaction_timeout)}ms"))
    if is_superuser(connection):
        settings += [
            ("temp_file_limit", f"{spec.temporary_files}MB"),
            ("log_min_duration_statement", "0"),  # every statement, so that uses can be read back
            ("log_statement", "none"),
            ("log_min_error_statement", "error"),
            ("log_min_messages", "warning"),
            ("log_parameter_max_length", "-1"),
        ]
    return settings


def _record_grant(connection: Connection, spec: WindowSpec, role: _Role) -> None:
    connection.execute(
        "INSERT INTO xingdun.grants (login, label, expires_at, statement_timeout, transaction_timeout, verifier)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (role.login, spec.label, spec.expires_at, spec.statement_timeout, spec.transaction_timeout, role.verifier),
    )
    connection.execute(
        "INSERT INTO xingdun.pseudonym_keys VALUES (%s, %s, %s)", (role.login, spec.key.inner, spec.key.outer)
    )


def _record_filters(
    connection: Connection, spec: WindowSpec, login: str, columns: list[dict[str, SourceColumn]]
) -> None:
    rules = [
        (rule, known[rule.column]) for table, known in zip(spec.tables, columns, strict=True) for rule in table.rows
    ]
    for number, (rule, column) in enumerate(rules):
        try:
            connection.execute(f"SELECT %s::text[]::{column.base_type}[]".encode(), (list(rule.values),))
        except psycopg.DataError as error:
            raise BadRowFilterError(f"{rule.column}: {error.diag.message_primary}") from None
        connection.execute("INSERT INTO xingdun.row_filters VALUES (%s, %s, %s)", (login, number, list(rule.values)))


def _login_sql(connection: Connection, spec: WindowSpec, role: _Role) -> str:
    name, label = quote_identifier(role.login), quote_literal(f"Xingdun window {spec.label}".strip())
    made = (
        f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION"
        f" CONNECTION LIMIT {int(spec.connection_limit)} PASSWORD {quote_literal(role.verifier)}"
        f" VALID UNTIL {quote_literal(spec.expires_at.isoformat())};\n"
        f"COMMENT ON ROLE {name} IS {label};\n"
        f"GRANT CONNECT ON DATABASE {quote_identifier(connection.info.dbname)} TO {name};\n"
    )
    if not is_superuser(connection):
        made += f"GRANT {name} TO CURRENT_USER;\n"  # to end its sessions and drop what it owns
    return made + "".join(
        # A list of names is written as it stands, every other value as a text.
        f"ALTER ROLE {name} SET {setting} = {value if setting == 'search_path' else quote_literal(value)};\n"
        for setting, value in role.settings
    )


def _schema_sql(login: str) -> str:
    schema = quote_identifier(login)
    return (
        f"CREATE SCHEMA {schema};\n"
        f"GRANT USAGE ON SCHEMA {schema} TO {schema};\n"
        f"GRANT CREATE, USAGE ON SCHEMA {schema} TO xingdun_views;"
    )


def _hand_over(login: str, view: str) -> str:
    """The login may read the view; the role that reads the tables owns it (the right follows the owner)."""
    place = f"{quote_identifier(login)}.{quote_identifier(view)}"
    return f"GRANT SELECT ON {place} TO {quote_identifier(login)};\nALTER VIEW {place} OWNER TO xingdun_views;"


def _give_reading_rights(connection: Connection, spec: WindowSpec) -> None:
    """SELECT on the tables for the owner of the views, where it has none yet."""
    tables = sorted({f"{quote_identifier(t.schema)}.{quote_identifier(t.name)}" for t in spec.tables})
    if lacking := _unreadable(connection, tables):
        connection.execute(f"GRANT SELECT ON {', '.join(lacking)} TO xingdun_views".encode())
        if still := _unreadable(connection, lacking):  # a grant that cannot be made is only a warning
            raise NoRightToGrantError(f"SELECT on {', '.join(still)}")


def _unreadable(connection: Connection, tables: list[str]) -> list[str]:
    rows = connection.execute(
        "SELECT t FROM unnest(%s::text[]) AS t WHERE NOT has_table_privilege('xingdun_views', t, 'SELECT')", (tables,)
    )
    return [name for (name,) in rows]


def _exists(connection: Connection, login: str) -> bool:
    return connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (login,)).fetchone() is not None


def _end_sessions(connection: Connection, login: str) -> int:
    """End the login's sessions in every database, and those that were just signing in; the number of them."""
    ended: set[int] = set()
    deadline = time.monotonic() + _END_WAIT
    while True:
        rows = connection.execute(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (login,)
        ).fetchall()
        ended.update(pid for pid, _ in rows)
        if not rows or time.monotonic() > deadline:
            return len(ended)
        time.sleep(0.02)


def _drop(connection: Connection, login: str, *, exists: bool) -> None:
    name = quote_identifier(login)
    with connection.transaction():
        connection.execute(_LOCK_WAIT)
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())
        if exists:
            connection.execute(f"DROP OWNED BY {name} CASCADE".encode())
            connection.execute(f"DROP ROLE {name}".encode())
        connection.execute("DELETE FROM xingdun.grants WHERE login = %s", (login,))


def _milliseconds(span: timedelta) -> int:
    return max(1, round(span / timedelta(milliseconds=1)))
