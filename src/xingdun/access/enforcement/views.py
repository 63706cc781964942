# ruff: noqa: S608 - writing SQL is what this does; names and texts go through quote_identifier and quote_literal
"""The SQL of a window's views, written from the specification and the source's catalog."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

from xingdun.access.enforcement.errors import (
    HostRowSecurityError,
    NoSuchColumnError,
    PublicAlreadyReadsError,
)
from xingdun.access.enforcement.specification import RowFilter, TableSpec
from xingdun.kernel.masking import ColumnKind, KeySql, Mask, fit, mask_sql, quote_identifier, quote_literal

_COMPARISONS = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}

# A type that is none of these has its kind from its category: whatever prints the same under every setting is text.
_KINDS = {
    **dict.fromkeys(("int2", "int4", "int8"), ColumnKind.INTEGER),
    **dict.fromkeys(("float4", "float8"), ColumnKind.FLOAT),
    **dict.fromkeys(
        ("text", "varchar", "bpchar", "name", "citext", "uuid", "json", "jsonb", "xml", "inet", "cidr", "macaddr"),
        ColumnKind.TEXT,
    ),
    "numeric": ColumnKind.DECIMAL,
    "bool": ColumnKind.BOOLEAN,
    "date": ColumnKind.DATE,
    "timestamp": ColumnKind.TIMESTAMP,
    "timestamptz": ColumnKind.TIMESTAMPTZ,
    "bytea": ColumnKind.BINARY,
}

_CATALOG = """
SELECT w.number, c.oid IS NOT NULL AS known, coalesce(c.relrowsecurity, false) AS row_security,
  coalesce(has_table_privilege('public', c.oid, 'SELECT') OR has_any_column_privilege('public', c.oid, 'SELECT'), false)
    AND coalesce(has_schema_privilege('public', n.oid, 'USAGE'), false) AS public_reads,
  coalesce(jsonb_object_agg(a.attname, jsonb_build_array(b.typname, b.typtype, format_type(b.oid, NULL),
    format_type(a.atttypid, a.atttypmod))) FILTER (WHERE a.attname IS NOT NULL), '{}') AS columns
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS w(schema, name, number)
LEFT JOIN pg_namespace n ON n.nspname = w.schema
LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_type y ON y.oid = a.atttypid
LEFT JOIN pg_type b ON b.oid = CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END
GROUP BY w.number, c.oid, c.relrowsecurity, n.oid ORDER BY w.number"""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column of the source: its kind for masks, its type without domain and length, and its type as declared."""

    kind: ColumnKind
    base_type: str
    type_name: str


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A view of a window: the masks as they are applied, after columns they do not suit fell back to `Null`."""

    schema: str
    name: str
    view: str
    masks: dict[str, Mask]


def source_columns(connection: psycopg.Connection[Any], tables: Iterable[TableSpec]) -> list[dict[str, SourceColumn]]:
    """The columns of each table, by name, in the order of `tables`.

    Raises NoSuchColumnError, PublicAlreadyReadsError and HostRowSecurityError.
    """
    asked = list(tables)
    rows = connection.execute(_CATALOG.encode(), ([t.schema for t in asked], [t.name for t in asked])).fetchall()
    found = []
    for table, (_, known, row_security, public_reads, columns) in zip(asked, rows, strict=True):
        where = f"{table.schema}.{table.name}"
        if not known:
            raise NoSuchColumnError(f"the source has no table {where}")
        if public_reads:
            raise PublicAlreadyReadsError(f"everyone may read {where}")
        if row_security:
            raise HostRowSecurityError(f"{where} has row security of its own")
        wanted = {column.name for column in table.columns} | {rule.column for rule in table.rows}
        if missing := sorted(wanted - columns.keys()):
            raise NoSuchColumnError(f"{where} has no column {', '.join(missing)}")
        found.append({name: _source_column(*columns[name]) for name in wanted})
    return found


def view_sql(
    table: TableSpec, view: str, columns: dict[str, SourceColumn], *, login: str, first_filter: int, guarded: bool
) -> tuple[str, ShownTable]:
    """The statement that makes one view of the schema named like `login`, and what it shows.

    The gate (open, not past its end, read by its own login) is one InitPlan that empties the query before anything is
    scanned. A row filter's values are InitPlans too, read when the query starts; `first_filter` numbers them.
    """
    who = quote_literal(login)
    key = KeySql(*(f"(SELECT {part} FROM xingdun.pseudonym_keys WHERE login = {who})" for part in _KEY_PARTS))
    masks = {column.name: fit(column.mask, columns[column.name].kind) for column in table.columns}
    shown = ",\n  ".join(
        f"{mask_sql(mask, _reference(name), columns[name].kind, key=key, type_name=columns[name].type_name)}"
        f" AS {quote_identifier(name)}"
        for name, mask in masks.items()
    )
    filters = [
        clause
        for number, rule in enumerate(table.rows, first_filter)
        for clause in _filter(rule, columns[rule.column], _values(who, number, columns[rule.column]), guarded=guarded)
    ]
    fence = " WITH (security_barrier)" if filters and not guarded else ""
    where = "\n  AND ".join([_GATE, *filters])
    source = f"{quote_identifier(table.schema)}.{quote_identifier(table.name)}"
    place = f"{quote_identifier(login)}.{quote_identifier(view)}"
    statement = f"CREATE VIEW {place}{fence} AS SELECT\n  {shown}\nFROM {source} AS t\nWHERE {where};"
    return statement, ShownTable(table.schema, table.name, view, masks)


_KEY_PARTS = ("inner_key", "outer_key")

# The session's own login alone, without the view's: a constant beside it would cost another plan node at each start,
# and nobody else has any right in the schema. The clock is read at each query, in whatever transaction.
_GATE = (
    "EXISTS (SELECT FROM xingdun.grants g WHERE g.login = session_user AND g.closed_at IS NULL"
    " AND g.expires_at > clock_timestamp())"
)


def _source_column(type_name: str, type_kind: str, base_type: str, declared: str) -> SourceColumn:
    kind = ColumnKind.TEXT if type_kind == "e" else _KINDS.get(type_name, ColumnKind.OTHER)
    return SourceColumn(kind, base_type, declared)


def _reference(column: str) -> str:
    return f"t.{quote_identifier(column)}"


def _values(who: str, number: int, column: SourceColumn) -> str:
    """The allowed values as an array of the column's type, read once a query."""
    return (
        f"(SELECT f.allowed::{column.base_type}[] FROM xingdun.row_filters f"
        f" WHERE f.login = {who} AND f.number = {number})"
    )


def _filter(rule: RowFilter, column: SourceColumn, values: str, *, guarded: bool) -> list[str]:
    write = _guarded_filter if guarded else _plain_filter
    return write(rule, f"{_reference(rule.column)}::{column.base_type}", values, column.base_type)


def _guarded_filter(rule: RowFilter, column: str, values: str, base_type: str) -> list[str]:
    """The filter by the functions that run first; for a list the plain form beside it, which an index can answer."""
    if rule.operator == "in":
        return [f"xingdun.among({values}, {column}) IS NOT NULL", *_plain_filter(rule, column, values, base_type)]
    # An empty place stands for a null, which an array comparison would call the greatest value.
    one = f"xingdun.{_COMPARISONS[rule.operator]}(ARRAY[{column}], {values})"
    return [f"{column} IS NOT NULL", one]


def _plain_filter(rule: RowFilter, column: str, values: str, base_type: str) -> list[str]:
    """The filter as anyone would write it, the cast making the subquery one array instead of a set of rows."""
    if rule.operator == "in":
        return [f"{column} = ANY ({values}::{base_type}[])"]
    return [f"{column} {rule.operator} ({values})[1]"]
