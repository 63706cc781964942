# ruff: noqa: S608 - queries put together from constants of this file
"""What PostgreSQL gives to everyone and a window's login therefore has: found, bounded, named.

Nothing here is taken from PUBLIC: each of these rights may be one a role of the hospital lives on.
"""

from dataclasses import dataclass
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Door:
    """One right a login has from PUBLIC. `key` is stable; `what` it is on; `bound`: what holds it."""

    key: str
    what: str
    bound: str


ALWAYS = (
    Door("notify", "NOTIFY and pg_notify", "carries only what the login could read; ends with the window"),
    Door("sleep", "pg_sleep and any long query", "statement_timeout; the watch ends what outlasts it"),
    Door("password", "ALTER ROLE of its own password", "VALID UNTIL stays; the watch closes the window"),
    Door(
        "settings", "SET, and ALTER ROLE of its own settings", "no right depends on them; the watch closes the window"
    ),
    Door(
        "large_objects", "lo_create, lo_put", "no raw value reaches them; the watch removes them and closes the window"
    ),
    Door("advisory_locks", "pg_advisory_lock", "the watch ends a session that holds one"),
    Door("explain", "EXPLAIN shows row counts and estimates, hidden rows included", "counts only, never a value"),
    Door("catalogs", "names, types, comments, sizes and definitions of all objects", "descriptions only, no values"),
    Door(
        "other_databases",
        "CONNECT to the server's other databases",
        "the watch closes the window; pg_hba.conf can refuse",
    ),
    Door("work_memory", "SET work_mem and parallel workers", "connection limit and statement_timeout"),
)

# Where whoever prepares the source is no superuser.
UNGUARDED = (
    Door("temporary_objects", "CREATE TEMP TABLE, functions in pg_temp", "no raw value reaches them; barrier views"),
    Door("log_level", "statements are logged only as the server does it", "set log_min_duration_statement = 0 there"),
)

# Relations and functions that PUBLIC reaches: a right on the object and USAGE on its schema, both given to grantee 0.
_OPEN_SCHEMAS = """
SELECT n.oid, n.nspname FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'xingdun')
AND EXISTS (SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner)))
            WHERE grantee = 0 AND privilege_type = 'USAGE')"""

_PUBLIC_RELATIONS = f"""
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN ({_OPEN_SCHEMAS}) n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (
  EXISTS (SELECT FROM aclexplode(c.relacl) WHERE grantee = 0)
  OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = c.oid AND x.grantee = 0))
ORDER BY 1"""

_PUBLIC_DEFINERS = f"""
SELECT format('%I.%I', n.nspname, p.proname) FROM pg_proc p JOIN ({_OPEN_SCHEMAS}) n ON n.oid = p.pronamespace
WHERE p.prosecdef AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
                              WHERE grantee = 0)
ORDER BY 1"""

_RISKY_EXTENSIONS = """
SELECT extname FROM pg_extension WHERE extname IN ('dblink', 'postgres_fdw', 'adminpack', 'pageinspect', 'plperlu',
'plpython3u', 'file_fdw', 'lo') ORDER BY 1"""


def doors_left_open(connection: Connection, *, guarded: bool) -> tuple[Door, ...]:
    """What a login of a window has from PUBLIC on this server: always the list above, and what is particular here."""
    found = [*ALWAYS, *(() if guarded else UNGUARDED)]
    found += [Door("public_relation", name, "nothing: revoke it from PUBLIC") for name in public_relations(connection)]
    found += [
        Door("public_definer", name, "nothing: it runs with its owner's rights; revoke it from PUBLIC")
        for (name,) in connection.execute(_PUBLIC_DEFINERS.encode())
    ]
    found += [
        Door("extension", name, "its own rights; see whether PUBLIC needs it")
        for (name,) in connection.execute(_RISKY_EXTENSIONS.encode())
    ]
    if not _logs_as_json(connection):
        found.append(
            Door("log", "uses cannot be read back", "set logging_collector = on and log_destination = 'jsonlog'")
        )
    return tuple(found)


def public_relations(connection: Connection) -> tuple[str, ...]:
    """Tables and views outside the system's own schemas on which PUBLIC has any right, quoted, with their schema."""
    return tuple(name for (name,) in connection.execute(_PUBLIC_RELATIONS.encode()))


def _logs_as_json(connection: Connection) -> bool:
    row = connection.execute(
        "SELECT current_setting('logging_collector') = 'on' AND current_setting('log_destination') ~ 'jsonlog'"
    ).fetchone()
    return bool(row and row[0])
