"""Reading findings, results and self-inspections: each of these costs a constant number of queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from xingdun.assets.models import (
    Finding,
    FindingBatch,
    FindingException,
    Inspection,
    InstitutionParticulars,
    NetworkParticulars,
)
from xingdun.assets.selectors import own

_UNMENDED = Q(findings__state__in=[state.value for state in Finding.UNMENDED])


def findings() -> QuerySet[Finding]:
    """Every finding with its network, who is responsible, and the results it was seen in."""
    return own(Finding).select_related(
        "network", "department", "person", "batch", "last_batch", "retest_batch", "retested_by", "fixed_by"
    )


def seen_in(inspection: Inspection) -> QuerySet[Finding]:
    """The findings that a self-inspection found, or saw again as the last that looked."""
    return findings().filter(Q(batch__inspection=inspection) | Q(last_batch__inspection=inspection))


def batches() -> QuerySet[FindingBatch]:
    """Every result, with how many of the findings first seen in it are still to be mended."""
    return (
        own(FindingBatch)
        .select_related("network", "inspection", "evaluation__network", "recorded_by")
        .annotate(unmended=Count("findings", filter=_UNMENDED))
    )


def inspections() -> QuerySet[Inspection]:
    """Every self-inspection, with the number of its results and of the methods they used."""
    return (
        own(Inspection)
        .select_related("opened_by")
        .annotate(results=Count("batches"), methods=Count("batches__origin", distinct=True))
    )


def exceptions() -> QuerySet[FindingException]:
    """Every exception, with its finding."""
    return own(FindingException).select_related("finding__network", "requested_by")


def institution_particulars() -> QuerySet[InstitutionParticulars]:
    """What filings say of the institution."""
    return own(InstitutionParticulars).select_related("institution", "department")


def network_particulars() -> QuerySet[NetworkParticulars]:
    """What filings say of each network."""
    return own(NetworkParticulars).select_related("network")


def standing(now: datetime) -> Mapping[str, Any]:
    """How many findings are unmended by severity (`critical`…), and overdue, to retest and gone from the scans."""
    unmended = own(Finding).filter(state__in=[state.value for state in Finding.UNMENDED])
    by_severity = {
        severity: Count("pk", filter=Q(severity=severity)) for severity in ("critical", "high", "medium", "low")
    }
    late = Q(due_at__lt=now) & ~Q(state=Finding.State.EXCEPTED)
    return unmended.aggregate(
        **by_severity,
        overdue=Count("pk", filter=late),
        to_retest=Count("pk", filter=Q(state=Finding.State.FIXED)),
        missing=Count("pk", filter=Q(missing_since__isnull=False)),
    )
