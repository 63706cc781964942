"""From a scanner's result to findings: new ones, those seen again, those that came back, those that are gone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from xingdun.assets.deadlines import mended_by
from xingdun.assets.models import SEVERITIES, Finding, FindingBatch, Origin
from xingdun.assets.scanners import Found, ScanResult, Severity, sheet

AT_ONCE = 1000  # rows a statement
_MOVED = [
    "origin",
    "severity",
    "cvss",
    "state",
    "counted_from",
    "due_at",
    "last_seen_at",
    "last_batch",
    "missing_since",
    "came_back",
    "fixed_at",
    "fixed_by",
    "retested_by",
    "closed_at",
]
State = Finding.State


@dataclass(slots=True)
class _Taken:
    new: list[Finding] = field(default_factory=list)
    seen: list[Finding] = field(default_factory=list)
    returned: int = 0


def take_over(batch: FindingBatch, result: ScanResult, *, now: datetime) -> None:
    """Write the findings of `result` and count them on the batch; the caller holds the network and tells the ledger."""
    known = {
        finding.fingerprint: finding
        for finding in Finding.objects.filter(
            institution=batch.institution_id, network=batch.network, tool=batch.tool
        ).select_related("batch", "last_batch")
    }
    newest = all(finding.last_batch.performed_on <= batch.performed_on for finding in known.values())
    taken = _Taken()
    terms = {severity: mended_by(severity, now) for severity, _label in SEVERITIES}
    for found in result.findings:
        before = known.pop(found.fingerprint, None)
        if before is None:
            taken.new.append(made(found, batch, due_at=terms[found.severity], now=now))
        elif before.last_batch.performed_on <= batch.performed_on:
            taken.returned += _see_again(before, found, batch, terms[found.severity], now)
            taken.seen.append(before)
    Finding.objects.bulk_create(taken.new, batch_size=AT_ONCE)
    Finding.objects.bulk_update(taken.seen, _MOVED, batch_size=AT_ONCE)
    gone = _gone(known.values(), result) if newest else []
    Finding.objects.filter(pk__in=gone, missing_since=None).update(missing_since=now)
    batch.added, batch.seen_again, batch.returned = len(taken.new), len(taken.seen) - taken.returned, taken.returned
    batch.vanished = len(gone)
    batch.save(update_fields=["added", "seen_again", "returned", "vanished"])


def made(found: Found, batch: FindingBatch, *, due_at: datetime, now: datetime) -> Finding:
    """A new finding of a batch, not written yet; its term runs from now until `due_at`."""
    return Finding(
        institution_id=batch.institution_id,
        network=batch.network,
        batch=batch,
        last_batch=batch,
        origin=batch.origin,
        tool=found.tool,
        fingerprint=found.fingerprint,
        target=found.target,
        port=found.port,
        component=found.component,
        identifier=found.identifier,
        references=list(found.references),
        title=found.title,
        severity=found.severity,
        cvss=found.cvss,
        description=found.description,
        solution=found.solution,
        registered_at=now,
        counted_from=now,
        due_at=due_at,
        last_seen_at=now,
    )


def _see_again(finding: Finding, found: Found, batch: FindingBatch, term: datetime, now: datetime) -> bool:
    """Note that it is still there; True when it had been mended. A graver severity shortens the term, never the other.

    term: until when one of that severity, found now, is to be mended. A closed one that comes back begins anew; one
    reported as mended goes back into work, its term unchanged. What an authority sees too is its finding from then on
    (MEASURES-24a).
    """
    finding.last_seen_at, finding.last_batch, finding.missing_since = now, batch, None
    graver = Severity.values.index(found.severity) < Severity.values.index(finding.severity)
    finding.severity, finding.cvss = found.severity, found.cvss
    if batch.origin == Origin.AUTHORITY:
        finding.origin = batch.origin
    returned = False
    if finding.state == State.CLOSED and finding.closed_at is not None:
        returned = batch.performed_on >= timezone.localdate(finding.closed_at)
        if returned:
            finding.state, finding.closed_at, finding.fixed_at, finding.fixed_by = State.OPEN, None, None, None
            finding.retested_by, finding.counted_from, finding.due_at = None, now, term
    elif finding.state == State.FIXED and finding.fixed_at is not None:
        returned = batch.performed_on > timezone.localdate(finding.fixed_at)
        if returned:
            finding.state, finding.fixed_at, finding.fixed_by = State.FIXING, None, None
    if graver and finding.state != State.CLOSED:
        finding.due_at = min(finding.due_at, term)
    finding.came_back += returned
    return returned


def _gone(known: Iterable[Finding], result: ScanResult) -> list[UUID]:
    """The unmended findings whose target was looked at without seeing them; a sheet typed by hand looks at nothing."""
    if result.tool == sheet.TOOL:
        return []
    return [
        finding.pk
        for finding in known
        if finding.state != State.CLOSED and (result.covered is None or finding.target in result.covered)
    ]
