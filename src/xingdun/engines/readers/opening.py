"""From an address or a path to a Source."""

from pathlib import Path

from xingdun.engines.readers.model import Source
from xingdun.engines.readers.refusals import SourceError


def open_source(address: str | Path) -> Source:
    """The source at a postgresql:// URL, or of a file or folder of CSV (gzip too), Parquet and XLSX.

    Raises SourceError: XD-SOURCE-001 no such path, 002 unknown kind, 003 and 004 from the database.
    """
    text = str(address)
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if scheme in ("postgresql", "postgres"):
        from xingdun.engines.readers.postgresql import PostgresSource

        return PostgresSource(text)
    if scheme and scheme != "file":
        raise SourceError("XD-SOURCE-002", text)
    from xingdun.engines.readers.files import FileSource

    return FileSource(Path(text.removeprefix("file://")))
