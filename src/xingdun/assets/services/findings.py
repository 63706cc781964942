"""What is done to a finding: assigned, mended, retested; nothing closes without a retest by somebody else."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from xingdun.assets.deadlines import mended_by
from xingdun.assets.finding_errors import FindingKnown, FindingNotInState, ResponsibleElsewhere, RetestBySelf, StillSeen
from xingdun.assets.models import Finding, FindingBatch, Origin
from xingdun.assets.scanners import Found, Severity, sheet
from xingdun.assets.services.inspections import open_inspection
from xingdun.assets.services.reading import happened
from xingdun.assets.services.taking_over import made
from xingdun.audit import services as audit
from xingdun.organisation.models import Department, Person

State = Finding.State


@transaction.atomic
def finding_add(
    *,
    findingbatch: FindingBatch,
    title: str,
    target: str,
    severity: str,
    by: Person,
    now: datetime,
    identifier: str = "",
    port: str = "",
    component: str = "",
    cvss: Decimal | None = None,
    description: str = "",
    solution: str = "",
) -> Finding:
    """Enter one finding of a result by hand; one that is known and unmended becomes an authority's when it sees it too.

    Raises FindingKnown, InspectionConcluded.
    """
    batch = FindingBatch.objects.select_for_update().get(pk=findingbatch.pk)
    if batch.inspection is not None:
        open_inspection(batch.inspection)
    found = Found(
        tool=sheet.TOOL,
        target=target.strip(),
        port=port.strip(),
        component=component.strip(),
        identifier=identifier.strip() or title.strip(),
        title=title.strip(),
        severity=Severity(severity),
        cvss=cvss,
        description=description.strip(),
        solution=solution.strip(),
    )
    before = Finding.objects.filter(
        institution=batch.institution_id, network=batch.network_id, fingerprint=found.fingerprint
    ).first()
    if before is not None:
        return _found_by_authority(before, batch, by, now)
    finding = made(found, batch, due_at=mended_by(severity, now), now=now)
    finding.save(force_insert=True)
    FindingBatch.objects.filter(pk=batch.pk).update(added=batch.findings.count())
    details = {"severity": severity, "due": finding.due_at}
    audit.record(actor=by, action="finding.add", about=finding, now=now, under=batch, details=details)
    return finding


def _found_by_authority(known: Finding, batch: FindingBatch, by: Person, now: datetime) -> Finding:
    """Note that an authority found it too, which has duties of its own (MEASURES-24a). Raises FindingKnown."""
    theirs = Origin.AUTHORITY.value
    if batch.origin != theirs or known.origin == theirs or known.state == State.CLOSED:
        raise FindingKnown(state=known.get_state_display())
    finding = held(known, *Finding.UNMENDED)
    finding.origin, finding.last_batch, finding.last_seen_at = theirs, batch, now
    finding.save(update_fields=["origin", "last_batch", "last_seen_at"])
    details = {"origin": theirs, "notice": batch.notice_number}
    audit.record(actor=by, action="finding.add", about=finding, now=now, under=batch, details=details)
    return finding


def held(finding: Finding, *states: State) -> Finding:
    """The finding as it stands, held until the transaction ends. Raises FindingNotInState."""
    found = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    if found.state not in states:
        raise FindingNotInState(state=found.get_state_display())
    return found


@transaction.atomic
def finding_assign(
    *,
    finding: Finding,
    department: Department,
    person: Person,
    cause: str,
    plan: str,
    by: Person,
    now: datetime,
    planned_on: date | None = None,
) -> Finding:
    """Name who mends it, its cause, how and until when (MEASURES-6.5a); a plan past the term stays visible as such.

    Raises ResponsibleElsewhere, FindingNotInState.
    """
    finding = held(finding, State.OPEN, State.FIXING)
    if person.department_id != department.pk or person.left_at is not None:
        raise ResponsibleElsewhere(person=person, department=department)
    finding.department, finding.person = department, person
    finding.cause, finding.plan, finding.planned_on = cause.strip(), plan.strip(), planned_on
    finding.state = State.FIXING
    finding.save(update_fields=["department", "person", "cause", "plan", "planned_on", "state"])
    details = {"department": str(department.pk), "person": person.reference, "planned": str(planned_on or "")}
    audit.record(actor=by, action="finding.assign", about=finding, now=now, details=details)
    return finding


@transaction.atomic
def finding_fix(*, finding: Finding, measures: str, fixed_on: date, by: Person, now: datetime) -> Finding:
    """Report it as mended, with the measures taken and what shows them; a retest follows. Raises DateAhead."""
    happened(fixed_on, now=now)
    finding = held(finding, State.FIXING)
    finding.state, finding.measures, finding.fixed_at, finding.fixed_by = State.FIXED, measures.strip(), now, by
    finding.save(update_fields=["state", "measures", "fixed_at", "fixed_by"])
    audit.record(actor=by, action="finding.fix", about=finding, now=now, details={"on": str(fixed_on)})
    return finding


@transaction.atomic
def finding_retest(
    *,
    finding: Finding,
    passed: bool,
    retest: str,
    by: Person,
    now: datetime,
    retest_batch: FindingBatch | None = None,
) -> Finding:
    """Close it after a retest, or send it back. retest: how it was tested and what was seen, the proof.

    retest_batch: a result made since the mending that looked there and did not see it. Raises RetestBySelf, StillSeen,
    FindingNotInState. Source: MEASURES-6.5b.
    """
    finding = held(finding, State.FIXED)
    if finding.fixed_by_id == by.pk:
        raise RetestBySelf
    if passed and retest_batch is not None:
        _shows(retest_batch, finding)
    finding.retest, finding.retest_batch, finding.retested_by = retest.strip(), retest_batch, by
    finding.state, finding.closed_at = (State.CLOSED, now) if passed else (State.FIXING, None)
    finding.save(update_fields=["retest", "retest_batch", "retested_by", "state", "closed_at"])
    details = {"passed": passed, "shown_by": retest_batch.reference if retest_batch else ""}
    audit.record(actor=by, action="finding.retest", about=finding, now=now, details=details)
    return finding


def _shows(batch: FindingBatch, finding: Finding) -> None:
    """Raise StillSeen unless the result can show it gone; one of its own scanner has to have looked there."""
    fixed = finding.fixed_at
    since = fixed is None or (batch.recorded_at >= fixed and batch.performed_on >= timezone.localdate(fixed))
    elsewhere = batch.network_id != finding.network_id or finding.last_batch_id == batch.pk
    if not since or elsewhere or not _looked(batch, finding):
        raise StillSeen(batch=batch)


def _looked(batch: FindingBatch, finding: Finding) -> bool:
    """Whether a scan looked at the finding's target: it, or one before it, missed the finding there."""
    if batch.tool != finding.tool or batch.tool == sheet.TOOL:
        return True
    return finding.missing_since is not None and finding.missing_since <= batch.recorded_at


def term_again(finding: Finding, start: datetime) -> None:
    """Let the term of mending run anew from `start`; the caller saves and tells the ledger."""
    finding.counted_from, finding.due_at = start, mended_by(finding.severity, start)
