"""Registers: one declaration gives a record its list, filters, page, actions, export, API and their tests.

A domain declares its registers in `registers.py` with these types; the console and the API find them in `registers`.
Rights are not said here: `frame.permissions` is the one table, keyed `<register>.view` and `<register>.<action>`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Literal

from django import forms
from django.db.models import Model, Q, QuerySet

from xingdun.frame.contradictions import contradictions_told

Kind = Literal["text", "time", "date", "number", "state", "boolean", "record", "list"]
_LOOKUPS = {"=": "exact", "^": "istartswith"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list or a line of a page.

    name: attribute path with dots, starting at the record. label: translated heading; the field's own when None.
    kind: how it is shown. sort: the ORM path to sort by, or None when it cannot be sorted. many: follow a manager.
    """

    name: str
    label: Any = None
    kind: Kind = "text"
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person may do to a record (or, with `on="list"`, to start one).

    service: keyword-only function `entity_action(*, <record>, by, now, **form values)`, the only way to write.
    The record is passed under the model's lower-case name. form: a Django form whose cleaned data become arguments.
    available: whether the record is in a state that allows it (rights are looked up elsewhere).
    shows_once: the service returns a mapping to be shown one single time (a password) instead of a record.
    """

    key: str
    service: Callable[..., Any]
    label: Any
    form: type[forms.Form] | None = None
    on: Literal["record", "list"] = "record"
    available: Callable[[Any], bool] | None = None
    danger: bool = False
    shows_once: bool = False
    help: Any = ""

    def do(self, **given: Any) -> Any:
        """The service's answer. Raises what it refuses, and what the database refuses (`contradictions_told`)."""
        with contradictions_told():
            return self.service(**given)


@dataclass(frozen=True, slots=True)
class File:
    """A file handed out: its name with extension, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Download:
    """A file made on demand: of a record, or (with `on="list"`) of the register, such as an empty template.

    make: keyword-only function `(*, record, by, now) -> File`; record is None on a list. It writes nothing; the console
    tells the ledger that the file was handed out. Its right is `<register>.<key>`, as an action's, and no action's key.
    """

    key: str
    make: Callable[..., File]
    label: Any
    on: Literal["record", "list"] = "record"
    available: Callable[[Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A list under a record's page: rows of another register that belong to it.

    rows: the selector of those rows, given the record. empty: what is said when there are none, where the register's
    own words speak of all records.
    """

    title: Any
    register: str
    rows: Callable[[Any], QuerySet[Any]]
    empty: Any = ""


@dataclass(frozen=True, slots=True)
class Register:
    """The declaration of one kind of record.

    key: `domain.record`, the stem of its addresses and permissions. rows: the selector all lists and pages start
    from (it carries select_related, so that a page costs a constant number of queries). question: what the list
    answers, in one line. detail: lines of the record's page; panels: templates for what lines cannot tell.
    """

    key: str
    model: type[Model]
    title: Any
    question: Any
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...]
    empty: Any
    order: tuple[str, ...]
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    detail: tuple[Column, ...] = ()
    panels: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    actions: tuple[Action, ...] = ()
    downloads: tuple[Download, ...] = ()
    icon: str = "list-details"
    menu: str | None = None
    heading: Callable[[Any], str] = field(default=str)

    def action(self, key: str) -> Action | None:
        """The action of that key, or None."""
        return next((action for action in self.actions if action.key == key), None)


registers: dict[str, Register] = {}


def register(model: type[Model], *, columns: Iterable[Column | str], **facts: Any) -> Register:
    """Declare the register of `model`; see `Register` for the facts. A bare name is a sortable text column."""
    key = facts.pop("key", model._meta.label_lower)  # noqa: SLF001 - Django's documented API
    rest: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    detail = tuple(_columns(rest.pop("detail", ())))
    made = Register(key=key, model=model, columns=tuple(_columns(columns)), detail=detail, **rest)
    if key in registers:
        raise ValueError(f"the register {key!r} is declared twice")
    registers[key] = made
    return made


def _columns(columns: Iterable[Column | str]) -> Iterator[Column]:
    for column in columns:
        yield Column(column, sort=column.replace(".", "__")) if isinstance(column, str) else column


def search(rows: QuerySet[Any], paths: tuple[str, ...], words: str) -> QuerySet[Any]:
    """The rows in which every word occurs at one of `paths`.

    A path is searched for the word anywhere in it; one with `=` before it for the word exactly (an index serves
    that in registers of millions), one with `^` for the word at its start.
    """
    for word in words.replace("\0", "").split():
        conditions = [Q(**{f"{path.lstrip('=^')}__{_LOOKUPS.get(path[0], 'icontains')}": word}) for path in paths]
        if all(path.startswith("=") for path in paths):
            # One index answers for one path; for all of them at once the whole register would be read.
            conditions = [each for each in conditions if rows.order_by().filter(each).exists()]
        rows = rows.filter(reduce(or_, conditions)) if conditions else rows.none()
    return rows
