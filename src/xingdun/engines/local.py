"""The scan in this process: table by table, batch by batch, with progress, stop and resume."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from xingdun.engines.readers.model import Chunk, Sampling, Source, Table
from xingdun.engines.readers.refusals import ReadError
from xingdun.kernel.discovery.grading import Graded, grade_table
from xingdun.kernel.discovery.profile import ColumnProfile, TableProfile
from xingdun.kernel.discovery.verdicts import Verdict, table_verdicts

DEFAULT_SAMPLE = 100_000  # rows of a table that are looked at unless asked otherwise
CHECKPOINT_SECONDS = 5.0
PROGRESS_SECONDS = 0.2
STATE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a scan is. rows: passed so far in all tables; expected: in all tables as far as known, or None.

    rate: rows a second since this run began; seconds_left: None while it cannot be known.
    """

    tables_done: int
    tables_total: int
    table: str
    rows: int
    expected: int | None
    rate: float
    seconds_left: float | None


@dataclass(slots=True)
class TableResult:
    """What a scan found in one table.

    rows: of the table, exact when `exact`; scanned_rows: looked at; sampling: how; error: why it ended early.
    """

    table: Table
    sampling: Sampling
    profile: TableProfile
    rows: int = 0
    exact: bool = False
    done: bool = False
    error: ReadError | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    graded: list[Graded] = field(default_factory=list)

    @property
    def scanned_rows(self) -> int:
        """Rows looked at."""
        return self.profile.rows

    def judge(self) -> None:
        """Verdicts and grades from what was seen."""
        self.verdicts = table_verdicts(self.profile)
        self.graded = grade_table(self.table.label, self.verdicts, rows=self.rows)


@dataclass(slots=True)
class ScanResult:
    """What a scan found. finished: every table was read or failed for good; state: to resume with when it was not."""

    source: str
    tables: list[TableResult]
    finished: bool
    state: dict[str, Any]

    @property
    def errors(self) -> list[ReadError]:
        """Why tables could not be read to their end."""
        return [one.error for one in self.tables if one.error]


def _fresh(table: Table, sampling: Sampling) -> TableResult:
    profile = TableProfile(table.name, table.comment)
    for column in table.columns:
        profile.columns[column.name] = ColumnProfile(column.name, column.declared, column.comment)
    return TableResult(table, sampling, profile)


