"""What the platform installs in a protected source, once, and takes away again."""

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from xingdun.access.enforcement.doors import Door, doors_left_open
from xingdun.access.enforcement.errors import ConnectionInUseError, NotPreparedError, SchemaTakenError

Connection = psycopg.Connection[Any]

_MARK = "Xingdun: windows into this database"
_VERSION = f"{_MARK}, version 1"

_SCHEMA_SQL = """
CREATE SCHEMA xingdun;
COMMENT ON SCHEMA xingdun IS 'Xingdun: windows into this database, version 1';
REVOKE ALL ON SCHEMA xingdun FROM PUBLIC;
CREATE TABLE xingdun.grants (
  login name PRIMARY KEY,
  label text NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  closed_at timestamptz,
  statement_timeout interval NOT NULL,
  transaction_timeout interval NOT NULL,
  verifier text,
  settings text[],
  CHECK (expires_at > opened_at)
);
CREATE TABLE xingdun.row_filters (
  login name NOT NULL REFERENCES xingdun.grants ON DELETE CASCADE,
  number integer NOT NULL,
  allowed text[] NOT NULL,
  PRIMARY KEY (login, number)
);
CREATE TABLE xingdun.pseudonym_keys (
  login name PRIMARY KEY REFERENCES xingdun.grants ON DELETE CASCADE,
  inner_key bytea NOT NULL,
  outer_key bytea NOT NULL
);
GRANT USAGE ON SCHEMA xingdun TO xingdun_views;
GRANT SELECT (login, expires_at, closed_at) ON xingdun.grants TO xingdun_views;
GRANT SELECT ON xingdun.row_filters, xingdun.pseudonym_keys TO xingdun_views;
"""

# A row filter must be tested before anything a reader writes, or an error message could show a hidden row. Quals of
# one scan run in the order of their cost, ties in the order of writing, so the filter is made of functions that cost
# next to nothing (1e-30). Everything else callable costs more, and nobody behind a window can create a function.
_FIRST_SQL = "".join(
    f"CREATE FUNCTION xingdun.{name}({arguments}) RETURNS {result} LANGUAGE internal"
    f" IMMUTABLE PARALLEL SAFE COST 1e-30 AS '{symbol}';\n"
    for name, arguments, result, symbol in (
        ("among", "anycompatiblearray, anycompatible", "integer", "array_position"),
        ("less", "anyarray, anyarray", "boolean", "array_lt"),
        ("at_most", "anyarray, anyarray", "boolean", "array_le"),
        ("more", "anyarray, anyarray", "boolean", "array_gt"),
        ("at_least", "anyarray, anyarray", "boolean", "array_ge"),
    )
)

# Temporary tables and functions are everyone's right in a database, and taking it from PUBLIC would touch the
# hospital's own roles. The trigger answers at once for everyone who is no login of a window.
_TRIGGER_SQL = """
CREATE FUNCTION xingdun.refuse_definitions() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM xingdun.grants WHERE login = session_user) THEN
    RAISE insufficient_privilege USING MESSAGE = 'this login reads its views and defines nothing';
  END IF;
END $$;
CREATE EVENT TRIGGER xingdun_refuse_definitions ON ddl_command_start
EXECUTE FUNCTION xingdun.refuse_definitions();
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` did: `changes`, empty when all stood already, and the doors PostgreSQL leaves open.

    guarded: definitions are refused and row filters run first. Without it (the connection is no superuser) a window
    with a row filter uses security_barrier views: as safe, and slow in joins.
    """

    changes: tuple[str, ...]
    guarded: bool
    doors: tuple[Door, ...]


def prepare(connection: Connection) -> Prepared:
    """Install what windows need: a schema, three tables, a role that owns views, and as superuser the guards.

    Touches no object of the source. May be run again; it then changes nothing. Needs CREATE on the database and
    CREATEROLE, and to be superuser for the guards. Raises SchemaTakenError.
    """
    require_idle(connection)
    changes: list[str] = []
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('xingdun.prepare'))")
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        if not _one(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'xingdun_views')"):
            connection.execute("CREATE ROLE xingdun_views NOLOGIN NOINHERIT")
            if not is_superuser(connection):
                connection.execute("GRANT xingdun_views TO CURRENT_USER")  # to hand views over to it
            changes.append("role xingdun_views, which nobody may log in as, owns the views")
        mark = _schema_mark(connection)
        if mark is None:
            connection.execute(_SCHEMA_SQL)
            changes.append("schema xingdun with the tables grants, row_filters and pseudonym_keys")
        elif not mark.startswith(_MARK):
            raise SchemaTakenError("the schema xingdun is somebody else's")
        if is_superuser(connection) and not _is_guarded(connection):
            connection.execute((_FIRST_SQL + _TRIGGER_SQL).encode())
            changes.append("event trigger xingdun_refuse_definitions, which refuses definitions to windows' logins")
            changes.append("five functions in xingdun that row filters are made of")
        guarded = _is_guarded(connection)
    return Prepared(tuple(changes), guarded, doors_left_open(connection, guarded=guarded))


def remove(connection: Connection) -> tuple[str, ...]:
    """Undo all of `prepare` and every window; what could not be removed is returned in words (empty: nothing left).

    The role of the views stays while another database of the same server uses it.
    """
    from xingdun.access.enforcement.window import close_window

    require_idle(connection)
    left = []
    if is_prepared(connection):
        logins = connection.execute("SELECT login FROM xingdun.grants").fetchall()
        closed = [close_window(connection, login) for (login,) in logins]
        left = [f"{one.login}: {one.remains}" for one in closed if one.remains]
        with connection.transaction():
            connection.execute("DROP SCHEMA xingdun CASCADE")
    if _one(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'xingdun_views')"):
        try:
            with connection.transaction():
                connection.execute("DROP OWNED BY xingdun_views CASCADE")
            with connection.transaction():
                connection.execute("DROP ROLE xingdun_views")
        except (psycopg.errors.DependentObjectsStillExist, psycopg.errors.InsufficientPrivilege) as error:
            left.append(f"role xingdun_views: {error.diag.message_primary}")
    return tuple(left)


def is_prepared(connection: Connection) -> bool:
    """Whether this database has the platform's schema, of this version."""
    return _schema_mark(connection) == _VERSION


def require_prepared(connection: Connection) -> bool:
    """Whether the guards stand; raises NotPreparedError without the schema."""
    if not is_prepared(connection):
        raise NotPreparedError("this database is not prepared for windows")
    return _is_guarded(connection)


def is_superuser(connection: Connection) -> bool:
    """Whether the connection's role may do everything."""
    return bool(_one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))


def require_idle(connection: Connection) -> None:
    """Raise ConnectionInUseError when a transaction is open: what must be seen at once must be committed at once."""
    if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        raise ConnectionInUseError("the connection is inside a transaction")


def _is_guarded(connection: Connection) -> bool:
    """The trigger is on, and no function that readers may call is as cheap as those of a row filter."""
    return bool(
        _one(
            connection,
            """SELECT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'xingdun_refuse_definitions'
                              AND evtenabled IN ('O', 'A'))
            AND coalesce(current_setting('event_triggers', true), 'on') = 'on'
            AND NOT EXISTS (SELECT FROM pg_proc WHERE procost < 1e-20
                            AND pronamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'xingdun'))""",
        )
    )


def _schema_mark(connection: Connection) -> str | None:
    mark = _one(
        connection,
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = 'xingdun'",
    )
    return None if mark is None else str(mark)


def _one(connection: Connection, query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
