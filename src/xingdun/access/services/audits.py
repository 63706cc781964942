"""Internal audits: a snapshot of the rights or of the ledger, its digest, and the auditor's findings, signed."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from xingdun.access.models import Grant, InternalAudit
from xingdun.audit import services as audit
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import day_start, local
from xingdun.kernel.merkle.note import NoteSigner, sign_note
from xingdun.keys import services as keys
from xingdun.organisation.models import Account, Appointment, Person, Token
from xingdun.organisation.selectors import in_force

SIGNED_AS = "xingdun.access/internal-audit"
IMPORTANT = frozenset(Role) - {Role.APPLICANT, Role.VENDOR}
"""Whose operations weigh more: approvers, administrators, regulators (INTERNET-7.1f3)."""

Snapshot = tuple[dict[str, int], Any]


@transaction.atomic
def internalaudit_create(
    *, kind: str, findings: str, by: Person, now: datetime, exceptions: int = 0, important: bool = False
) -> InternalAudit:
    """Answer for an audit of the rights as they stand, or of the ledger since the last one.

    exceptions: how many things were not as they should be; `findings` tells them. important: the operations of those
    in `IMPORTANT` were looked at. Source: DIGITAL-5.1.3a, DIGITAL-5.1.3b, INTERNET-7.1f3.
    """
    institution = by.institution_id
    before = InternalAudit.objects.filter(institution=institution, kind=kind).order_by("-at").first()
    since = before.at if before else day_start(local(now).date().replace(month=1, day=1))
    taken = _rights(institution, now) if kind == InternalAudit.Kind.PERMISSIONS else _log(institution, since, now)
    figures, content = taken
    made = InternalAudit(
        institution_id=institution,
        kind=kind,
        by=by,
        since=since,
        at=now,
        important=important,
        exceptions=exceptions,
        findings=findings.strip(),
        figures=figures,
        content_digest=hashlib.sha256(audit.canonical({"content": content}).encode()).hexdigest(),
    )
    signers = [NoteSigner(SIGNED_AS, signer) for signer in keys.signers(keys.LEDGER)]
    made.signature = str(sign_note(audit_text(made), signers)) if signers else ""
    made.save(force_insert=True)
    audit.record(
        actor=by,
        action="internalaudit.create",
        about=made,
        now=now,
        reason=findings,
        details={"kind": str(kind), "digest": made.content_digest, "exceptions": exceptions, "important": important},
    )
    return made


def audit_text(made: InternalAudit) -> str:
    """What is signed: which audit, by whom, over what period and content, with how many exceptions."""
    return (
        f"{SIGNED_AS}\n{made.institution_id}\n{made.kind}\norganisation.person:{made.by_id}\n"
        f"{audit.moment(made.since)} {audit.moment(made.at)}\n{made.exceptions}\n{made.content_digest}\n"
    )


def _rights(institution: UUID, now: datetime) -> Snapshot:
    """Every right in force: roles, tokens with their scopes, open windows."""
    roles = Appointment.objects.filter(in_force(now), institution=institution).order_by("pk")
    tokens = Token.objects.filter(account__institution=institution, revoked_at__isnull=True, expires_at__gt=now)
    windows = Grant.objects.filter(institution=institution, closed_at__isnull=True, expires_at__gt=now).order_by("pk")
    content = [
        [[str(value) for value in row] for row in roles.values_list("person", "role", "department", "ends_at")],
        [[str(account), *scopes] for account, scopes in tokens.order_by("pk").values_list("account", "scopes")],
        [[str(value) for value in row] for row in windows.values_list("person", "login", "expires_at")],
    ]
    figures = {"appointments": len(content[0]), "tokens": len(content[1]), "windows": len(content[2])}
    return figures, content


def _log(institution: UUID, since: datetime, now: datetime) -> Snapshot:
    """The ledger of the period in numbers, and up to which entry it was read."""
    held = Appointment.objects.filter(institution=institution, role__in=IMPORTANT).values_list(
        "person", "person__account"
    )
    important = {name for person, account in held for name in (f"organisation.person:{person}", _account(account))}
    entries = Entry.objects.filter(institution=institution, at__gt=since, at__lte=now)
    found = entries.aggregate(
        entries=Count("pk"),
        actors=Count("actor", distinct=True),
        refused=Count("pk", filter=~Q(outcome="done")),
        uses=Count("pk", filter=Q(action="data.use")),
        by_important=Count("pk", filter=Q(actor__in=important)),
    )
    last = entries.order_by("-pk").values_list("pk", "content").first()
    active = Account.objects.filter(institution=institution, is_active=True).count()
    return {**found, "accounts": active}, [found, list(last or ())]


def _account(key: UUID | None) -> str:
    return f"organisation.account:{key}"
