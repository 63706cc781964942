"""Lists over the API: what a record looks like, and pages that stay right while rows are added (keyset pagination)."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from xingdun.doors.console.values import read
from xingdun.frame.errors import BadInput
from xingdun.frame.registers import Column, Register

DEFAULT_LIMIT, HIGHEST_LIMIT = 50, 500


def shown(value: Any) -> Any:
    """`value` as JSON: times in ISO 8601, records as their reference and label."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Model):
        return {"reference": reference(value), "label": str(value)}
    if isinstance(value, dict):
        return {str(key): shown(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [shown(one) for one in value]
    return str(value)


def reference(record: Model) -> str:
    """How records name each other: `app.model:key`."""
    return f"{record._meta.label_lower}:{record.pk}"  # noqa: SLF001 - Django's documented API


def present(record: Model, columns: Iterable[Column]) -> dict[str, Any]:
    """A record: its key, reference and label, and the columns under their names."""
    found = {"id": str(record.pk), "reference": reference(record), "label": str(record)}
    return found | {column.name: shown(read(record, column.name)) for column in columns}


def order_of(register: Register, wanted: str) -> tuple[str, ...]:
    """ORM paths to sort by, ending with the key. `wanted`: column names by commas, `-` for descending.

    Raises BadInput for a column that cannot be sorted.
    """
    paths = {column.name: column.sort for column in register.columns if column.sort}
    order = []
    for name in filter(None, wanted.split(",")):
        path = paths.get(name.lstrip("-"))
        if path is None:
            raise BadInput(field="sort", problem=_("choose among %(names)s") % {"names": ", ".join(sorted(paths))})
        order.append(f"-{path}" if name.startswith("-") else path)
    order = order or list(register.order)
    key = {"pk", register.model._meta.pk.name}  # noqa: SLF001 - Django's documented API
    if not any(path.lstrip("-") in key for path in order):
        order.append("-pk" if order and order[-1].startswith("-") else "pk")
    return tuple(order)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows behind the one with `values`. PostgreSQL sorts null last, and first when descending."""
    path, value = order[0].lstrip("-"), values[0]
    if order[0].startswith("-"):
        behind = Q(**{f"{path}__isnull": False}) if value is None else Q(**{f"{path}__lt": value})
    else:
        null = Q(**{f"{path}__isnull": True})
        behind = Q(pk__in=[]) if value is None else Q(**{f"{path}__gt": value}) | null
    if len(order) == 1:
        return behind
    same = Q(**{f"{path}__isnull": True}) if value is None else Q(**{path: value})
    return behind | (same & _after(order[1:], values[1:]))


def _value(record: Model, path: str) -> Any:
    return shown(record.pk if path == "pk" else read(record, path.replace("__", ".")))


def _cursor(record: Model, order: Sequence[str]) -> str:
    values = [_value(record, path.lstrip("-")) for path in order]
    written = json.dumps([list(order), values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, order: Sequence[str]) -> list[Any]:
    try:
        made_for, values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fits = made_for == list(order) and len(values) == len(order)
    except (ValueError, TypeError, binascii.Error):
        fits = False
    if not fits:
        raise BadInput(field="cursor", problem=_("it does not belong to this list and order"))
    return list(values)


def limit_of(written: str) -> int:
    """How many rows a page holds. Raises BadInput."""
    if not written:
        return DEFAULT_LIMIT
    if not written.isascii() or not written.isdigit() or not 1 <= int(written) <= HIGHEST_LIMIT:
        raise BadInput(field="limit", problem=_("a number from 1 to %(most)s") % {"most": HIGHEST_LIMIT})
    return int(written)


def page_of(rows: QuerySet[Any], order: tuple[str, ...], *, cursor: str, limit: int) -> tuple[list[Any], str | None]:
    """The records of a page, and the cursor of the next one, or None at the end. Raises BadInput."""
    rows = rows.order_by(*order)
    if cursor:
        try:
            rows = rows.filter(_after(order, _read_cursor(cursor, order)))
        except (ValidationError, ValueError, TypeError) as error:
            raise BadInput(field="cursor", problem=_("it does not belong to this list and order")) from error
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, None
    return found[:limit], _cursor(found[limit - 1], order)
