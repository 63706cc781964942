"""A grade in the fields of records, and what counts while nobody has decided."""

from collections.abc import Iterable
from typing import Any

from xingdun.data.models import Column, GradeDecision
from xingdun.kernel.discovery import resources
from xingdun.kernel.discovery.grading import Grade, strictest

EMPTY: dict[str, Any] = {"business": "", "subject": [], "sensitivity": "", "level": None, "national_class": ""}


def default(business: Any) -> Grade:
    """What counts at least while nobody has decided: the floor of the grading rules (DIGITAL-4.2.2c)."""
    floor = resources.table("grading")["floor"]
    return Grade(business, (), floor["sensitivity"], floor["level"], floor["class"])


def axes(grade: Grade | None, prefix: str = "") -> dict[str, Any]:
    """A grade (None: no grade) as values of the model fields that begin with `prefix`."""
    if grade is None:
        return {prefix + axis: value for axis, value in EMPTY.items()}
    return {
        f"{prefix}business": grade.business,
        f"{prefix}subject": sorted(grade.subject),
        f"{prefix}sensitivity": grade.sensitivity,
        f"{prefix}level": grade.level,
        f"{prefix}national_class": grade.national_class,
    }


def read(record: Column | GradeDecision, prefix: str = "") -> Grade:
    """The grade that stands in the fields of `record` that begin with `prefix`."""
    return Grade(
        business=getattr(record, f"{prefix}business"),
        subject=tuple(sorted(getattr(record, f"{prefix}subject"))),
        sensitivity=getattr(record, f"{prefix}sensitivity"),
        level=getattr(record, f"{prefix}level"),
        national_class=getattr(record, f"{prefix}national_class"),
    )


def write(record: Column, prefix: str, grade: Grade | None) -> None:
    """Put `grade` into the fields of `record` that begin with `prefix`; it is not saved."""
    for name, value in axes(grade, prefix).items():
        setattr(record, name, value)


def in_force(column: Column) -> Grade:
    """What counts for a column: the decision, or the stricter of what is suggested and the default."""
    if column.state in Column.DECIDED:
        return read(column, "confirmed_")
    suggested = read(column, "suggested_")
    return strictest([suggested, default(suggested.business)])


def union(grades: Iterable[Grade]) -> Grade | None:
    """What all of `grades` ask together, with the most frequent business class; None of none (A5)."""
    found = list(grades)
    if not found:
        return None
    named = [grade.business for grade in found]
    whole = strictest(found)
    business = max(sorted(set(named)), key=named.count)
    return Grade(business, whole.subject, whole.sensitivity, whole.level, whole.national_class)


def shown(grade: Grade) -> str:
    """A grade in one short line for the ledger: `clinical C1+C2 internal 4 important`."""
    subject = "+".join(grade.subject) or "-"
    return f"{grade.business} {subject} {grade.sensitivity} {grade.level} {grade.national_class}"
