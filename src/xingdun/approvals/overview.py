"""What the first page tells of the approvals."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from xingdun.approvals.models import Process
from xingdun.approvals.selectors import waiting_for
from xingdun.frame.overview import Link, Number, Tile, Viewer, show


def desk(viewer: Viewer) -> Sequence[Number]:
    """What waits for the viewer, what waits for anyone, and what nobody can decide any more."""
    mine = waiting_for(viewer.person, now=viewer.now).count()
    waiting = Process.objects.filter(state=Process.State.OPEN)
    numbers = [
        Number(_("wait for my decision"), mine, Link("approvals.desk")),
        Number(_("waiting in all"), waiting.count(), Link("approvals.process", {"state": Process.State.OPEN.value})),
    ]
    stuck = waiting.filter(stuck=True).count()
    if stuck:
        link = Link("approvals.process", {"stuck": "True"})
        numbers.append(Number(_("nobody can decide"), stuck, link, tone="violated"))
    return numbers


show(Tile("approvals.desk", _("What waits for me?"), "approvals.process.view", desk, icon="gavel", order=10))
