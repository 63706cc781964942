"""What is established about people: identity, background, confidentiality, certificates."""

from datetime import datetime

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.organisation.errors import AlreadyLeft, OwnRecord, RecordOfTheFuture
from xingdun.organisation.models import Person, PersonnelRecord


@transaction.atomic
def person_add_record(
    *,
    person: Person,
    kind: str,
    document: str,
    by: Person,
    now: datetime,
    issuer: str = "",
    passed: bool = True,
    done_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> PersonnelRecord:
    """Record what was established about someone else; earlier records stay, the newest of a kind counts.

    Raises AlreadyLeft, OwnRecord, RecordOfTheFuture. Source: MEASURES-10e, MEASURES-10f, MEASURES-10g, DIGITAL-5.1.2b.
    """
    if person.left_at:
        raise AlreadyLeft(person=person)
    if person.pk == by.pk:
        raise OwnRecord
    done = done_at or now
    if done > now or (expires_at is not None and expires_at <= done):
        raise RecordOfTheFuture
    record = PersonnelRecord.objects.create(
        institution_id=person.institution_id,
        person=person,
        kind=kind,
        document=document,
        issuer=issuer,
        passed=passed,
        done_at=done,
        expires_at=expires_at,
        by=by,
        at=now,
    )
    audit.record(
        actor=by,
        action="person.add_record",
        about=person,
        now=now,
        details={"record": record.reference, "kind": str(kind), "passed": passed},
    )
    return record
