"""The first page: what the domains declared, for whoever looks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from xingdun.doors.console import display
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.frame.overview import Chart, Link, Panel, Viewer, in_order, panels, tiles
from xingdun.frame.permissions import permitted


@page("console.overview.view")
@require_safe
def overview(request: Call) -> HttpResponse:
    """Tiles first, then charts with their tables."""
    viewer = Viewer(request.person, request.person.institution_id, request.roles, request.now)
    context = {"tiles": list(shown_tiles(viewer)), "panels": list(shown_panels(viewer))}
    return render(request, "console/overview.html", context)


def address_of(link: Link | None) -> str:
    """Where a link leads; empty when there is no such page."""
    if link is None:
        return ""
    try:
        if link.record:
            return reverse(f"console:{link.register}.detail", kwargs={"pk": link.record})
        stem = reverse(f"console:{link.register}.list")
    except NoReverseMatch:
        return ""
    return f"{stem}?{urlencode(link.filters)}" if link.filters else stem


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
            yield {"panel": panel, "chart": chart, "address": address_of(panel.link), **_drawn(panel, chart)}


def _drawn(panel: Panel, chart: Chart | None) -> dict[str, Any]:
    if chart is None:
        return {}
    links = [[address_of(link) for link in series.links] for series in chart.series]
    data = {
        "kind": chart.kind,
        "unit": str(chart.unit),
        "title": str(panel.question),
        "categories": [str(category) for category in chart.categories],
        "series": [
            {"name": str(series.name), "values": list(series.values), "links": addresses, "tone": series.tone}
            for series, addresses in zip(chart.series, links, strict=True)
        ],
    }
    rows = [
        {
            "category": category,
            "cells": [
                {"value": series.values[place], "address": addresses[place] if place < len(addresses) else ""}
                for series, addresses in zip(chart.series, links, strict=True)
            ],
        }
        for place, category in enumerate(chart.categories)
    ]
    return {"data": data, "rows": rows, "identifier": f"chart-{panel.key.replace('.', '-')}"}


def _told(value: Any) -> str:
    return display.absolute(value) if isinstance(value, datetime) else display.number(value)
