"""The filters of a register's list: its search, and a field for each path it names."""

from functools import cache
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xingdun.audit.selectors import actions_seen
from xingdun.doors.console import values
from xingdun.doors.console.references import aliases_of
from xingdun.doors.console.wording import done_words
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Column, Register, registers, search
from xingdun.obligations.catalogue import load

MOST_CHOICES = 200
MOST_NAMED = 50
_ANY = _("any")


class RegisterFilter(filters.FilterSet):
    """The filters of one register, for one reader (`roles` decide which names a reference may be found by)."""

    of_register: Register

    def __init__(self, *args: Any, roles: frozenset[Any] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        self.roles = roles
        for field in self.form.fields.values():
            for widget in getattr(field.widget, "widgets", (field.widget,)):
                kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
                widget.attrs["class"] = f"{kind} {kind}-sm"

    def filter_words(self, rows: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
        """Rows in which the words occur."""
        del name
        return search(rows, self.of_register.search, words)

    def filter_reference(self, rows: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
        """Rows whose reference is the one written, or leads to a record that is found by these words."""
        if ":" in words:
            return rows.filter(**{name: words})
        return rows.filter(**{f"{name}__in": list(named(words, self.of_register, self.roles))})

    def active(self) -> list[tuple[str, Any, str]]:
        """What is filtered now: (parameter, label, value as written)."""
        self.is_valid()
        found = []
        for bound in self.form:
            for parameter in names_of(bound):
                written = str(self.data.get(parameter, ""))
                if written:
                    chosen = dict(getattr(bound.field, "choices", ())).get(written, written)
                    found.append((parameter, bound.field.label, str(chosen)))
        return found


def names_of(bound: forms.BoundField) -> tuple[str, ...]:
    """The parameters of an address that a filter reads."""
    return (bound.name, f"{bound.name}_after", f"{bound.name}_before")


def named(words: str, outside: Register, roles: frozenset[Any]) -> set[str]:
    """References of the records that `words` find, in the registers that stand in the navigation."""
    found: set[str] = set()
    for register in registers.values():
        if register.menu and register.search and register is not outside and permitted(f"{register.key}.view", roles):
            rows = search(register.rows(), register.search, words).order_by()
            keys = list(rows.values_list("pk", flat=True)[:MOST_NAMED])
            found |= {f"{register.key}:{key}" for key in keys} | aliases_of(register, keys)
    return found


class PeriodWidget(filters.widgets.DateRangeWidget):
    """Two dates, from and until."""

    template_name = "django/forms/widgets/multiwidget.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "date", **(attrs or {})})
        for widget, label in zip(self.widgets, (_("from"), _("until")), strict=True):
            widget.attrs["aria-label"] = label
            widget.format = "%Y-%m-%d"


class SeenFilter(filters.Filter):
    """One of the codes that occur, asked anew for each page."""

    def __init__(self, *args: Any, seen: Any, **options: Any) -> None:
        self.seen = seen
        super().__init__(*args, **options)

    @property
    def field(self) -> forms.Field:
        """A choice among them."""
        if not hasattr(self, "_field"):
            choices = [("", _ANY), *self.seen()]
            self._field = forms.ChoiceField(label=self.label, required=False, choices=choices)
        return self._field


class HeldFilter(filters.ChoiceFilter):
    """Whether a list of a record holds anything."""

    def __init__(self, **options: Any) -> None:
        choices = (("some", _("some")), ("none", _("none")))
        super().__init__(choices=choices, empty_label=_ANY, **options)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows whose list is empty, or is not."""
        empty: dict[str, list[Any]] = {self.field_name: []}
        return qs.filter(**empty) if value == "none" else qs.exclude(**empty) if value == "some" else qs


class RelatedFilter(filters.Filter):
    """One related record: a choice while there are few of them, else the words that their own search takes."""

    def __init__(self, *args: Any, related: type[models.Model], **options: Any) -> None:
        self.related = related
        super().__init__(*args, **options)

    @property
    def rows(self) -> QuerySet[Any]:
        """The records there are to choose among."""
        register = registers.get(self.related._meta.label_lower)  # noqa: SLF001 - Django's documented API
        return register.rows().order_by(*register.order) if register else self.related._default_manager.all()  # noqa: SLF001 - the same

    @property
    def field(self) -> forms.Field:
        """The form field, by how many there are."""
        if not hasattr(self, "_field"):
            few = list(self.rows[: MOST_CHOICES + 1])
            if len(few) > MOST_CHOICES:
                self._field: forms.Field = forms.CharField(label=self.label, required=False)
            else:
                choices = [("", _ANY), *((str(record.pk), str(record)) for record in few)]
                self._field = forms.ChoiceField(label=self.label, required=False, choices=choices)
        return self._field

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows of the chosen record, or of those that the words find."""
        if not value:
            return qs
        if isinstance(self.field, forms.ChoiceField):
            return qs.filter(**{self.field_name: value})
        register = registers.get(self.related._meta.label_lower)  # noqa: SLF001 - the same
        found = search(self.rows.order_by(), register.search, value) if register and register.search else self.rows
        return qs.filter(**{f"{self.field_name}__in": found.values("pk")})


def _field(model: type[models.Model], path: str) -> Any:
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
        except FieldDoesNotExist:
            return None
        if field.is_relation and field.related_model:
            model = field.related_model
    return field


def _filter(register: Register, path: str) -> filters.Filter:
    field = _field(register.model, path)
    common = {"field_name": path, "label": _label(register, path, field)}
    coded = SEEN.get((register.key, path))
    if coded is not None:
        made: filters.Filter = SeenFilter(**common, seen=coded, lookup_expr=LISTED.get((register.key, path), "exact"))
    elif field is not None and field.choices:
        made = filters.ChoiceFilter(**common, choices=field.choices, empty_label=_ANY)
    elif isinstance(field, models.BooleanField):
        made = filters.ChoiceFilter(**common, choices=(("True", _("yes")), ("False", _("no"))), empty_label=_ANY)
    elif isinstance(field, models.JSONField):
        made = HeldFilter(**common)
    elif isinstance(field, models.DateField):
        made = filters.DateFromToRangeFilter(**common, widget=PeriodWidget)
    elif field is not None and field.is_relation:
        made = RelatedFilter(**common, related=field.related_model)
    elif _is_reference(register, path):
        made = filters.CharFilter(**common, method="filter_reference")
    else:
        made = filters.CharFilter(**common)
    return made


def _actions_seen() -> list[tuple[str, Any]]:
    words = [(code, done_words(code)) for code in actions_seen()]
    return sorted(words, key=lambda one: str(one[1]))


def _documents() -> list[tuple[str, Any]]:
    """The documents that duties answer."""
    language, asking = get_language() or "en", {clause.document for clause in load().clauses.values()}
    return [(key, one.title.say(language)) for key, one in load().documents.items() if key in asking]


# Fields of codes that are chosen among those that occur.
SEEN: dict[tuple[str, str], Any] = {
    ("audit.entry", "action"): _actions_seen,
    ("obligations.posture", "documents"): _documents,
}
# Those of them that hold several codes; no code is a part of another.
LISTED = {("obligations.posture", "documents"): "contains"}


def _label(register: Register, path: str, field: Any) -> Any:
    dotted = path.replace("__", ".")
    for column in (*register.columns, *register.detail):
        if column.name == dotted and column.label is not None:
            return column.label
    return values.named(field) or values.heading(register.model, Column(dotted))


def _is_reference(register: Register, path: str) -> bool:
    dotted = path.replace("__", ".")
    return any(column.name == dotted and column.kind == "record" for column in (*register.columns, *register.detail))


@cache
def filters_of(key: str) -> type[RegisterFilter]:
    """The filter class of the register of that key."""
    register = registers[key]
    declared: dict[str, Any] = {}
    if register.search:
        declared["q"] = filters.CharFilter(
            method="filter_words", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"})
        )
    for path in register.filters:
        declared[path.replace(".", "__")] = _filter(register, path.replace(".", "__"))
    meta = type("Meta", (), {"model": register.model, "fields": []})
    return type("Filters", (RegisterFilter,), {**declared, "Meta": meta, "of_register": register})
