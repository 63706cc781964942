"""The list of a register."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.filters import RegisterFilter, filters_of, names_of
from xingdun.doors.console.pages import page
from xingdun.doors.console.paging import PAGE_SIZE, BoundedPaginator
from xingdun.doors.console.references import Links
from xingdun.doors.console.tables import RegisterTable, table_of
from xingdun.doors.console.views.actions import offered
from xingdun.doors.console.views.downloads import handed_out
from xingdun.frame.registers import Register

FIRST_FILTERS = 5
View = Callable[..., HttpResponse]


def filtered(request: Call, register: Register) -> tuple[Any, RegisterFilter]:
    """The rows that the request's filters leave, in the register's order; none when a filter cannot be read."""
    rows = register.rows().order_by(*register.order)
    filters = filters_of(register.key)(request.GET, queryset=rows, roles=request.roles)
    return (filters.qs if filters.is_valid() else rows.none()), filters


def table(request: Call, register: Register, rows: Any, links: Links) -> RegisterTable:
    """A page of `rows`, sorted as asked."""
    made = table_of(register.key)(rows, now=request.now, links=links, order_by=request.GET.getlist("sort"))
    made.paginate(paginator_class=BoundedPaginator, per_page=PAGE_SIZE, page=request.GET.get("page", 1))
    made.look_up_references()
    return made


def view_of(register: Register) -> View:
    """The view that lists `register`; htmx gets the list alone, everyone else the whole page."""

    @page(f"{register.key}.view")
    @require_safe
    def show(request: Call) -> HttpResponse:
        rows, filters = filtered(request, register)
        links = Links(request.roles)
        made = table(request, register, rows, links)
        active = filters.active()
        fields = list(filters.form)
        part = request.htmx and not request.htmx.history_restore_request
        context = {
            "register": register,
            "table": made,
            "filters": filters,
            "active": active,
            "first_filters": fields[:FIRST_FILTERS],
            "more_filters": fields[FIRST_FILTERS:],
            "more_active": any(name in request.GET for field in fields[FIRST_FILTERS:] for name in names_of(field)),
            "links": links,
            "address": reverse(f"console:{register.key}.list"),
            "offered": offered(request, register, None),
            "downloads": handed_out(request, register, None),
        }
        response = render(request, "console/parts/list.html" if part else "console/list.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return show
