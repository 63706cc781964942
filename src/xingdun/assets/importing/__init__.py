"""Networks from a workbook: its template, and reading it with every fault located."""

from xingdun.assets.importing.columns import template
from xingdun.assets.importing.rows import Row, read_rows
from xingdun.assets.importing.workbook import row_count

__all__ = ["Row", "read_rows", "row_count", "template"]
