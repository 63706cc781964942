"""Opening and closing windows. The source's database enforces them; the platform keeps and proves what was granted."""

import secrets as random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import transaction

from xingdun.access import alarms, enforcement, masks, rules
from xingdun.access.enforcement import ColumnSpec, RowFilter, TableSpec, WindowSpec
from xingdun.access.errors import (
    AlreadyClosed,
    AlreadyReviewed,
    KeysGoneCold,
    NotApproved,
    NotYours,
    OwnReview,
    SourceRefused,
)
from xingdun.access.models import Grant, Request, RowRule
from xingdun.access.services.emergency import request_for_emergency
from xingdun.access.services.protection import administering, protection_of
from xingdun.access.services.requests import process_of
from xingdun.approvals.models import Decision
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.kernel.masking import PseudonymKey
from xingdun.organisation.models import Person


def _turned_in_time(request: Request, now: datetime) -> None:
    """Where two keys are asked for, both were turned when the window opens (DIGITAL-4.3.2a)."""
    process = process_of(request)
    turned = Decision.objects.filter(process=process, step__role=Role.KEY_HOLDER, approves=True).order_by("at").first()
    if turned and now - turned.at > rules.keys_turned_within():
        raise KeysGoneCold(hours=int(rules.keys_turned_within() / timedelta(hours=1)))


def specification(request: Request, *, expires_at: datetime) -> WindowSpec:
    """What the source is told: tables, columns with masks, rows, end. The pseudonym key is the grant's own."""
    rows: dict[Any, list[RowFilter]] = {}
    for rule in RowRule.objects.filter(request=request).select_related("column"):
        rows.setdefault(rule.column.dataset_id, []).append(
            RowFilter(rule.column.name, rule.operator, tuple(rule.values))  # type: ignore[arg-type] # the model's choices are the operators
        )
    tables: dict[Any, tuple[str, str, list[ColumnSpec]]] = {}
    chosen = request.columns.filter(cut_by__isnull=True).select_related("column__dataset")
    for asked in chosen.order_by("column__dataset__name", "column__position"):
        dataset = asked.column.dataset
        table = tables.setdefault(dataset.pk, (dataset.schema or "public", dataset.name, []))
        table[2].append(ColumnSpec(asked.column.name, masks.from_json(asked.mask)))
    return WindowSpec(
        tables=tuple(
            TableSpec(schema, name, tuple(columns), tuple(rows.get(key, ())))
            for key, (schema, name, columns) in tables.items()
        ),
        expires_at=expires_at,
        key=PseudonymKey(random.token_bytes(32)),
        label=f"request {request.number}",
    )


def _open(request: Request, *, expires_at: datetime, by: Person, now: datetime, **facts: Any) -> dict[str, Any]:
    """Open the window in the source and keep it as a grant; with its ledger entry or not at all.

    A window whose grant does not commit is closed by the watch, which knows every grant.
    """
    protection = protection_of(request.source)
    spec = specification(request, expires_at=expires_at)
    try:
        with administering(protection) as connection:
            opened = enforcement.open_window(connection, spec)
            host, port, database = connection.info.host, connection.info.port, connection.info.dbname
    except (psycopg.Error, enforcement.EnforcementError) as error:
        raise SourceRefused(source=request.source, problem=" ".join(str(error).split())[:300]) from error
    grant = Grant.objects.create(
        institution_id=request.institution_id,
        request=request,
        source=request.source,
        person=by,
        login=opened.login,
        opened_at=now,
        expires_at=expires_at,
        **facts,
    )
    request.state = Request.State.OPEN
    request.save(update_fields=["state"])
    audit.record(
        actor=by,
        action="grant.break_glass" if grant.break_glass else "grant.open",
        about=grant,
        under=grant,
        now=now,
        reason=request.reason if grant.break_glass else "",
        details={
            "request": request.reference,
            "login": grant.login,
            "tables": len(opened.tables),
            "columns": sum(len(table.columns) for table in spec.tables),
            "until": audit.moment(expires_at),
        },
    )
    return {
        "grant": grant,
        "host": host,
        "port": port,
        "database": database,
        "login": opened.login,
        "password": opened.password,
        "expires_at": expires_at,
    }


