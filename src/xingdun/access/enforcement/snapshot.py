# ruff: noqa: S608 - queries put together from constants of this file
"""The source as its own people see it: who may do what, by which policies and plans, the platform left out."""

from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

_OURS = "(rolname = 'xingdun_views' OR rolname ~ '^xd_[0-9a-f]{16}$')"
_SCHEMAS = "n.nspname NOT IN ('xingdun') AND n.nspname !~ '^xd_[0-9a-f]{16}$' AND n.nspname !~ '^pg_t'"


def _name(column: str) -> str:
    return f"CASE WHEN {column} = 0 THEN 'PUBLIC' ELSE {column}::regrole::text END"


def _theirs(column: str) -> str:
    return f"coalesce((SELECT NOT {_OURS} FROM pg_roles o WHERE o.oid = {column}), true)"


def _acl(kind: str, acl: str, owner: str, source: str, label: str) -> str:
    """Rights as rows, the default list standing in for an absent one: a grant of ours makes it explicit."""
    grantee, grantor = _name("x.grantee"), _name("x.grantor")
    exploded = f"aclexplode(coalesce({acl}, acldefault('{kind}', {owner})))" if kind else f"aclexplode({acl})"
    return (
        f"SELECT {label}, {grantee}, {grantor}, x.privilege_type, x.is_grantable FROM {source}, {exploded} x"
        f" WHERE {_theirs('x.grantee')}"
    )


_QUERIES = {
    "roles": f"SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,"
    f" rolbypassrls, rolconnlimit, rolvaliduntil::text, rolconfig FROM pg_roles WHERE NOT {_OURS}",
    "memberships": "SELECT roleid::regrole::text, member::regrole::text, admin_option FROM pg_auth_members"
    f" WHERE {_theirs('roleid')} AND {_theirs('member')}",
    "settings": "SELECT setdatabase::text, setrole::text, setconfig FROM pg_db_role_setting WHERE setrole = 0"
    f" OR {_theirs('setrole')}",
    "databases": _acl("d", "d.datacl", "d.datdba", "pg_database d", "d.datname"),
    "schemas": _acl("n", "n.nspacl", "n.nspowner", "pg_namespace n", "n.nspname") + f" AND {_SCHEMAS}",
    "relations": _acl(
        "r",
        "c.relacl",
        "c.relowner",
        "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
        "c.oid::regclass::text",
    )
    + f" AND c.relkind IN ('r','p','v','m','f','S') AND {_SCHEMAS}",
    "columns": _acl(
        "",
        "a.attacl",
        "",
        "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace",
        "c.oid::regclass::text, a.attname",
    )
    + f" AND {_SCHEMAS}",
    "functions": _acl(
        "f",
        "p.proacl",
        "p.proowner",
        "pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace",
        "p.oid::regprocedure::text",
    )
    + f" AND {_SCHEMAS}",
    "languages": _acl("l", "l.lanacl", "l.lanowner", "pg_language l", "l.lanname"),
    "types": _acl("T", "t.typacl", "t.typowner", "pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace", "t.typname")
    + f" AND {_SCHEMAS} AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
    "defaults": "SELECT defaclrole::regrole::text, defaclnamespace::text, defaclobjtype, defaclacl::text"
    " FROM pg_default_acl",
    "row_security": "SELECT c.oid::regclass::text, c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole::text,"
    " c.reloptions FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    f" WHERE c.relkind IN ('r','p','v','m','f') AND {_SCHEMAS}",
    "policies": "SELECT schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check"
    " FROM pg_policies",
    "indexes": "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
    " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    f" WHERE {_SCHEMAS} AND n.nspname <> 'pg_catalog'",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid ="
    f" tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT tgisinternal AND {_SCHEMAS}",
    "rules": "SELECT schemaname, viewname, definition FROM pg_views n WHERE schemaname NOT IN ('xingdun', 'pg_catalog',"
    " 'information_schema') AND schemaname !~ '^xd_[0-9a-f]{16}$'",
    "event_triggers": "SELECT evtname, evtevent, evtenabled::text FROM pg_event_trigger WHERE evtname !~ '^xingdun_'",
    "server_settings": "SELECT name, setting FROM pg_settings WHERE source IN ('configuration file', 'global',"
    " 'database', 'override', 'command line')",
}


def snapshot(connection: Connection) -> dict[str, list[tuple[str, ...]]]:
    """Rights, roles, policies, indexes, triggers and settings of the source, without the platform's own.

    Two snapshots are equal exactly when the hospital's roles have the same rights under the same plans' inputs.
    """
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        return {
            name: sorted(tuple(map(str, row)) for row in connection.execute(query.encode()).fetchall())
            for name, query in _QUERIES.items()
        }


def difference(
    before: dict[str, list[tuple[str, ...]]], after: dict[str, list[tuple[str, ...]]]
) -> dict[str, tuple[list[tuple[str, ...]], list[tuple[str, ...]]]]:
    """What went and what came, by kind; empty when the two are equal."""
    changed = {}
    for name, rows in before.items():
        had, has = set(rows), set(after[name])
        if had != has:
            changed[name] = (sorted(had - has), sorted(has - had))
    return changed
