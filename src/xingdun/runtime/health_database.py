"""Is the database well: reached, new enough, migrated, with the rights each role must and must not have?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from xingdun.frame.models import SEALER, WEB
from xingdun.frame.security import institution_column, own_models
from xingdun.runtime.health import MEGABYTE, Finding, State, ill, well
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate

OLDEST_VERSION = 150000
CLOCKS_MAY_DIFFER = timedelta(seconds=2)
WORKER_IS_LATE = timedelta(minutes=1)
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

_RIGHT = re.compile(r"(\w+)(?: *\(([^)]*)\))?")
_HELD = r"""
SELECT asked.role, asked.name, asked.privilege
FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked(role, name, privilege)
WHERE to_regclass(quote_ident(asked.name)) IS NOT NULL
AND CASE WHEN asked.privilege LIKE '%%(%%' THEN
    has_column_privilege(asked.role, quote_ident(asked.name), substring(asked.privilege FROM '\(([^)]*)\)'),
                         split_part(asked.privilege, ' ', 1))
ELSE has_table_privilege(asked.role, quote_ident(asked.name), asked.privilege) END
"""
_OPEN = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND NOT relrowsecurity
ORDER BY 1
"""


def reached() -> Finding:
    """The database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            name, user = cursor.fetchone()
    except Error as problem:
        return unreachable(problem)
    return well("database", _("Database"), translate(_("{name}, as {user}")).format(name=name, user=user))


def unreachable(problem: Error) -> Finding:
    """The database does not answer, and why."""
    mend = translate(_("Check XINGDUN_DATABASE_URL, and that the server runs and lets its user in."))
    return ill("database", _("Database"), " ".join(str(problem).split()), mend)


def version() -> Finding:
    """The server is new enough."""
    title = _("Version of the database")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, name = cursor.fetchone()
    if number < OLDEST_VERSION:
        mend = translate(_("Use PostgreSQL 15 or newer."))
        return ill("database-version", title, f"PostgreSQL {name}", mend)
    return well("database-version", title, f"PostgreSQL {name}")


def migrations() -> Finding:
    """The tables are those of this version of the platform."""
    title = _("Migrations")
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        found = translate(_("{count} to be applied")).format(count=waiting)
        mend = translate(_("Run `xingdun up --prepare-only` with the owner's address of the database."))
        return ill("migrations", title, found, mend)
    return well("migrations", title, translate(_("all applied")))


def _wanted() -> Iterator[tuple[str, str, str]]:
    """Role, table and right; a right on columns alone is written `UPDATE (column)`."""
    for model in own_models():
        table = model._meta.db_table  # noqa: SLF001 - Django's documented API
        for role, granted in getattr(model, "database_rights", {WEB: "SELECT, INSERT, UPDATE, DELETE"}).items():
            for privilege, columns in _RIGHT.findall(granted):
                for column in columns.split(",") if columns else ("",):
                    yield role, table, f"{privilege} ({column.strip()})" if column else privilege


def rights() -> Finding:
    """Each role may do to each table what it must, and no more: the web role never changes the ledger."""
    title = _("Rights of the database roles")
    wanted = set(_wanted())
    tables = {model._meta.db_table for model in own_models()}  # noqa: SLF001 - the same
    asked = {(role, table, privilege) for role in (WEB, SEALER) for table in tables for privilege in RIGHTS} | wanted
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", [WEB, SEALER])
        roles = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)", [sorted(roles)]
        )
        mighty = sorted(name for (name,) in cursor.fetchall())
        asked = {each for each in asked if each[0] in roles}
        cursor.execute(_HELD, [list(column) for column in zip(*asked, strict=True)] if asked else [[], [], []])
        held = set(cursor.fetchall())
    wrong = [translate(_("{role} stands above all rights")).format(role=role) for role in mighty]
    wrong += [
        translate(_("{role} may {right} {table}")).format(role=role, table=table, right=right)
        for role, table, right in sorted(held - wanted)
    ]
    wrong += [
        translate(_("{role} may not {right} {table}")).format(role=role, table=table, right=right)
        for role, table, right in sorted(wanted - held)
    ]
    if wrong:
        mend = translate(_("Run `xingdun up --prepare-only` with the owner's address: it lays the rights anew."))
        return ill("rights", title, "; ".join(wrong[:5]) + ("; …" if wrong[5:] else ""), mend)
    return well("rights", title, translate(_("as they must be, on {count} tables")).format(count=len(tables)))


def row_security() -> Finding:
    """Each institution's rows are kept apart by the database itself."""
    title = _("Row security")
    tables = [model._meta.db_table for model in own_models() if institution_column(model)]  # noqa: SLF001 - the same
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [tables])
        without = [name for (name,) in cursor.fetchall()]
    if without:
        mend = translate(_("Run `xingdun up --prepare-only` with the owner's address: it lays the rights anew."))
        found = translate(_("off on {tables}")).format(tables=", ".join(without))
        return ill("row-security", title, found, mend)
    return well("row-security", title, translate(_("on for {count} tables")).format(count=len(tables)))


def size() -> Finding:
    """How much the database holds; its disk is the server's own matter when it is not ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (bytes_held,) = cursor.fetchone()
    return well("database-size", _("Size of the database"), f"{bytes_held // MEGABYTE:,} MB")


def clock() -> Finding:
    """The machine's clock and the database's agree."""
    title = _("Clock")
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
        after = datetime.now(UTC)
    apart = max(before - theirs, theirs - after, timedelta())
    found = translate(_("{seconds:.1f} s from the database's clock")).format(seconds=apart.total_seconds())
    if apart > CLOCKS_MAY_DIFFER:
        mend = translate(_("Set both machines by the same time server (NTP): terms and ledger times follow the clock."))
        return ill("clock", title, found, mend)
    return well("clock", title, found)


def worker(now: datetime) -> Finding:
    """Somebody does the background work."""
    title = _("Background work")
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        (last,) = cursor.fetchone()
    if last is None or now - last > WORKER_IS_LATE:
        found = translate(_("no worker has shown itself within a minute"))
        mend = translate(_("Start `xingdun worker`, or everything with `xingdun up`."))
        return ill("worker", title, found, mend, state=State.WARNING)
    return well("worker", title, translate(_("a worker runs")))
