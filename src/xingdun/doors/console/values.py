"""Reading what a register's column names: the value, its words and its heading."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Manager, Model

from xingdun.doors.console.wording import CODES
from xingdun.frame.registers import Column


def read(record: Any, path: str) -> Any:
    """The value at `path` (attributes apart by dots, from `record`); None as soon as a step leads nowhere.

    A callable is called, a mapping is entered by key, a manager becomes a list, a list is followed item by item.
    """
    value = record
    for name in path.split("."):
        value = _step(value, name)
        if value is None:
            return None
    if isinstance(value, Manager):
        return list(value.all())
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else value


def several(record: Any, paths: Iterable[str]) -> Iterable[Any]:
    """What stands at these paths, the items of lists one by one."""
    for path in paths:
        value = read(record, path)
        yield from value if isinstance(value, list) else [value]


def empty(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value == "" or (isinstance(value, list | tuple | set | dict) and not value)


def worded(record: Any, path: str) -> Any:
    """The value at `path` in words: the label of a choice or several, the words for a code, else itself."""
    owner, _, name = path.rpartition(".")
    words = CODES.get((record._meta.label_lower, path)) if hasattr(record, "_meta") else None  # noqa: SLF001 - Django's documented API
    if words is not None:
        return words(read(record, path))
    holder = read(record, owner) if owner else record
    label = getattr(holder, f"get_{name}_display", None)
    if callable(label):
        return label()
    value = read(record, path)
    labels = _labels(holder, name) if isinstance(value, list) else {}
    return [labels.get(each, each) for each in value] if labels else value


def _labels(holder: Any, name: str) -> dict[Any, Any]:
    """The labels of the choices of which a field of `holder` keeps several; none where it keeps no choices."""
    try:
        field = holder._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    except (AttributeError, FieldDoesNotExist):
        return {}
    base = getattr(field, "base_field", None)
    return dict(base.flatchoices) if base is not None else {}


def heading(model: type[Model], column: Column) -> Any:
    """The column's label, or the name of the field it leads to."""
    if column.label is not None:
        return column.label
    field: Any = None
    for name in column.name.split("."):
        try:
            field = model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
        except FieldDoesNotExist:
            return column.name.rpartition(".")[2].replace("_", " ")
        if field.is_relation and field.related_model:
            model = field.related_model
    return named(field) or column.name


def named(field: Any) -> Any:
    """What a field is called; one that names a record and was given no name of its own, by that record's noun."""
    name = getattr(field, "verbose_name", None)
    related = getattr(field, "related_model", None)
    if related is not None and isinstance(name, str) and not field.name.endswith("_by"):  # a translated name is lazy
        return related._meta.verbose_name  # noqa: SLF001 - Django's documented API
    return name


def paths(columns: Iterable[Column], kind: str) -> list[str]:
    """The paths of the columns of one kind."""
    return [column.name for column in columns if column.kind == kind]


def _step(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, Manager):
        value = list(value.all())
    if isinstance(value, list):
        return [_step(item, name) for item in value]
    try:
        found = getattr(value, name, None)
    except ObjectDoesNotExist:
        return None
    return found() if callable(found) and not isinstance(found, Manager) else found
