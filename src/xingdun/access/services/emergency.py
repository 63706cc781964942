"""Break-glass: access for treating one patient when there is no time to ask."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from xingdun.access import masks, routing
from xingdun.access.errors import NotAdmissible, NothingAsked, PatientMissing
from xingdun.access.models import LegalBasis, Purpose, Request, RequestedColumn, RowRule
from xingdun.access.services.requests import next_number
from xingdun.audit import services as audit
from xingdun.data.models import Column, Source
from xingdun.organisation.models import Person


def request_for_emergency(
    *, source: Source, columns: Iterable[Column], patient: Mapping[str, Any], reason: str, by: Person, now: datetime
) -> tuple[Request, timedelta]:
    """The request behind a break-glass window, and how soon it must be reviewed.

    It names one patient's rows and the reason, and has nobody's approval. Only tables that have the patient's column
    can be limited to the patient, so only those are opened. Raises PatientMissing, NothingAsked, NotAdmissible (two
    locks are never skipped).
    """
    if not patient.get("column") or not patient.get("values"):
        raise PatientMissing
    same = Column.objects.filter(dataset__source=source, name=patient["column"], gone_at__isnull=True)
    by_table = {column.dataset_id: column for column in same}
    chosen = [column for column in columns if column.dataset_id in by_table]
    if not chosen:
        raise NothingAsked
    grade = routing.grade_of(chosen)
    request = Request.objects.create(
        institution_id=by.institution_id,
        number=next_number(),
        applicant=by,
        source=source,
        purpose=Purpose.CARE,
        legal_basis=LegalBasis.VITAL_INTEREST,
        reason=reason,
        days=1,
        subject=sorted(grade.subject),
        sensitivity=grade.sensitivity,
        level=grade.level,
        filed_at=now,
        decided_at=now,
    )
    RequestedColumn.objects.bulk_create(
        RequestedColumn(
            institution_id=by.institution_id,
            request=request,
            column=column,
            mask=masks.to_json(masks.unmasked()),
            mask_reason="break-glass",
        )
        for column in chosen
    )
    RowRule.objects.bulk_create(
        RowRule(
            institution_id=by.institution_id,
            request=request,
            column=by_table[dataset],
            values=[str(value) for value in patient["values"]],
        )
        for dataset in sorted({column.dataset_id for column in chosen}, key=str)
    )
    route = routing.route_of(request, chosen, break_glass=True)
    if route.refusals:
        raise NotAdmissible(reasons=routing.told(route.refusals))
    audit.record(
        actor=by, action="request.emergency", about=request, now=now, reason=reason, details={"columns": len(chosen)}
    )
    return request, next(timedelta(hours=step.within_hours) for step in route.steps if step.within_hours)
