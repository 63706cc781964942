"""What the caller sees of themselves: who they are, what waits for them, the numbers of the first page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from ninja import Router

from xingdun.approvals.selectors import waiting_for
from xingdun.doors.api import rows
from xingdun.doors.console.pages import page
from xingdun.doors.identity.calls import Call
from xingdun.frame.overview import Link, Panel, Tile, Viewer, in_order, panels, tiles
from xingdun.frame.permissions import PERMISSIONS, permitted
from xingdun.frame.registers import registers

router = Router(tags=["reader"])


@router.get("/me/", operation_id="me", openapi_extra={"summary": _("Who am I, and what may I do?")})
@page("console.account.view")
def me(request: Call) -> dict[str, Any]:
    """The person, the roles held now, and the actions they include; for a token, its scopes among them."""
    allowed = {action for action in PERMISSIONS if permitted(action, request.roles)}
    if request.token is not None:
        allowed &= set(request.token.scopes)
    return {**rows.present(request.person, ()), "roles": sorted(request.roles), "actions": sorted(allowed)}


@router.get("/desk/", operation_id="desk", openapi_extra={"summary": _("What waits for my decision?")})
@page("approvals.process.view")
def desk(request: Call) -> dict[str, Any]:
    """The processes whose open step the caller may decide, oldest first."""
    waiting = waiting_for(request.person, now=request.now).order_by("opened_at")[: rows.HIGHEST_LIMIT]
    columns = registers["approvals.process"].columns
    return {"items": [rows.present(process, columns) for process in waiting], "next": None}


@router.get("/overview/", operation_id="overview", openapi_extra={"summary": _("The numbers of the first page")})
@page("console.overview.view")
def overview(request: Call) -> dict[str, Any]:
    """Each number with the register and filters that show what it counts; each chart as its table."""
    viewer = Viewer(request.person, request.person.institution_id, request.roles, request.now)
    seen = [one for one in in_order(tiles.values()) if permitted(one.permission, request.roles)]
    drawn = [one for one in in_order(panels.values()) if permitted(one.permission, request.roles)]
    return {"tiles": [_tile(tile, viewer) for tile in seen], "panels": [_panel(panel, viewer) for panel in drawn]}


def _link(link: Link | None) -> dict[str, Any] | None:
    return {"register": link.register, "filters": dict(link.filters), "record": link.record} if link else None


def _tile(tile: Tile, viewer: Viewer) -> dict[str, Any]:
    numbers = [
        {"label": str(one.label), "value": rows.shown(one.value), "tone": one.tone, "link": _link(one.link)}
        for one in tile.numbers(viewer)
    ]
    return {"key": tile.key, "question": str(tile.question), "numbers": numbers}


def _panel(panel: Panel, viewer: Viewer) -> dict[str, Any]:
    chart = panel.chart(viewer)
    told: dict[str, Any] = {"key": panel.key, "question": str(panel.question), "chart": None}
    if chart is not None:
        series = [{"name": str(one.name), "values": list(one.values)} for one in chart.series]
        categories = [str(one) for one in chart.categories]
        told["chart"] = {"categories": categories, "series": series, "unit": str(chart.unit)}
    return told
