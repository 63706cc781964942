"""What the first page tells of access: requests that wait, windows open now, break-glass to review."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from xingdun.access import selectors
from xingdun.access.models import Request
from xingdun.frame.overview import Link, Number, Tile, Viewer, show


def _requests(viewer: Viewer) -> Sequence[Number]:
    del viewer
    mine = selectors.requests_visible()
    waiting = mine.filter(state=Request.State.WAITING).count()
    approved = mine.filter(state=Request.State.APPROVED).count()
    return (
        Number(_("waiting for approval"), waiting, Link("access.request", {"state": "waiting"})),
        Number(_("approved, not opened yet"), approved, Link("access.request", {"state": "approved"})),
    )


def _windows(viewer: Viewer) -> Sequence[Number]:
    seen = selectors.grants_visible()
    open_now = seen.filter(closed_at__isnull=True, expires_at__gt=viewer.now).count()
    late = seen.filter(break_glass=True, reviewed_at__isnull=True, review_due_at__lt=viewer.now).count()
    due = seen.filter(break_glass=True, reviewed_at__isnull=True, review_due_at__gte=viewer.now).count()
    return (
        Number(_("windows open now"), open_now, Link("access.grant")),
        Number(
            _("break-glass to review"),
            due + late,
            Link("access.grant", {"break_glass": "True"}),
            tone="violated" if late else "due" if due else "plain",
        ),
    )


show(
    Tile(
        key="access.requests",
        question=_("Who asks for data?"),
        permission="access.request.view",
        numbers=_requests,
        icon="file-search",
        order=20,
    ),
    Tile(
        key="access.windows",
        question=_("Who can look into our data now?"),
        permission="access.grant.view",
        numbers=_windows,
        icon="door-enter",
        order=21,
    ),
)
