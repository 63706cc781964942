"""The list of a register."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from xingdun.doors.console.filters import RegisterFilter, filters_of
from xingdun.doors.console.pages import page
from xingdun.doors.console.paging import PAGE_SIZE, BoundedPaginator
from xingdun.doors.console.references import Links
from xingdun.doors.console.tables import RegisterTable, table_of
from xingdun.doors.console.views.actions import offered
from xingdun.frame.registers import Register

View = Callable[..., HttpResponse]


def filtered(request: HttpRequest, register: Register) -> tuple[Any, RegisterFilter]:
    """The rows that the request's filters leave, in the register's order; none when a filter cannot be read."""
    rows = register.rows().order_by(*register.order)
    filters = filters_of(register.key)(request.GET, queryset=rows, roles=request.roles)
    return (filters.qs if filters.is_valid() else rows.none()), filters


def table(request: HttpRequest, register: Register, rows: Any, links: Links) -> RegisterTable:
    """A page of `rows`, sorted as asked."""
    made = table_of(register.key)(rows, now=request.now, links=links, order_by=request.GET.getlist("sort"))
    made.paginate(paginator_class=BoundedPaginator, per_page=PAGE_SIZE, page=request.GET.get("page", 1))
    made.look_up_references()
    return made


def view_of(register: Register) -> View:
    """The view that lists `register`; htmx gets the list alone, everyone else the whole page."""

    @page(f"{register.key}.view")
    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        rows, filters = filtered(request, register)
        links = Links(request.roles)
        made = table(request, register, rows, links)
        part = request.htmx and not request.htmx.history_restore_request
        context = {
            "register": register,
            "table": made,
            "filters": filters,
            "active": filters.active(),
            "links": links,
            "address": reverse(f"console:{register.key}.list"),
            "offered": offered(request, register, None),
        }
        response = render(request, "console/parts/list.html" if part else "console/list.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return show
