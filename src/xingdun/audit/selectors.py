"""Reading the ledger."""

from django.db.models import QuerySet

from xingdun.audit.models import Checkpoint, Entry, Leaf


def entries() -> QuerySet[Entry]:
    """The institution's entries, newest first."""
    return Entry.objects.order_by("-id")


def checkpoints() -> QuerySet[Checkpoint]:
    """Signed checkpoints, newest first."""
    return Checkpoint.objects.order_by("-size")


def leaf_of(entry: Entry) -> Leaf | None:
    """The entry's place in the tree; None until the sealer has reached it."""
    return Leaf.objects.filter(entry_id=entry.pk).first()
