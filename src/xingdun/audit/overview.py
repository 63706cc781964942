"""What the first page tells of the ledger."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from xingdun.audit.models import Pending
from xingdun.audit.selectors import checkpoints
from xingdun.frame.overview import Link, Number, Tile, Viewer, show


def ledger_state(viewer: Viewer) -> Sequence[Number]:
    """Entries sealed, when last, and how many wait."""
    del viewer
    last = checkpoints().first()
    waiting = Pending.objects.count()
    return (
        Number(_("entries sealed"), last.size if last else 0, Link("audit.entry")),
        Number(_("last checkpoint"), last.at if last else str(_("none yet")), Link("audit.checkpoint")),
        Number(_("waiting to be sealed"), waiting),
    )


show(Tile("audit.ledger", _("Is the record whole?"), "audit.entry.view", ledger_state, icon="notebook", order=90))
