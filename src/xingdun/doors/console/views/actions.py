"""Doing something to a record, or starting one: the form, the service, and what it says back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.records import record_of
from xingdun.doors.console.references import address
from xingdun.frame.errors import Refusal
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Action, Register, registers


@dataclass(frozen=True, slots=True)
class Offer:
    """An action someone may start from a page."""

    action: Action
    address: str


class Confirmation(forms.Form):
    """The form of an action that asks nothing but to be meant."""


def offered(request: Call, register: Register, record: Any | None) -> list[Offer]:
    """What the reader may do to `record` in its state, or to the list when there is none."""
    found = []
    for action in register.actions:
        if (action.on == "list") is (record is not None):
            continue
        if not permitted(f"{register.key}.{action.key}", request.roles):
            continue
        if record is not None and action.available is not None and not action.available(record):
            continue
        where = {} if record is None else {"pk": record.pk}
        found.append(Offer(action, reverse(f"console:{register.key}.{action.key}", kwargs=where)))
    return found


def view_of(register: Register, action: Action) -> Callable[..., HttpResponse]:
    """The view of one action: GET shows its form, POST calls its service once."""

    @page(f"{register.key}.{action.key}")
    @require_http_methods(["GET", "HEAD", "POST"])
    def act(request: Call, pk: str | None = None) -> HttpResponse:
        record = None if pk is None else record_of(register, pk)
        form = form_of(action, request, record)
        refusal = None
        if request.method == "POST" and form.is_valid():
            try:
                return _done(request, register, action, record, call(action, register, request, record, form))
            except Refusal as refused:
                refusal = refused
        status = refusal.status if refusal else 422 if form.is_bound else 200
        context = {
            "register": register,
            "action": action,
            "record": record,
            "heading": register.heading(record) if record is not None else "",
            "form": form,
            "refusal": refusal.explain() if refusal else None,
            "unavailable": record is not None and action.available is not None and not action.available(record),
            "back": address(register, record.pk) if record is not None else reverse(f"console:{register.key}.list"),
        }
        return render(request, "console/action.html", context, status=status)

    return act


def form_of(action: Action, request: Call, record: Any | None) -> forms.Form:
    """The action's form: what was typed, else the record's values under the fields' names.

    A form that depends on who asks, or on the record, declares
    `prepare(self, *, record, person, roles, now) -> None`; it is called before the form is shown or read.
    """
    kind = action.form or Confirmation
    data = request.POST if request.method == "POST" else None
    files = request.FILES if request.method == "POST" else None
    form = kind(data, files, initial=_initial(kind, request, record))
    prepare = getattr(form, "prepare", None)
    if prepare is not None:
        prepare(record=record, person=request.person, roles=request.roles, now=request.now)
    return form


def call(action: Action, register: Register, request: Call, record: Any | None, form: forms.Form) -> Any:
    """The service's answer. Raises what it refuses."""
    given = dict(form.cleaned_data)
    if record is not None:
        given[register.model._meta.model_name or ""] = record  # noqa: SLF001 - Django's documented API
    return action.do(**given, by=request.person, now=request.now)


def _initial(kind: type[forms.Form], request: Call, record: Any | None) -> dict[str, Any]:
    names = kind.base_fields
    found = {name: getattr(record, name) for name in names if record is not None and hasattr(record, name)}
    return found | {name: _asked(field, request, name) for name, field in names.items() if name in request.GET}


def _asked(field: forms.Field, request: Call, name: str) -> str | list[str]:
    """What the address fills in: all of it where several may be chosen."""
    several = getattr(field.widget, "allow_multiple_selected", False)
    return request.GET.getlist(name) if several else request.GET[name]


def _done(request: Call, register: Register, action: Action, record: Any, answer: Any) -> HttpResponse:
    where = _where(register, record, answer)
    if action.shows_once and isinstance(answer, Mapping):
        shown = [(name, value) for name, value in answer.items() if not isinstance(value, Model)]
        context = {"register": register, "action": action, "shown": shown, "back": where}
        response = render(request, "console/shown_once.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response
    messages.success(request, _("Done: %(action)s.") % {"action": action.label})
    return redirect(where)


def _where(register: Register, record: Any, answer: Any) -> str:
    """The page of what the service gave back, else of the record, else the list."""
    made = (
        next((value for value in answer.values() if isinstance(value, Model)), None)
        if isinstance(answer, Mapping)
        else answer
    )
    for one in (made, record):
        if isinstance(one, Model):
            other = register if isinstance(one, register.model) else registers.get(one._meta.label_lower)  # noqa: SLF001 - the same
            if other is not None and address(other, one.pk):
                return address(other, one.pk)
    return reverse(f"console:{register.key}.list")
