"""Reading a source through the engines: its tables, and what each of them holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

from xingdun.data.errors import (
    LoginRefused,
    PathMissing,
    SourceLost,
    SourceUnreachable,
    TableGone,
    TableUnreadable,
)
from xingdun.data.findings import ColumnFinding, TableFinding, TableSeen
from xingdun.data.models import ScanTable
from xingdun.data.probing import probe
from xingdun.data.progress import Progress
from xingdun.data.services.scans import LONGEST_NAME
from xingdun.engines import local
from xingdun.engines.readers import Chunk, ReadError, Sampling, Source, SourceError, Table, open_source
from xingdun.frame.errors import Refusal
from xingdun.frame.kept_errors import storable
from xingdun.kernel.discovery.profile import StateError

OWN_SCHEMA = "xingdun"
"""Where the platform keeps its windows in a protected database: nobody else's data."""
_NO_TABLES = "XD-SOURCE-011"
_GONE = "XD-SOURCE-008"
_OURS = {"XD-SOURCE-003": SourceUnreachable, "XD-SOURCE-004": LoginRefused}


def _out_of_reach(url: str, error: ReadError) -> Refusal:
    """Why the whole source cannot be read; asked again where the reader knows only the server's language."""
    if error.code in _OURS:
        try:
            probe(url)
        except Refusal as refusal:
            return refusal
        return _OURS[error.code](problem=error.detail)
    return PathMissing(path=error.detail)


def _unread(url: str, table: ScanTable, error: ReadError) -> Refusal:
    """Why one table was not read: it is gone, the source is gone, or it is the table's own fault."""
    if error.code == _GONE:
        return TableGone(table=table)
    try:
        probe(url)
    except Refusal as refusal:
        return SourceLost(table=table, problem=refusal.facts.get("problem", error.detail))
    if isinstance(error, SourceError) or error.code == "XD-SOURCE-009":
        return SourceLost(table=table, problem=error.detail)
    return TableUnreadable(table=table, problem=error.detail, reader=error.code)


@contextmanager
def opened(url: str) -> Iterator["OpenSource"]:
    """The source at `url`, until the block ends. Raises SourceUnreachable, LoginRefused or PathMissing."""
    try:
        source = open_source(url)
    except SourceError as error:
        raise _out_of_reach(url, error) from None
    with source:
        yield OpenSource(source, url)


class _One:
    """One table of a source, as a source: the runner goes through all tables it sees, the inventory takes one."""

    def __init__(self, source: Source, table: Table) -> None:
        self._source, self._table = source, table
        self.name = source.name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """The whole source stays open."""

    def close(self) -> None:
        """The whole source stays open."""

    def tables(self) -> list[Table]:
        """The one table."""
        return [self._table]

    def sampling(self, table: Table, sample: int | None) -> Sampling:
        """As the source does it."""
        return self._source.sampling(table, sample)

    def batches(self, table: Table, *, sample: int | None = None, start: int = 0) -> Iterator[Chunk]:
        """As the source gives them."""
        return self._source.batches(table, sample=sample, start=start)


class OpenSource:
    """A source that is being read. Names of tables are kept as the platform's database can hold them."""

    def __init__(self, source: Source, url: str) -> None:
        self._source, self._url = source, url
        self._tables: dict[tuple[str, str], Table] = {}

    def tables(self) -> list[TableSeen]:
        """Every table there is now but the platform's own; none in an empty folder. Raises what `opened` raises."""
        try:
            found = self._source.tables()
        except ReadError as error:
            if error.code == _NO_TABLES:
                return []
            raise _out_of_reach(self._url, error) from None
        for table in found:
            if table.schema == OWN_SCHEMA:
                continue
            key = (storable(table.schema or "", LONGEST_NAME), storable(table.name, LONGEST_NAME))
            self._tables[key] = table
        return [TableSeen(*key, table.rows) for key, table in self._tables.items()]

    def read(
        self,
        table: ScanTable,
        *,
        sample: int | None,
        progress: Progress,
        checkpoint: Callable[[dict[str, Any]], None],
    ) -> TableFinding:
        """What `table` holds, from `sample` rows of it at most (None: all); goes on where a checkpoint was left.

        Raises TableGone, TableUnreadable, SourceLost; StopAsked or WorkerEnds when `progress` hears so.
        """
        found = self._tables.get((table.schema, table.name))
        if found is None:
            raise TableGone(table=table)
        scan = partial(
            local.scan,
            _One(self._source, found),
            sample=sample,
            progress=progress.read,
            should_stop=progress.must_stop,
            checkpoint=checkpoint,
        )
        try:
            result = scan(resume_state=table.resume_state)
        except StateError:  # left by an older version: the table is read from its start
            result = scan()
        if result.errors:
            raise _unread(self._url, table, result.errors[0])
        if not result.finished:
            checkpoint(result.state)
            progress.stop()
        (one,) = result.tables
        profiles = one.profile.columns.values()
        return TableFinding(
            rows=one.rows,
            rows_scanned=one.scanned_rows,
            sampled=one.sampling.kind != "whole",
            columns=tuple(ColumnFinding(*facts) for facts in zip(profiles, one.verdicts, one.graded, strict=True)),
        )
