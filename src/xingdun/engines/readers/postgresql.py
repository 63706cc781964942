"""PostgreSQL as a source: streamed by ADBC's binary COPY, page range by page range, read-only."""

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlsplit, urlunsplit

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pyarrow as pa
from psycopg import errors as pgerrors

from xingdun.engines.readers.model import Chunk, Column, Sampling, Table, slices
from xingdun.engines.readers.refusals import ReadError, SourceError, TableError, without_password

PAGES = 4096  # of 8 KiB read by one query: after each the scan can resume
PAGE_BYTES = 8192
ROW_BYTES = 100  # a row's size where the server has no estimate yet
SURPLUS = 1.3  # TABLESAMPLE draws pages, so a little more is asked for, then cut
LONGEST = 16_384  # characters of a value that are read
BATCH_BYTES = 8 << 20
CONNECT_SECONDS = 10
APPLICATION = "xingdun scan"
_PLAIN = {"int2", "int4", "int8", "bool", "date", "float4", "float8", "timestamp", "timestamptz"}
_TEXT = {"text", "varchar", "bpchar", "json", "jsonb", "xml"}

_TABLES = """
select c.oid, n.nspname, c.relname, c.relkind::text, c.reltuples::float8,
       case when c.relkind = 'p' then coalesce((select sum(pg_relation_size(i.relid))
            from pg_partition_tree(c.oid) i where i.isleaf), 0)
            when c.relkind = 'f' then 0 else pg_relation_size(c.oid) end::int8,
       case when c.relkind = 'p' then coalesce((select sum(greatest(l.reltuples, 0))
            from pg_partition_tree(c.oid) i join pg_class l on l.oid = i.relid where i.isleaf), 0)::float8 end,
       coalesce(obj_description(c.oid, 'pg_class'), '')
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
order by n.nspname, c.relname
"""
_COLUMNS = """
select a.attrelid, a.attname, t.typname, format_type(a.atttypid, a.atttypmod),
       coalesce(col_description(a.attrelid, a.attnum), '')
from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = any(%s) and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum
"""


@dataclass(frozen=True, slots=True)
class _Relation:
    """What reading a table needs beside its Table. kind: pg_class.relkind; types: column name -> typname."""

    kind: str
    types: dict[str, str]


def quoted(name: str) -> str:
    """An SQL identifier of that very name, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def _uri(address: str) -> str:
    """The address with a bound on connecting and a name the server's administrator can recognise."""
    parts = urlsplit(address)
    given = [option for option in parts.query.split("&") if option]
    names = {option.partition("=")[0] for option in given}
    bounds = {"connect_timeout": str(CONNECT_SECONDS), "application_name": quote(APPLICATION)}
    given += [f"{name}={value}" for name, value in bounds.items() if name not in names]
    return urlunsplit(parts._replace(scheme="postgresql", query="&".join(given)))


def _source_error(error: Exception) -> SourceError:
    text = str(error)
    refused = isinstance(error, pgerrors.InvalidPassword | pgerrors.InvalidAuthorizationSpecification)
    told = ("password authentication failed", "no password supplied", "does not exist", "pg_hba", "fe_sendauth")
    return SourceError("XD-SOURCE-004" if refused or any(one in text for one in told) else "XD-SOURCE-003", text)


