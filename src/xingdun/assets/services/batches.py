"""Recording results, with the findings of a file or without one."""

import hashlib
from datetime import date, datetime
from typing import BinaryIO

from django.db import connection, transaction

from xingdun.assets.finding_errors import FileImportedAlready, MethodUnfit, NoticeMissing
from xingdun.assets.models import METHODS, Evaluation, FindingBatch, Inspection, Network, Origin
from xingdun.assets.scanners import read_scan
from xingdun.assets.scanners.found import MOST_NAME
from xingdun.assets.services.inspections import open_inspection
from xingdun.assets.services.reading import happened, locked
from xingdun.assets.services.taking_over import take_over
from xingdun.audit import services as audit
from xingdun.organisation.models import Person

_CHUNK = 1 << 20


@transaction.atomic
def batch_record(
    *,
    origin: str,
    title: str,
    performed_on: date,
    performed_by: str,
    by: Person,
    now: datetime,
    network: Network | None = None,
    inspection: Inspection | None = None,
    evaluation: Evaluation | None = None,
    notice_number: str = "",
    conclusions: str = "",
    file: BinaryIO | None = None,
) -> FindingBatch:
    """Record a dated result, and take over the findings of its file: of a scanner, or the platform's sheet.

    A finding known by its fingerprint is seen again; a closed one comes back; one that is not there any more, though
    its target was looked at, is marked and never closed. Raises NoticeMissing, MethodUnfit, DateAhead, NetworkRetired,
    InspectionConcluded, FileImportedAlready, and what `read_scan` refuses.
    """
    happened(performed_on, now=now)
    if origin == Origin.AUTHORITY and not notice_number.strip():
        raise NoticeMissing
    if inspection is not None:
        if origin not in METHODS:
            raise MethodUnfit
        inspection = open_inspection(inspection)
    _one_at_a_time(network, by)
    batch = FindingBatch(
        institution_id=by.institution_id,
        origin=origin,
        title=title.strip(),
        performed_on=performed_on,
        performed_by=performed_by.strip(),
        network=network,
        inspection=inspection,
        evaluation=evaluation,
        notice_number=notice_number.strip(),
        conclusions=conclusions.strip(),
        recorded_by=by,
        recorded_at=now,
    )
    if file is not None:
        _name(batch, file)
        result = read_scan(file)
        batch.tool, batch.covered = result.tool, None if result.covered is None else len(result.covered)
        batch.informational, batch.dismissed = result.informational, result.dismissed
        batch.save(force_insert=True)
        take_over(batch, result, now=now)
    else:
        batch.save(force_insert=True)
    _tell(batch, by, now)
    return batch


def _one_at_a_time(network: Network | None, by: Person) -> None:
    """Two files of one network are taken over one after the other, so that a finding is not made twice."""
    if network is not None:
        locked(network)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"findings:{by.institution_id}"])


def _name(batch: FindingBatch, file: BinaryIO) -> None:
    """Keep the file's name and digest. Raises FileImportedAlready."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    batch.file_digest = digest.hexdigest()
    batch.file_name = str(getattr(file, "name", "") or "").rpartition("/")[2][-200:]
    before = FindingBatch.objects.filter(
        institution=batch.institution_id, network=batch.network, file_digest=batch.file_digest
    ).first()
    if before is not None:
        raise FileImportedAlready(batch=before)


def _tell(batch: FindingBatch, by: Person, now: datetime) -> None:
    counted = ("added", "seen_again", "returned", "vanished", "informational", "dismissed")
    details = {
        "origin": batch.origin,
        "on": str(batch.performed_on),
        "notice": batch.notice_number,
        "tool": batch.tool[:MOST_NAME],
        "file": batch.file_digest,
        **{name: getattr(batch, name) for name in counted},
    }
    audit.record(actor=by, action="findingbatch.record", about=batch, now=now, under=batch.network, details=details)
