"""The sample hospital's database as a source, so that a newcomer finds the main job running."""

from datetime import datetime

from django.db import transaction

from xingdun.data import addresses
from xingdun.data.models import Source
from xingdun.data.services.scans import scan_start
from xingdun.data.services.sources import secret_of, source_create, source_update
from xingdun.organisation.models import Department, Person

BOOTSTRAP = "system:bootstrap"


@transaction.atomic
def sample_register(
    *, url: str, name: str, department: Department, now: datetime, by: Person | str = BOOTSTRAP
) -> Source:
    """Register the synthetic source at `url` (its password is sealed) and start its first scan; safe to call again.

    When it is registered already and lies elsewhere now (another port), its address and password are renewed.
    Call it within the institution's context. Raises what `source_create` raises.
    """
    known = Source.objects.filter(institution=department.institution_id, synthetic=True, name=name).first()
    if known is None:
        source = source_create(
            name=name,
            kind=Source.Kind.POSTGRESQL,
            address=url,
            department=department,
            by=by,
            now=now,
            synthetic=True,
        )
    else:
        source = known
        if addresses.checked(known.kind, url) != (known.address, secret_of(source=known)):
            source = source_update(source=known, name=name, address=url, department=known.department, by=by, now=now)
    if not source.scans.exists():
        scan_start(source=source, by=by, now=now)
    return source
