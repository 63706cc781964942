"""`xingdun scan`: what a database, folder or file holds and how it should be graded, without a server."""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from xingdun.doors.cli.scan_table import render_table, visible

if TYPE_CHECKING:
    from xingdun.engines.local import Progress, ScanResult
    from xingdun.engines.readers import ReadError

DEFAULT_SAMPLE = 100_000
OUT_OF_REACH, INCOMPLETE, INTERRUPTED = 1, 3, 130


def as_json(result: "ScanResult") -> dict[str, Any]:
    """The command's JSON: source, tables, columns, each with entity, confidence, grade, identifier and reasons."""
    return {
        "source": result.source,
        "tables": [
            {
                "name": one.table.name if one.table.schema in (None, "public") else one.table.label,
                "rows": one.rows,
                "scanned_rows": one.scanned_rows,
                "columns": [
                    {
                        "name": verdict.column,
                        "entity": verdict.entity,
                        "entities": list(verdict.entities),
                        "confidence": verdict.confidence,
                        "grade": graded.grade.as_json(),
                        "identifier": graded.identifier,
                        "reasons": [
                            {"code": why.code, "zh": why.zh, "en": why.en, "clauses": list(why.clauses)}
                            for why in (*verdict.reasons, *graded.reasons)
                        ],
                    }
                    for verdict, graded in zip(one.verdicts, one.graded, strict=True)
                ],
            }
            for one in result.tables
        ],
    }


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as draft:
        draft.write(text)
    mask = os.umask(0)
    os.umask(mask)
    Path(draft.name).chmod(0o666 & ~mask)
    Path(draft.name).replace(path)


@contextmanager
def _stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks the scan to end after its batch; a second one, or one before the first batch, ends it at once.

    Yields what the scan asks before each batch: whether to stop.
    """
    asked = reading = False

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        nonlocal asked
        if asked or not reading:
            raise KeyboardInterrupt
        asked = True

    def should_stop() -> bool:
        nonlocal reading
        reading = True
        return asked

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield should_stop
    finally:
        signal.signal(signal.SIGINT, before)


def _teller(language: str) -> "Callable[[Progress], None] | None":
    if not sys.stderr.isatty():
        return None
    began = time.monotonic()
    words = ("表", "行", "行/秒") if language == "zh" else ("tables", "rows", "rows/s")
    first = "首次扫描须先编译识别程序" if language == "zh" else "the first scan compiles its detectors"

    def tell(now: "Progress") -> None:
        line = (
            f"{now.tables_done}/{now.tables_total} {words[0]}  {now.rows:,} {words[1]}  {now.rate:,.0f} {words[2]}"
            f"  {time.monotonic() - began:.0f} s  {visible(now.table) if now.rows else first}"
        )
        click.echo(f"\r\x1b[K{line[:110]}", err=True, nl=False)

    return tell


def _complain(error: "ReadError", language: str) -> None:
    click.secho(f"{error.code}  {visible(error.text(language))}", fg="red", err=True)


def _run(source: str, sample: int | None, language: str) -> "ScanResult":
    from xingdun.engines.readers import open_source

    tell = _teller(language)
    with open_source(source) as opened, _stop_on_interrupt() as asked:
        from xingdun.engines.local import scan as run_scan  # loads the compiled kernels: a wrong path need not wait

        try:
            return run_scan(opened, sample=sample, progress=tell, should_stop=asked)
        finally:
            if tell:
                click.echo("\r\x1b[K", err=True, nl=False)


@click.command(
    epilog="Exit status: 0 every table was read; 1 the source is out of reach; 2 wrong usage; 3 some tables could not "
    "be read to their end (each is named on the error output); 130 interrupted, with what was found so far."
)
@click.argument("source")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    default=None,
    help=f"Look at about so many rows of each table (default {DEFAULT_SAMPLE:,}).",
)
@click.option("--full", is_flag=True, help="Look at every row.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write one self-contained page.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of reasons and messages.")
def scan(source: str, form: str, sample: int | None, full: bool, html: Path | None, lang: str) -> None:  # noqa: FBT001, PLR0917 - click passes flags by name
    """Say what SOURCE holds and how to grade it: a postgresql:// URL, or a file or folder of CSV, Parquet, XLSX.

    Nothing is written to the source, no server is needed, and no value is shown: examples keep their form only. A
    password is better kept in PGPASSWORD or ~/.pgpass than in the URL.
    """
    if full and sample is not None:
        raise click.UsageError("--full and --sample exclude each other.")
    if html is not None and not html.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {html.absolute().parent} for --html.")
    from xingdun.engines.readers import SourceError

    try:
        result = _run(source, None if full else sample or DEFAULT_SAMPLE, lang)
    except SourceError as error:
        _complain(error, lang)
        raise SystemExit(OUT_OF_REACH) from None
    except KeyboardInterrupt:  # click would make it a 1, which here means out of reach
        raise SystemExit(INTERRUPTED) from None
    if form == "json":
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=2))
    else:
        click.echo(render_table(result, lang))
    if html is not None:
        from xingdun.doors.cli.scan_page import render_page

        _write_whole(html, render_page(result, lang))
    for trouble in result.errors:
        _complain(trouble, lang)
    if not result.finished:
        raise SystemExit(INTERRUPTED)
    if result.errors:
        raise SystemExit(INCOMPLETE)
