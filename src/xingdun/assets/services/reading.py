"""What several services ask before they write."""

from datetime import date, datetime

from django.utils import timezone

from xingdun.assets.errors import DateAhead, NetworkRetired
from xingdun.assets.models import Network


def locked(network: Network, *, retired: bool = False) -> Network:
    """The network as it stands, held until the transaction ends. Raises NetworkRetired unless `retired` may be."""
    found = Network.objects.select_for_update().get(pk=network.pk)
    if found.retired_at is not None and not retired:
        raise NetworkRetired(network=found)
    return found


def happened(day: date | None, *, now: datetime) -> None:
    """Raise DateAhead for a day that is still to come."""
    if day is not None and day > timezone.localdate(now):
        raise DateAhead(day=day)
