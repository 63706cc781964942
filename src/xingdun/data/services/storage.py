"""Stating where and how a source keeps its data."""

from datetime import datetime

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.data.models import Source, StorageRecord
from xingdun.organisation.models import Person


@transaction.atomic
def source_record_storage(
    *,
    source: Source,
    country: str,
    place: str,
    hosting: str,
    medium: str,
    by: Person,
    now: datetime,
    management: str = "",
    physical: str = "",
    technical: str = "",
) -> StorageRecord:
    """State where and how a source keeps its data; what was stated before stays (MEASURES-22.3a, MEASURES-22.3b).

    country: ISO 3166-1 alpha-2. A place abroad is kept as well: the duty then says what it breaks.
    """
    record = StorageRecord.objects.create(
        institution_id=source.institution_id,
        source=source,
        country=country.upper(),
        place=place,
        hosting=hosting,
        medium=medium,
        management=management,
        physical=physical,
        technical=technical,
        by=by,
        at=now,
    )
    audit.record(
        actor=by,
        action="source.record_storage",
        about=source,
        now=now,
        details={"record": record.reference, "country": record.country, "hosting": str(hosting)},
    )
    return record