@transaction.atomic
def grant_open(*, request: Request, by: Person, now: datetime) -> dict[str, Any]:
    """Open the window of an approved request; the password is returned once and kept nowhere.

    Raises NotYours, NotApproved, KeysGoneCold, SourceUnprotected, SourceRefused.
    Source: MEASURES-22.4b, MEASURES-22.4b2, DIGITAL-4.3.2a.
    """
    request = Request.objects.select_for_update(of=("self",)).select_related("source").get(pk=request.pk)
    if request.applicant_id != by.pk:
        raise NotYours
    if request.state != Request.State.APPROVED:
        raise NotApproved(state=request.get_state_display())
    _turned_in_time(request, now)
    return _open(request, expires_at=now + timedelta(days=request.days), by=by, now=now)


@transaction.atomic
def grant_break_glass(
    *, source: Any, columns: Iterable[Any], patient: Mapping[str, Any], reason: str, by: Person, now: datetime
) -> dict[str, Any]:
    """Open a short window for treating one patient, at once and without approval; it alarms and must be reviewed.

    patient: column and values that pick the patient's rows. Raises SourceUnprotected, SourceRefused.
    """
    request, reviewed_within = request_for_emergency(
        source=source, columns=columns, patient=patient, reason=reason, by=by, now=now
    )
    opened = _open(
        request,
        expires_at=now + rules.break_glass_lasts(),
        by=by,
        now=now,
        break_glass=True,
        review_due_at=now + reviewed_within,
    )
    alarms.break_glass_alarm(grant=opened["grant"], by=by, now=now)
    return opened


@transaction.atomic
def grant_end(*, grant: Grant, ending: str, by: Person | str, now: datetime, reason: str = "") -> Grant:
    """Close a window for whatever reason; the watch then removes it from the source within seconds.

    Raises AlreadyClosed. Source: MEASURES-22.4e.
    """
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.closed_at:
        raise AlreadyClosed
    grant.closed_at, grant.ending = now, ending
    grant.closed_by = by if isinstance(by, Person) else None
    grant.save(update_fields=["closed_at", "ending", "closed_by"])
    Request.objects.filter(pk=grant.request_id).update(state=Request.State.ENDED, ended_at=now)
    audit.record(
        actor=by,
        action="grant.close",
        about=grant,
        under=grant,
        now=now,
        reason=reason,
        details={"ending": str(ending), "login": grant.login},
    )
    return grant


def grant_close(*, grant: Grant, reason: str, by: Person, now: datetime) -> Grant:
    """Revoke a window before its time (MEASURES-22.4e)."""
    return grant_end(grant=grant, ending=Grant.Ending.REVOKED, by=by, now=now, reason=reason)


@transaction.atomic
def grant_gone(*, grant: Grant, sessions: int, now: datetime) -> Grant:
    """Keep that the source has removed the login and ended its sessions."""
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    grant.gone_at = now
    grant.save(update_fields=["gone_at"])
    audit.record(
        actor="system:watch",
        action="grant.gone",
        about=grant,
        under=grant,
        now=now,
        details={"sessions": sessions, "login": grant.login},
    )
    return grant


@transaction.atomic
def grant_review(*, grant: Grant, justified: bool, comment: str, by: Person, now: datetime) -> Grant:
    """Say whether a break-glass window was justified (within 72 hours).

    Raises AlreadyReviewed, OwnReview.
    """
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if not grant.break_glass or grant.reviewed_at:
        raise AlreadyReviewed
    if grant.person_id == by.pk:
        raise OwnReview
    grant.reviewed_at, grant.reviewed_by, grant.justified = now, by, justified
    grant.save(update_fields=["reviewed_at", "reviewed_by", "justified"])
    audit.record(
        actor=by,
        action="grant.review",
        about=grant,
        under=grant,
        now=now,
        reason=comment,
        details={"justified": justified, "late": bool(grant.review_due_at and now > grant.review_due_at)},
    )
    alarms.break_glass_reviewed(grant=grant, by=by, now=now)
    return grant
