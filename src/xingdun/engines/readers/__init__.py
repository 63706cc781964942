"""Readers: files, folders and PostgreSQL as streams of Arrow record batches.

`open_source` gives a Source; every reader holds at most a few batches in memory, whatever the size of the table.
"""

from xingdun.engines.readers.model import Chunk, Column, Sampling, Source, Table
from xingdun.engines.readers.opening import open_source
from xingdun.engines.readers.refusals import ReadError, SourceError, TableError

__all__ = [
    "Chunk",
    "Column",
    "ReadError",
    "Sampling",
    "Source",
    "SourceError",
    "Table",
    "TableError",
    "open_source",
]
