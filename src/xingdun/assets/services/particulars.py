"""What filings say of the institution and of its networks: entered once, kept up to date."""

from datetime import datetime
from typing import Any

from django.db import transaction

from xingdun.assets.models import InstitutionParticulars, Network, NetworkParticulars
from xingdun.assets.services.reading import locked
from xingdun.audit import services as audit
from xingdun.organisation.models import Person


@transaction.atomic
def institution_particulars_keep(*, by: Person, now: datetime, **told: Any) -> InstitutionParticulars:
    """Keep table 1 of the filing form. told: fields of InstitutionParticulars."""
    kept, _made = InstitutionParticulars.objects.select_for_update().update_or_create(
        institution_id=by.institution_id, defaults=told
    )
    _tell("institutionparticulars.keep", kept, told, by, now)
    return kept


@transaction.atomic
def network_particulars_keep(*, network: Network, by: Person, now: datetime, **told: Any) -> NetworkParticulars:
    """Keep what tables 2 and 4 and the grading report say of a network. told: fields of NetworkParticulars.

    Raises NetworkRetired.
    """
    network = locked(network)
    kept, _made = NetworkParticulars.objects.update_or_create(
        network=network, defaults={"institution_id": network.institution_id, **told}
    )
    _tell("networkparticulars.keep", kept, told, by, now)
    return kept


def _tell(action: str, kept: Any, told: dict[str, Any], by: Person, now: datetime) -> None:
    """Which fields are filled in; their words name people, so they stay out of the entry."""
    filled = sorted(name for name, value in told.items() if value not in (None, "", []))
    audit.record(actor=by, action=action, about=kept, now=now, details={"filled": filled})
