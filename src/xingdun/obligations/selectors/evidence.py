"""Which evidence there is, which counts at a moment, and who may read it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from xingdun.frame.permissions import GOVERNORS, STAFF
from xingdun.frame.roles import Role
from xingdun.obligations.models import EvidenceFile, EvidenceUse, Posture

_READERS: dict[str, frozenset[Role]] = {
    EvidenceFile.Classification.PUBLIC: frozenset(Role),
    EvidenceFile.Classification.INTERNAL: STAFF,
    EvidenceFile.Classification.CONFIDENTIAL: GOVERNORS,
}


def evidence_files() -> QuerySet[EvidenceFile]:
    """Every file with what it serves; never its content."""
    uses = EvidenceUse.objects.order_by("duty", "subject")
    return EvidenceFile.objects.select_related("uploaded_by").prefetch_related(Prefetch("uses", queryset=uses))


def met_on_nothing(institution: UUID) -> dict[str, int]:
    """How many answers of each duty are met without any record or file that shows it, the most first. One query."""
    rows = Posture.objects.filter(institution=institution, state=Posture.State.MET, evidence=[]).order_by()
    return dict(rows.values_list("duty").annotate(number=Count("pk")).order_by("-number", "duty"))


def counting(now: datetime, stem: str = "") -> Q:
    """The condition under which evidence counts at `now`: brought, begun, not withdrawn and not expired by then."""
    return (
        Q(**{f"{stem}uploaded_at__lte": now, f"{stem}counts_from__lte": now})
        & (Q(**{f"{stem}withdrawn_at__isnull": True}) | Q(**{f"{stem}withdrawn_at__gt": now}))
        & (Q(**{f"{stem}expires_at__isnull": True}) | Q(**{f"{stem}expires_at__gt": now}))
    )


def valid_evidence(duty: str, subject: str, now: datetime) -> QuerySet[EvidenceFile]:
    """The files that show, at `now`, that `duty` is met about `subject` (empty: the institution), newest first.

    A file that serves the duty as a whole counts for each of its subjects.
    """
    uses = EvidenceUse.objects.filter(duty=duty, subject__in={subject, ""})
    return EvidenceFile.objects.filter(counting(now), pk__in=uses.values("evidence")).order_by("-counts_from", "-id")


def evidence_for(duties: Iterable[str], now: datetime) -> dict[tuple[str, str], list[EvidenceFile]]:
    """What counts at `now` for each of `duties` and subject it names (empty: the duty as a whole): one query."""
    uses = EvidenceUse.objects.filter(counting(now, "evidence__"), duty__in=list(duties)).select_related("evidence")
    found = defaultdict(list)
    for use in uses.order_by("-evidence__counts_from", "-evidence_id"):
        found[use.duty, use.subject].append(use.evidence)
    return dict(found)


def evidence_about(subject: str, now: datetime) -> QuerySet[EvidenceFile]:
    """The files that belong to a record at `now`, whichever duty they serve."""
    uses = EvidenceUse.objects.filter(subject=subject)
    return EvidenceFile.objects.filter(counting(now), pk__in=uses.values("evidence")).order_by("-counts_from", "-id")


def readable_by(evidence: EvidenceFile, roles: Collection[Any], *, person: UUID | None = None) -> bool:
    """Whether someone with `roles` may read the content; who brought it may."""
    return person == evidence.uploaded_by_id or not _READERS[evidence.classification].isdisjoint(roles)
