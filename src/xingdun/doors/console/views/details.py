"""The page of a record."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xingdun.doors.console import values
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.paging import FirstRows
from xingdun.doors.console.records import record_of
from xingdun.doors.console.references import Links
from xingdun.doors.console.tables import table_of
from xingdun.doors.console.views.actions import offered
from xingdun.doors.console.views.downloads import handed_out
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Register, Related, registers

RELATED_ROWS = 10
OPENED_ROWS = 500


def view_of(register: Register) -> Callable[..., HttpResponse]:
    """The view that shows one record of `register`: its lines, its panels, what belongs to it, what may be done."""

    @page(f"{register.key}.view")
    @require_safe
    def show(request: Call, pk: str) -> HttpResponse:
        record = record_of(register, pk)
        links = Links(request.roles)
        lines = register.detail or register.columns
        links.collect(values.several(record, values.paths(lines, "record")))
        lists = list(related(request, record, register.related, links))
        context = {
            "register": register,
            "record": record,
            "heading": register.heading(record),
            "lines": [(values.heading(register.model, line), line) for line in lines],
            "related": [one for one in lists if one["table"].paginator.count],
            "empty": [one for one in lists if not one["table"].paginator.count],
            "links": links,
            "offered": offered(request, register, record),
            "downloads": handed_out(request, register, record),
        }
        return render(request, "console/detail.html", context)

    return show


def related(request: Call, record: Any, lists: tuple[Related, ...], links: Links) -> Iterator[dict[str, Any]]:
    """The lists of what belongs to `record`, as far as the reader may see them; `?show=<place>` opens one further."""
    for place, one in enumerate(lists):
        other = registers.get(one.register)
        if other is None or not permitted(f"{other.key}.view", request.roles):
            continue
        rows = one.rows(record)
        if not rows.query.order_by:
            rows = rows.order_by(*other.order)
        made = table_of(other.key)(rows, now=request.now, links=links, orderable=False)
        most = OPENED_ROWS if request.GET.get("show") == str(place) else RELATED_ROWS
        made.paginate(per_page=most, paginator_class=FirstRows)
        made.look_up_references()
        made.hide_what_is_said(record)
        yield {
            "title": one.title,
            "empty": one.empty or other.empty,
            "table": made,
            "more": made.paginator.more,
            "place": place,
            "opened": most == OPENED_ROWS,
            "offered": offered(request, other, None),
        }
