"""Filing, changing and withdrawing requests for data."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from xingdun.access import masks, routing
from xingdun.access.errors import (
    CannotWithdraw,
    ColumnElsewhere,
    NotAdmissible,
    NothingAsked,
    NotYours,
    WidensRequest,
)
from xingdun.access.models import Recipient, Request, RequestedColumn, RowRule
from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.audit import services as audit
from xingdun.data.models import Column, Source
from xingdun.organisation.models import Person

_NUMBERS = 0x5844_5245_5100_0000  # advisory lock under which numbers are given out


def next_number() -> int:
    """The next number of a request, given out one by one until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS])
    return (Request.objects.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def request_create(
    *,
    source: Source,
    columns: Iterable[Column],
    purpose: str,
    legal_basis: str,
    reason: str,
    days: int,
    by: Person,
    now: datetime,
    rows: Iterable[Mapping[str, Any]] = (),
    recipient: str = Recipient.OWN_DEPARTMENT,
    **documents: Any,
) -> Request:
    """File a request; the grades of its columns decide who must approve.

    rows: mappings of column, operator and values. documents: what the request stands on, by the model's fields
    (project_number, recipient_name, agreement, state_approval, …). Raises NothingAsked, ColumnElsewhere, NotAdmissible
    with every rule in the way, and approvals' NoApprover when a step could never be met.
    Source: MEASURES-21f, MEASURES-22.4b, DIGITAL-4.3.2a.
    """
    chosen = _columns_of(source, columns)
    grade, today = routing.grade_of(chosen), timezone.localdate(now)
    request = Request.objects.create(
        institution_id=by.institution_id,
        number=next_number(),
        applicant=by,
        source=source,
        purpose=purpose,
        legal_basis=legal_basis,
        reason=reason,
        recipient=recipient,
        days=days,
        subject=sorted(grade.subject),
        sensitivity=grade.sensitivity,
        level=grade.level,
        filed_at=now,
        **documents,
    )
    RequestedColumn.objects.bulk_create(
        RequestedColumn(
            institution_id=by.institution_id,
            request=request,
            column=column,
            mask=masks.to_json(mask.mask),
            mask_reason=mask.reason,
        )
        for column, mask in ((column, masks.choose(column, purpose=purpose, on=today)) for column in chosen)
    )
    _add_rows(request, rows, source)
    route = routing.route_of(request, chosen)
    if route.refusals:
        raise NotAdmissible(reasons=routing.told(route.refusals))
    approvals.process_open(
        about=request,
        title=f"{request.number} · {request.get_purpose_display()} · {source}",
        content=content_of(request),
        steps=routing.steps_of(route, chosen),
        by=by,
        now=now,
    )
    audit.record(
        actor=by,
        action="request.create",
        about=request,
        now=now,
        reason=reason,
        details={
            "purpose": purpose,
            "legal_basis": legal_basis,
            "columns": len(chosen),
            "subject": request.subject,
            "days": days,
        },
    )
    return request


def _columns_of(source: Source, columns: Iterable[Column]) -> list[Column]:
    chosen = list(columns)
    if not chosen:
        raise NothingAsked
    for column in chosen:
        if column.dataset.source_id != source.pk or column.gone_at:
            raise ColumnElsewhere(column=column, source=source)
    return chosen


def _add_rows(request: Request, rows: Iterable[Mapping[str, Any]], source: Source) -> None:
    for row in rows:
        _columns_of(source, [row["column"]])
        RowRule.objects.create(
            institution_id=request.institution_id,
            request=request,
            column=row["column"],
            operator=row.get("operator", RowRule.Operator.AMONG),
            values=[str(value) for value in row["values"]],
        )


def content_of(request: Request) -> dict[str, Any]:
    """What is approved: everything that decides what leaves, in one value whose digest is fixed."""
    return {
        "number": request.number,
        "applicant": str(request.applicant_id),
        "source": str(request.source_id),
        "purpose": request.purpose,
        "legal_basis": request.legal_basis,
        "recipient": [request.recipient, request.recipient_name],
        "columns": sorted(str(key) for key in request.columns.values_list("column", flat=True)),
        "rows": sorted([str(row.column_id), row.operator, *row.values] for row in request.rows.all()),
        "days": request.days,
        "project": request.project_number,
    }


def process_of(request: Request) -> Process | None:
    """The approvals of this request."""
    return Process.objects.filter(about=request.reference).order_by("-opened_at").first()


@transaction.atomic
def request_approve(
    *,
    request: Request,
    by: Person,
    now: datetime,
    reason: str = "",
    cut: Iterable[UUID | str] = (),
    days: int | None = None,
) -> Request:
    """Approve the step that is open, perhaps with fewer columns (keys of requested columns) or a shorter period.

    Raises WidensRequest, and what approvals refuse.
    """
    process = process_of(request)
    if process is None:
        raise CannotWithdraw(state=request.get_state_display())
    if days is not None and not 1 <= days <= request.days:
        raise WidensRequest
    keys = sorted(str(key) for key in cut)
    remaining = request.columns.filter(cut_by__isnull=True)
    if remaining.filter(pk__in=keys).count() != len(keys):
        raise WidensRequest
    if keys and remaining.count() == len(keys):
        raise NothingAsked
    changes: dict[str, Any] = {}
    if keys:
        changes["cut"] = keys
    if days is not None and days != request.days:
        changes["days"] = days
    approvals.process_decide(process=process, approves=True, by=by, now=now, reason=reason, changes=changes)
    request.refresh_from_db()
    return request


def request_refuse(*, request: Request, reason: str, by: Person, now: datetime) -> Request:
    """Refuse, with the reason."""
    process = process_of(request)
    if process is None:
        raise CannotWithdraw(state=request.get_state_display())
    approvals.process_decide(process=process, approves=False, by=by, now=now, reason=reason)
    request.refresh_from_db()
    return request


@transaction.atomic
def request_withdraw(*, request: Request, by: Person, now: datetime) -> Request:
    """Take back what waits or was not opened."""
    request = Request.objects.select_for_update().get(pk=request.pk)
    if request.applicant_id != by.pk:
        raise NotYours
    if request.state not in {Request.State.WAITING, Request.State.APPROVED}:
        raise CannotWithdraw(state=request.get_state_display())
    process = process_of(request)
    if process is not None and process.state == Process.State.OPEN:
        approvals.process_withdraw(process=process, by=by, now=now)
    request.state, request.ended_at = Request.State.WITHDRAWN, now
    request.save(update_fields=["state", "ended_at"])
    audit.record(actor=by, action="request.withdraw", about=request, now=now)
    return request
