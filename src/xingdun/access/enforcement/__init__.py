"""Windows into a protected PostgreSQL: the database itself enforces what a grant allows (DESIGN.md, decision 10).

`prepare` once; then `open_window` for each grant, `close_window` or the watch `reap` to end it, `Uses` to read back
what was done through it, and `snapshot` to show that the hospital's own roles noticed nothing. Pure psycopg and SQL.
"""

from xingdun.access.enforcement.doors import Door, doors_left_open
from xingdun.access.enforcement.errors import (
    BadRowFilterError,
    BadSpecificationError,
    ConnectionInUseError,
    EnforcementError,
    HostRowSecurityError,
    NoRightToGrantError,
    NoSuchColumnError,
    NotPreparedError,
    PublicAlreadyReadsError,
    SchemaTakenError,
    SourceBusyError,
)
from xingdun.access.enforcement.installation import Prepared, is_prepared, prepare, remove
from xingdun.access.enforcement.reaper import Ended, Reaped, open_windows, reap
from xingdun.access.enforcement.snapshot import difference, snapshot
from xingdun.access.enforcement.specification import ColumnSpec, RowFilter, TableSpec, WindowSpec
from xingdun.access.enforcement.uses import FolderReader, LogReader, Position, ServerReader, Use, Uses
from xingdun.access.enforcement.views import ShownTable
from xingdun.access.enforcement.window import Closed, Opened, close_window, open_window

__all__ = [
    "BadRowFilterError",
    "BadSpecificationError",
    "Closed",
    "ColumnSpec",
    "ConnectionInUseError",
    "Door",
    "Ended",
    "EnforcementError",
    "FolderReader",
    "HostRowSecurityError",
    "LogReader",
    "NoRightToGrantError",
    "NoSuchColumnError",
    "NotPreparedError",
    "Opened",
    "Position",
    "Prepared",
    "PublicAlreadyReadsError",
    "Reaped",
    "RowFilter",
    "SchemaTakenError",
    "ServerReader",
    "ShownTable",
    "SourceBusyError",
    "TableSpec",
    "Use",
    "Uses",
    "WindowSpec",
    "close_window",
    "difference",
    "doors_left_open",
    "is_prepared",
    "open_window",
    "open_windows",
    "prepare",
    "reap",
    "remove",
    "snapshot",
]