class _Scan:
    """One run over a source's tables."""

    def __init__(
        self,
        source: Source,
        sample: int | None,
        progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
        checkpoint: Callable[[dict[str, Any]], None] | None,
    ) -> None:
        self.source, self.sample = source, sample
        self.progress, self.should_stop, self.checkpoint = progress, should_stop, checkpoint
        self.tables = source.tables()
        self.results: list[TableResult] = []
        self.current: dict[str, Any] | None = None
        self.rows = 0
        self.resumed_rows = 0
        self.began = self.told = self.saved = time.monotonic()

    def resume(self, state: dict[str, Any]) -> dict[str, Any] | None:
        """Take over finished tables; return the state of the one that was under way."""
        if state.get("version") != STATE_VERSION or state.get("sample") != self.sample:
            return None
        known = {table.label: table for table in self.tables}
        for row in state.get("done", []):
            table = known.get(row["table"])
            if table is None:
                continue  # dropped since; its turn is over
            result = TableResult(table, Sampling(**row["sampling"]), TableProfile.from_state(row["profile"]))
            result.rows, result.exact, result.done = row["rows"], row["exact"], True
            result.judge()
            self.results.append(result)
            self.rows += result.rows
        self.resumed_rows = self.rows
        under_way: dict[str, Any] | None = state.get("current")
        return under_way if under_way and under_way["table"] in known else None

    def state(self) -> dict[str, Any]:
        """What a later run needs to go on."""
        done = [
            {
                "table": one.table.label,
                "sampling": {"kind": one.sampling.kind, "rows": one.sampling.rows},
                "rows": one.rows,
                "exact": one.exact,
                "profile": one.profile.to_state(),
            }
            for one in self.results
            if one.done
        ]
        current = self.current and {**self.current, "profile": self.current["profile"].to_state()}
        return {"version": STATE_VERSION, "sample": self.sample, "done": done, "current": current}

    def tell(self, table: str, *, force: bool = False) -> None:
        """Report progress, not more often than people can read."""
        now = time.monotonic()
        if self.progress and (force or now - self.told >= PROGRESS_SECONDS):
            self.told = now
            known = [table.rows for table in self.tables]
            expected = sum(rows or 0 for rows in known) if all(rows is not None for rows in known) else None
            rate = (self.rows - self.resumed_rows) / max(now - self.began, 1e-6)
            left = max(0.0, (expected - self.rows) / rate) if expected is not None and rate > 0 else None
            done = sum(one.done or one.error is not None for one in self.results)
            self.progress(Progress(done, len(self.tables), table, self.rows, expected, rate, left))
        if self.checkpoint and (force or now - self.saved >= CHECKPOINT_SECONDS):
            self.saved = now
            self.checkpoint(self.state())

    def run(self, under_way: dict[str, Any] | None) -> bool:
        """Read every table that is not done; False when stopped."""
        done = {one.table.label for one in self.results}
        for table in self.tables:
            if table.label in done:
                continue
            if self.stopped():
                return False
            result = _fresh(table, self.source.sampling(table, self.sample))
            start = 0
            if under_way and under_way["table"] == table.label:
                start = under_way["position"]
                result.profile.merge(TableProfile.from_state(under_way["profile"]))
                result.rows = under_way["rows"]
                self.rows += result.rows
                self.resumed_rows += result.rows
            self.results.append(result)
            self.tell(table.label, force=True)
            try:
                complete = self.read(result, start)
            except ReadError as error:
                result.error = error
                complete = True
            if not complete:
                result.judge()
                return False
            self.finish(result)
        self.tell("", force=True)
        return True

    def finish(self, result: TableResult) -> None:
        """Judge a table that was read to its end, or as far as it could be."""
        result.done = result.error is None
        whole = result.sampling.kind not in {"blocks", "head"}
        result.exact = result.done and whole
        if result.exact and result.profile.rows == result.rows:
            result.sampling = Sampling("whole")
        if not result.exact:
            result.rows = max(result.rows, result.table.rows or 0)
        result.judge()
        self.current = None
        self.tell(result.table.label, force=True)

    def stopped(self) -> bool:
        """Whether the caller wants an end."""
        return bool(self.should_stop and self.should_stop())

    def read(self, result: TableResult, start: int) -> bool:
        """One table's batches; False when stopped before its end."""
        part = TableProfile(result.table.name)
        passed = 0
        for chunk in self.source.batches(result.table, sample=self.sample, start=start):
            part.observe(chunk.batch)
            passed += chunk.passed
            self.rows += chunk.passed
            if chunk.position is not None:
                self.take(result, part, passed, chunk)
                part, passed = TableProfile(result.table.name), 0
            self.tell(result.table.label)
            if self.stopped():
                return False
        return True

    def take(self, result: TableResult, part: TableProfile, passed: int, chunk: Chunk) -> None:
        """Merge what was read since the last resumable position."""
        result.profile.merge(part)
        result.rows += passed
        self.current = {
            "table": result.table.label,
            "position": chunk.position,
            "rows": result.rows,
            "profile": result.profile,
        }


def scan(
    source: Source,
    *,
    sample: int | None = DEFAULT_SAMPLE,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    checkpoint: Callable[[dict[str, Any]], None] | None = None,
    resume_state: dict[str, Any] | None = None,
) -> ScanResult:
    """Read a source's tables and say what they hold and how it should be graded.

    sample: rows a table at most, None for all. progress: called at most five times a second. should_stop: asked after
    every batch. checkpoint: given a JSON state after every table and every five seconds; a state (or the result's
    `state`) as `resume_state` goes on after the last resumable batch. A table that cannot be read carries its error
    and the scan goes on. Raises SourceError when the source as a whole is out of reach, StateError for a bad state.
    """
    run = _Scan(source, sample, progress, should_stop, checkpoint)
    under_way = run.resume(resume_state) if resume_state else None
    finished = run.run(under_way)
    return ScanResult(source.name, run.results, finished, run.state())
