"""The operations of a register: list it, read one record, do what its actions do."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from xingdun.doors.api import bodies, documents, rows
from xingdun.doors.api.errors import NotAvailable
from xingdun.doors.console.filters import filters_of
from xingdun.doors.console.pages import page
from xingdun.doors.console.views.downloads import answer_with
from xingdun.doors.identity.calls import Call
from xingdun.frame.errors import BadInput, NotFound
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Action, Download, Register

PAGING = ("sort", "limit", "cursor")


def _known(request: Call, register: Register) -> None:
    """Raise BadInput for a query parameter that nothing reads: a filter with a slip would show too much."""
    known = {*PAGING, *documents.filter_names(register)}
    for name in request.GET:
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0.0)
            raise BadInput(
                field=name, problem=_("there is no such parameter; the nearest is %(name)s") % {"name": nearest[0]}
            )


def _list_of(register: Register) -> Callable[..., Any]:
    @page(f"{register.key}.view")
    def show(request: Call) -> dict[str, Any]:
        _known(request, register)
        order = rows.order_of(register, request.GET.get("sort", ""))
        limit = rows.limit_of(request.GET.get("limit", ""))
        filters = filters_of(register.key)(request.GET, queryset=register.rows(), roles=request.roles)
        if not filters.is_valid():
            errors = [{"field": name, "problem": str(one)} for name, all_ in filters.errors.items() for one in all_]
            raise BadInput(field=errors[0]["field"], problem=errors[0]["problem"], errors=errors)
        found, following = rows.page_of(filters.qs, order, cursor=request.GET.get("cursor", ""), limit=limit)
        return {"items": [rows.present(record, register.columns) for record in found], "next": following}

    return show


def record_of(register: Register, key: str) -> Any:
    """The record of that key, among the rows the caller may see. Raises NotFound."""
    try:
        found = register.rows().filter(pk=key).first()
    except (ValidationError, ValueError, OverflowError):
        found = None
    if found is None:
        raise NotFound
    return found


def _detail_of(register: Register) -> Callable[..., Any]:
    lines = {column.name: column for column in (*register.columns, *register.detail)}

    @page(f"{register.key}.view")
    def show(request: Call, pk: str) -> dict[str, Any]:
        record = record_of(register, pk)
        offered = [
            action.key
            for action in register.actions
            if action.on == "record"
            and permitted(f"{register.key}.{action.key}", request.roles)
            and (action.available is None or action.available(record))
        ]
        return rows.present(record, lines.values()) | {"actions": offered}

    return show


def _told(answer: Any) -> dict[str, Any]:
    """What a service gave back: a record by its reference, or what is shown once."""
    if isinstance(answer, Model):
        return rows.present(answer, ())
    if isinstance(answer, Mapping):
        return {str(name): rows.shown(value) for name, value in answer.items()}
    return {"result": rows.shown(answer)}


def _action_of(register: Register, action: Action) -> Callable[..., Any]:
    name = register.model._meta.model_name or ""  # noqa: SLF001 - Django's documented API

    def act(request: Call, record: Any | None) -> dict[str, Any]:
        if record is not None and action.available is not None and not action.available(record):
            raise NotAvailable(action=action.label)
        given = bodies.cleaned(action, request, record)
        if record is not None:
            given[name] = record
        return _told(action.do(**given, by=request.person, now=request.now))

    permission = f"{register.key}.{action.key}"
    if action.on == "list":

        @page(permission)
        def on_list(request: Call) -> dict[str, Any]:
            return act(request, None)

        return on_list

    @page(permission)
    def on_record(request: Call, pk: str) -> dict[str, Any]:
        return act(request, record_of(register, pk))

    return on_record


def _download_of(register: Register, download: Download) -> Callable[..., HttpResponse]:
    permission = f"{register.key}.{download.key}"
    if download.on == "list":

        @page(permission)
        def of_list(request: Call) -> HttpResponse:
            return answer_with(request, register, download, None)

        return of_list

    @page(permission)
    def of_record(request: Call, pk: str) -> HttpResponse:
        record = record_of(register, pk)
        if download.available is not None and not download.available(record):
            raise NotAvailable(action=download.label)
        return answer_with(request, register, download, record)

    return of_record


def router_of(register: Register) -> Router:
    """Every operation of a register."""
    router = Router(tags=[register.key])
    stem = register.key.replace(".", "_")

    def add(path: str, method: str, name: str, view: Callable[..., Any], extra: dict[str, Any]) -> None:
        view.__name__ = f"{stem}_{name}"
        router.add_api_operation(
            path, [method], view, operation_id=f"{stem}_{name}", summary=extra.pop("summary"), openapi_extra=extra
        )

    add("/", "GET", "list", _list_of(register), documents.list_extra(register))
    for action in register.actions:
        where = "-" if action.on == "list" else "{pk}"
        add(f"/{where}/{action.key}", "POST", action.key, _action_of(register, action), documents.action_extra(action))
    for download in register.downloads:
        where = "-" if download.on == "list" else "{pk}"
        view = _download_of(register, download)
        add(f"/{where}/{download.key}", "GET", download.key, view, documents.download_extra(download))
    add("/{pk}", "GET", "detail", _detail_of(register), documents.detail_extra(register))
    return router
