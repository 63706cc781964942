"""Pages of the ledger: its entries with their proofs, and its signed checkpoints."""

from django.utils.translation import gettext_lazy as _

from xingdun.audit import selectors
from xingdun.audit.models import Checkpoint, Entry
from xingdun.frame.registers import Column, register

MENU = "audit"

register(
    Entry,
    title=_("Ledger"),
    question=_("Who did what, to what, under which grant?"),
    rows=selectors.entries,
    order=("-id",),
    columns=[
        Column("at", kind="time", sort="id"),
        Column("action"),
        Column("actor", kind="record"),
        Column("about", kind="record"),
        Column("under", kind="record"),
        Column("outcome", kind="state"),
    ],
    search=("=about", "=actor", "=action", "=under"),
    filters=("actor", "about", "under", "action", "at"),
    detail=[
        Column("at", kind="time"),
        Column("action"),
        Column("actor", kind="record"),
        Column("about", kind="record"),
        Column("under", kind="record"),
        Column("outcome", kind="state"),
        Column("address"),
        Column("details"),
    ],
    panels=("console/panels/entry.html",),
    empty=_("The ledger is empty. Every change writes an entry here, in the same transaction."),
    icon="notebook",
    menu=MENU,
    heading=lambda entry: str(_("Entry {number}")).format(number=entry.pk),
)

register(
    Checkpoint,
    title=_("Checkpoints"),
    question=_("Which states of the ledger have been signed?"),
    rows=selectors.checkpoints,
    order=("-size",),
    columns=[
        Column("size", kind="number", sort="size"),
        Column("at", kind="time"),
        Column("root", _("root (SHA-256)")),
        Column("sm3_root", _("root (SM3)")),
    ],
    filters=("size",),
    panels=("console/panels/checkpoint.html",),
    empty=_("Nothing is signed yet. The sealer signs a checkpoint each second in which something happened."),
    icon="signature",
    menu=MENU,
    heading=lambda checkpoint: str(_("Checkpoint at {size} entries")).format(size=checkpoint.size),
)
