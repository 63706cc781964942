"""The table of a register's list, from its columns."""

from functools import cache
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString

from xingdun.doors.console import display, values
from xingdun.doors.console.references import Links
from xingdun.frame.registers import Column, Register, registers


class RegisterColumn(tables.Column):
    """A column of a register: shown by its kind, sorted by its ORM path."""

    def __init__(self, column: Column, register: Register, *, first: bool) -> None:
        super().__init__(
            verbose_name=values.heading(register.model, column),
            accessor="pk",  # a value at any rate; `render` reads its own
            orderable=column.sort is not None,
            order_by=(column.sort, "pk") if column.sort else None,
            attrs={"td": {"class": f"xd-kind-{column.kind}"}, "th": {"class": f"xd-kind-{column.kind}"}},
        )
        self.column, self.first = column, first

    def render(self, record: Any, table: "RegisterTable") -> SafeString:
        """The value as its kind is shown; the first column leads to the record's page."""
        shown = display.shown(record, self.column, now=table.now, links=table.links)
        return table.linked(record, shown) if self.first else shown


class RegisterTable(tables.Table):
    """A register's rows for one reader."""

    of_register: Register

    class Meta:
        template_name = "console/parts/table.html"
        order_by_field = "sort"
        page_field = "page"
        empty_text = ""
        orderable = True

    def __init__(self, *args: Any, now: Any, links: Links, **options: Any) -> None:
        self.now, self.links = now, links
        super().__init__(*args, **options)

    def linked(self, record: Any, shown: SafeString) -> SafeString:
        """What leads to the record's page."""
        return self.links.around(record, self.of_register, shown)

    def look_up_references(self) -> None:
        """Find the names behind this page's references with one query a register."""
        names = values.paths(self.of_register.columns, "record")
        self.links.collect(values.read(row.record, name) for row in self.paginated_rows for name in names)

    def hide_what_is_said(self, record: Any) -> None:
        """Hide the columns that would name `record` in every row of its own page."""
        own = (record, getattr(record, "reference", None))
        rows = [row.record for row in self.paginated_rows]
        for column in self.of_register.columns:
            if column.kind == "record" and rows and all(values.read(row, column.name) in own for row in rows):
                self.columns.hide(column.name.replace(".", "__"))


@cache
def table_of(key: str) -> type[RegisterTable]:
    """The table class of the register of that key."""
    register = registers[key]
    # What is a link already cannot be the link to the row's own page.
    leading = next((column for column in register.columns if column.kind not in {"record", "list"}), None)
    columns = {
        column.name.replace(".", "__"): RegisterColumn(column, register, first=column is leading)
        for column in register.columns
    }
    return type("Table", (RegisterTable,), {**columns, "of_register": register})
