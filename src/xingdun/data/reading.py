"""Reading a source through the engines' readers: its tables, and what each of them holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from xingdun.data.errors import (
    LoginRefused,
    PathMissing,
    SourceLost,
    SourceUnreachable,
    TableGone,
    TableUnreadable,
    storable,
)
from xingdun.data.findings import ColumnFinding, TableFinding, TableSeen
from xingdun.data.models import ScanTable
from xingdun.data.services.scans import LONGEST_NAME
from xingdun.engines.readers import ReadError, Source, SourceError, Table, TableError, open_source
from xingdun.frame.errors import Refusal
from xingdun.kernel.discovery.grading import grade_table
from xingdun.kernel.discovery.profile import ColumnProfile, TableProfile
from xingdun.kernel.discovery.verdicts import table_verdicts

_NO_TABLES = "XD-SOURCE-011"
_GONE = "XD-SOURCE-008"
_LOST = frozenset({"XD-SOURCE-003", "XD-SOURCE-004", "XD-SOURCE-009"})


def _refusal(error: ReadError, table: str = "") -> Refusal:
    """What a reader says, in the inventory's own words."""
    if table and error.code == _GONE:
        return TableGone(table=table)
    if table and error.code in _LOST:
        return SourceLost(table=table, problem=error.detail)
    if isinstance(error, TableError):
        return TableUnreadable(table=table or error.table, problem=error.detail, reader=error.code)
    kinds = {"XD-SOURCE-001": PathMissing, "XD-SOURCE-004": LoginRefused}
    kind = kinds.get(error.code, SourceUnreachable)
    return kind(path=error.detail) if kind is PathMissing else kind(problem=error.detail)


@contextmanager
def opened(url: str) -> Iterator["OpenSource"]:
    """The source at `url`, until the block ends. Raises SourceUnreachable, LoginRefused or PathMissing."""
    try:
        source = open_source(url)
    except SourceError as error:
        raise _refusal(error) from None
    with source:
        yield OpenSource(source)


class OpenSource:
    """A source that is being read. Names of tables are kept as the database can hold them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._tables: dict[tuple[str, str], Table] = {}

    def tables(self) -> Iterator[TableSeen]:
        """Every table there is now; none in an empty folder. Raises what `opened` raises."""
        try:
            found = self._source.tables()
        except ReadError as error:
            if error.code == _NO_TABLES:
                return
            raise _refusal(error) from None
        for table in found:
            key = (storable(table.schema or "", LONGEST_NAME), storable(table.name, LONGEST_NAME))
            self._tables[key] = table
            yield TableSeen(*key, table.rows)

    def read(self, table: ScanTable, sample: int | None, told: Callable[[int], None]) -> TableFinding:
        """What `table` holds, from `sample` rows of it at most (None: all). `told` hears how many were read.

        Raises TableGone, TableUnreadable or SourceLost, and whatever `told` raises.
        """
        found = self._tables.get((table.schema, table.name))
        if found is None:
            raise TableGone(table=str(table))
        profile = TableProfile(found.name, found.comment)
        passed = 0
        try:
            how = self._source.sampling(found, sample)
            for chunk in self._source.batches(found, sample=sample):
                profile.observe(chunk.batch)
                passed += chunk.passed
                told(profile.rows)
        except ReadError as error:
            raise _refusal(error, str(table)) from None
        _declare(profile, found)
        rows = passed if how.kind == "whole" else max(passed, found.rows or 0)
        verdicts = table_verdicts(profile)
        graded = grade_table(found.name, verdicts, rows=rows)
        return TableFinding(
            rows=rows,
            rows_scanned=profile.rows,
            sampled=how.kind != "whole",
            columns=tuple(
                ColumnFinding(*facts) for facts in zip(profile.columns.values(), verdicts, graded, strict=True)
            ),
        )


def _declare(profile: TableProfile, table: Table) -> None:
    """Columns as their source declares them, in its order; those of an empty table too."""
    seen = profile.columns
    ordered = {column.name: seen.pop(column.name, ColumnProfile(column.name)) for column in table.columns}
    for column in table.columns:
        ordered[column.name].declared = column.declared or ordered[column.name].declared
        ordered[column.name].comment = column.comment
    profile.columns = {**ordered, **seen}
