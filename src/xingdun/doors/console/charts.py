"""What a chart is drawn from, and the table that says the same."""

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from xingdun.frame.overview import Chart, Link


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


def drawing(chart: Chart, *, question: Any, key: str) -> dict[str, Any]:
    """What `console/parts/chart.html` needs: the chart's data, its table's rows, and an identifier from `key`."""
    links = [[address_of(link) for link in series.links] for series in chart.series]
    data = {
        "kind": chart.kind,
        "unit": str(chart.unit),
        "title": str(question),
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
    return {"chart": chart, "data": data, "rows": rows, "identifier": f"chart-{key.replace('.', '-')}"}