class PostgresSource:
    """Every ordinary, partitioned, materialised and foreign table that the login may see."""

    def __init__(self, address: str) -> None:
        try:
            self._address = _uri(address)
        except ValueError as error:
            raise SourceError("XD-SOURCE-002", "the address is not well formed") from error
        self.name = without_password(address.split("?", 1)[0])
        self._relations: dict[str, _Relation] = {}
        self._stream: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection that streams, if one is open."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            stream.close()

    def tables(self) -> list[Table]:
        """The tables of every schema that is not PostgreSQL's own. Raises SourceError."""
        try:
            with psycopg.connect(self._address, autocommit=True) as catalog:
                catalog.read_only = True
                rows = catalog.execute(_TABLES).fetchall()
                columns = catalog.execute(_COLUMNS, [[row[0] for row in rows]]).fetchall()
        except psycopg.Error as error:
            raise _source_error(error) from error
        by_table: dict[int, list[tuple[str, str, str, str]]] = {}
        for oid, *column in columns:
            by_table.setdefault(oid, []).append(tuple(column))
        tables = []
        for oid, schema, name, kind, estimate, size, below, comment in rows:
            own = by_table.get(oid, [])
            estimated = estimate if kind != "p" else below
            known = round(estimated) if estimated and estimated > 0 else (0 if size == 0 and kind != "f" else None)
            table = Table(
                name,
                schema,
                known,
                tuple(Column(column, declared, told) for column, _, declared, told in own),
                comment,
                size,
            )
            self._relations[table.label] = _Relation(kind, {column: typname for column, typname, *_ in own})
            tables.append(table)
        if not tables:
            raise SourceError("XD-SOURCE-011", self.name)
        return tables

    def _expected(self, table: Table) -> int:
        return max(table.rows or 0, (table.size or 0) // ROW_BYTES if table.rows is None else 0)

    def sampling(self, table: Table, sample: int | None) -> Sampling:
        """Small tables are read whole, large ones by random blocks, foreign ones from their head."""
        if sample is None:
            return Sampling("whole")
        if self._relations[table.label].kind == "f":
            return Sampling("head", sample)
        return Sampling("blocks", sample) if self._expected(table) > sample else Sampling("whole")

    def _select(self, table: Table) -> str:
        parts = []
        for column in table.columns:
            name, kind = quoted(column.name), self._relations[table.label].types[column.name]
            if kind in _PLAIN:
                parts.append(name)
            elif kind in _TEXT:
                parts.append(f"left({name}::text, {LONGEST}) as {name}")
            elif kind == "inet":
                parts.append(f"host({name}) as {name}")
            elif kind == "bytea":
                parts.append(f"substring({name} from 1 for 8) as {name}")
            else:
                parts.append(f"left({name}::text, {LONGEST}) as {name}")
        of = f"{quoted(table.schema)}." if table.schema else ""
        return f"select {', '.join(parts)} from {of}{quoted(table.name)}"  # noqa: S608 - names are quoted above

    def _plans(self, table: Table, plan: Sampling, start: int) -> Iterator[tuple[str, int | None]]:
        """The queries that read a table, each with the position after it."""
        select = self._select(table)
        if plan.kind == "blocks" and plan.rows is not None:
            share = min(100.0, 100.0 * SURPLUS * plan.rows / max(1, self._expected(table)))
            yield f"{select} tablesample system ({share:.6f}) repeatable (1) limit {plan.rows}", 1
        elif plan.kind == "head":
            yield f"{select} limit {plan.rows}", 1
        elif self._relations[table.label].kind in ("r", "m"):
            pages = math.ceil((table.size or 0) / PAGE_BYTES)
            for first in range(start, max(pages, 1), PAGES):
                last = first + PAGES >= pages  # rows added since the listing are read too
                until = "" if last else f" and ctid < '({first + PAGES},0)'"
                yield f"{select} where ctid >= '({first},0)'{until}", first + PAGES
        else:
            yield select, 1

    def batches(self, table: Table, *, sample: int | None = None, start: int = 0) -> Iterator[Chunk]:
        """The table's rows, streamed. Raises TableError, or SourceError when nobody answers."""
        if not table.columns:
            return
        plan = self.sampling(table, sample)
        if start and plan.kind != "whole":
            return
        for query, position in self._plans(table, plan, start):
            yield from self._run(table, query, position)

    def _run(self, table: Table, query: str, position: int | None) -> Iterator[Chunk]:
        held: pa.RecordBatch | None = None
        try:
            cursor = self._connection().cursor()
            with closing(cursor):
                cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
                cursor.execute(query)
                for batch in cursor.fetch_record_batch():
                    for piece in slices(batch):
                        if held is not None:
                            yield Chunk(held, held.num_rows, None)
                        held = piece
        except (ReadError, GeneratorExit):
            self.close()
            raise
        except Exception as error:
            self.close()
            raise self._table_error(table, error) from error
        if held is None:
            held = pa.RecordBatch.from_pylist([])
        yield Chunk(held, held.num_rows, position)

    def _connection(self) -> Any:
        if self._stream is None:
            try:
                stream = adbc.connect(self._address, autocommit=True)
            except Exception as error:
                raise _source_error(error) from error
            try:
                with closing(stream.cursor()) as cursor:
                    cursor.execute("set default_transaction_read_only = on")
                    cursor.execute("set client_encoding = 'UTF8'")
                    cursor.execute("set synchronize_seqscans = off")
            except Exception as error:
                stream.close()
                raise _source_error(error) from error
            self._stream = stream
        return self._stream

    @staticmethod
    def _table_error(table: Table, error: Exception) -> TableError:
        state = getattr(error, "sqlstate", None) or ""
        text = str(error)
        if state == "42P01" or ("relation" in text and "does not exist" in text) or "could not open relation" in text:
            return TableError("XD-SOURCE-008", table.label, "")
        if state == "42501" or "permission denied" in text:
            return TableError("XD-SOURCE-007", table.label, text)
        lost = ("server closed", "connection", "terminat", "SSL", "no COPY in progress")
        if state[:2] in ("57", "08") or any(one in text for one in lost):
            return TableError("XD-SOURCE-009", table.label, text)
        return TableError("XD-SOURCE-010", table.label, text)
