"""The first page: what the domains declared, for whoever looks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xingdun.doors.console import display
from xingdun.doors.console.calls import Call
from xingdun.doors.console.charts import address_of, drawing
from xingdun.doors.console.pages import page
from xingdun.frame.overview import Viewer, in_order, panels, tiles
from xingdun.frame.permissions import permitted


@page("console.overview.view")
@require_safe
def overview(request: Call) -> HttpResponse:
    """Tiles first, then charts with their tables."""
    viewer = Viewer(request.person, request.person.institution_id, request.roles, request.now)
    context = {"tiles": list(shown_tiles(viewer)), "panels": list(shown_panels(viewer))}
    return render(request, "console/overview.html", context)


def shown_tiles(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """The tiles `viewer` may see and that have something to say."""
    for tile in in_order(tiles.values()):
        numbers = tile.numbers(viewer) if permitted(tile.permission, viewer.roles) else ()
        told = [
            {"number": number, "address": address_of(number.link), "value": _told(number.value)} for number in numbers
        ]
        if told:
            yield {"tile": tile, "first": told[0], "others": told[1:]}


def shown_panels(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """The panels `viewer` may see, each with its chart's data and table."""
    for panel in in_order(panels.values()):
        if permitted(panel.permission, viewer.roles):
            chart = panel.chart(viewer)
            drawn = drawing(chart, question=panel.question, key=panel.key) if chart else {}
            yield {"panel": panel, "chart": chart, "address": address_of(panel.link), **drawn}


def _told(value: Any) -> str:
    return display.absolute(value) if isinstance(value, datetime) else display.number(value)
