"""Rights and row security in the database, laid over every table after each migration."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from xingdun.frame.context import SETTING
from xingdun.frame.models import SEALER, WEB

ROLES = (WEB, SEALER)
_VISIBLE = f"NULLIF(current_setting('{SETTING}', true), '')::uuid"


def own_models() -> Iterator[type[models.Model]]:
    """Every model of the platform that has a table of its own."""
    for config in apps.get_app_configs():
        if config.name.startswith("xingdun."):
            yield from (model for model in config.get_models() if model._meta.managed)  # noqa: SLF001 - Django's documented API


def institution_column(model: type[models.Model]) -> str | None:
    """The column that says whose row it is; None for tables that belong to no institution."""
    if model._meta.label == "organisation.Institution":  # noqa: SLF001 - Django's documented API
        return "id"
    names = {field.name: field.column for field in model._meta.concrete_fields}  # noqa: SLF001 - the same
    return names.get("institution")


def seen_before_sign_in(model: type[models.Model]) -> bool:
    """Whether calls of nobody yet see all rows of the table (accounts); calls of someone see their institution's."""
    return bool(getattr(model, "seen_before_sign_in", False))


def _rights(table: str, granted: dict[str, str]) -> Iterator[str]:
    for role in ROLES:
        yield f'REVOKE ALL ON TABLE "{table}" FROM {role}'
        if role in granted:
            yield f'GRANT {granted[role]} ON TABLE "{table}" TO {role}'


def _rights_of_other_tables() -> Iterator[str]:
    """Django's, allauth's and the queue's tables: the web may use them; partitions of ours are not among them."""
    names = [
        model._meta.db_table  # noqa: SLF001 - Django's documented API
        for model in apps.get_models(include_auto_created=True)
        if not model.__module__.startswith("xingdun.") and model._meta.managed  # noqa: SLF001 - the same
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
            " AND c.relkind = 'r' AND (c.relname = ANY(%s) OR c.relname LIKE 'procrastinate%%')",
            [names],
        )
        for (name,) in cursor.fetchall():
            yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "{name}" TO {WEB}'


def _row_security(table: str, column: str, *, before_sign_in: bool) -> Iterator[str]:
    own = f'"{column}" = {_VISIBLE}'
    condition = f"{_VISIBLE} IS NULL OR {own}" if before_sign_in else own
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS own_institution ON "{table}"'
    yield (f'CREATE POLICY own_institution ON "{table}" TO {WEB} USING ({condition}) WITH CHECK ({condition})')
    yield f'DROP POLICY IF EXISTS sealing ON "{table}"'
    yield f'CREATE POLICY sealing ON "{table}" TO {SEALER} USING (true) WITH CHECK (true)'


def statements() -> Iterator[str]:
    """The SQL that gives each role its rights and each institution its own rows; safe to run again."""
    for role in ROLES:
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') "  # noqa: S608 - names above
            f"THEN CREATE ROLE {role} NOLOGIN; END IF; END $$"
        )
    yield f"GRANT USAGE ON SCHEMA public TO {', '.join(ROLES)}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield from _rights_of_other_tables()
    yield f"GRANT SELECT ON TABLE django_migrations TO {WEB}"  # readiness: whether any waits
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {', '.join(ROLES)}"
    tables = set(connection.introspection.table_names())  # a partial migration leaves later tables out
    for model in own_models():
        table = model._meta.db_table  # noqa: SLF001 - the same
        if table not in tables:
            continue
        yield from _rights(table, getattr(model, "database_rights", {WEB: "SELECT, INSERT, UPDATE, DELETE"}))
        column = institution_column(model)
        if column:
            yield from _row_security(table, column, before_sign_in=seen_before_sign_in(model))


def apply(sender: object = None, **_: Any) -> None:
    """Lay rights and row security over the database (after `migrate`); the owner runs it."""
    del sender
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
