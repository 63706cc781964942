"""What every column of the sample hospital truly holds, to measure discovery and grading against.

The labels are written beside the columns in `tables/`, by what was put in, not by what a detector finds. The grade is
the expected one on each axis: business class (DIGITAL-4.1), subject categories (DIGITAL-4.2.1), sensitivity
(DIGITAL-4.2.2) and the levels of GB/T 39725.
"""

from dataclasses import dataclass
from functools import cache

from xingdun.kernel.discovery.entities import UNCLASSIFIED, entities
from xingdun.sample.declaration import Column, Identifier, Table
from xingdun.sample.loading import NOTICE_COLUMNS, NOTICE_TABLE
from xingdun.sample.tables import TABLES
from xingdun.sample.tables.people import ID_SHARES as RESIDENT_ID_SHARES

__all__ = ["RESIDENT_ID_SHARES", "Grade", "Label", "label", "labels"]


@dataclass(frozen=True, slots=True)
class Grade:
    """The expected grade; `subject` holds any of C1, C2, C3, and `national` is a level of GB/T 39725, 1 to 5."""

    business: str
    subject: tuple[str, ...]
    sensitivity: str
    national: int


@dataclass(frozen=True, slots=True)
class Label:
    """One column's truth. table: "schema.table". entities: `entity` first, then what its free text contains."""

    table: str
    column: str
    entity: str
    entities: tuple[str, ...]
    identifier: Identifier
    grade: Grade


@cache
def labels() -> tuple[Label, ...]:
    """The truth of all columns, in the order of the tables; the notice of synthetic data comes last."""
    known = tuple(_label(table, column) for table in TABLES for column in table.columns)
    return known + tuple(
        Label(NOTICE_TABLE, column, UNCLASSIFIED, (UNCLASSIFIED,), "none", Grade("operations", (), "public", 1))
        for column in NOTICE_COLUMNS
    )


def label(table: str, column: str) -> Label:
    """One column's truth; raises KeyError when there is no such column."""
    return _by_name()[table, column]


@cache
def _by_name() -> dict[tuple[str, str], Label]:
    return {(known.table, known.column): known for known in labels()}


def _label(table: Table, column: Column) -> Label:
    kind = _identifier(table, column)
    return Label(table.name, column.name, column.entity, (column.entity, *column.holds), kind, _grade(table, kind))


def _identifier(table: Table, column: Column) -> Identifier:
    """What the column does to a person's anonymity: its entity's class, but nothing where no row is a person's."""
    if column.identifier:
        return column.identifier
    return "none" if table.about == "nobody" else entities()[column.entity].identifier


def _grade(table: Table, kind: Identifier) -> Grade:
    if table.published:
        return Grade(table.business, (), "public", 1)
    if kind == "none":
        return Grade(table.business, table.special, "internal", 2)
    if "C2" in table.special:
        return Grade(table.business, ("C1", *table.special), "confidential", 5)
    return Grade(table.business, ("C1", *table.special), "internal", 3 if kind == "quasi" else 4)
