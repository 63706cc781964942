"""The rectification report (整改报告): each finding with its cause, its mending and its proof, and what is left."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from xingdun.assets.filings.asking import Asked, Missing
from xingdun.assets.filings.wording import ORIGINS, SEVERITIES, STATES, day_words, level_words
from xingdun.assets.finding_selectors import seen_in
from xingdun.assets.models import Finding, FindingException, Inspection, Network
from xingdun.frame.errors import Place

MOST_ROWS = 500  # findings in one paper, the gravest first; the rest stands in the ledger's export
MOST_NAMED = 10  # findings named in one refusal


def rectification_report(inspection: Inspection, *, now: datetime) -> tuple[dict[str, Any], list[Missing]]:
    """What the paper says, and the names of what it lacks."""
    asked = Asked()
    rows = seen_in(inspection)
    findings = list(_gravest(rows)[:MOST_ROWS])
    total = rows.count()
    _unready(rows, asked)
    states = Counter(rows.values_list("state", flat=True))
    paper = {
        "institution": str(inspection.institution),
        "title": inspection.title,
        "ordered": f"{inspection.ordered_by} {inspection.order_number}".strip() or "年度例行自查",
        "basis": inspection.basis or "《医疗卫生机构网络安全管理办法》",
        "scope": inspection.scope,
        "organisation": inspection.organisation,
        "period": f"{day_words(inspection.opened_at)}至{day_words(inspection.concluded_at)}",
        "summary": asked.of(inspection, Inspection, "summary"),
        "advice": asked.of(inspection, Inspection, "advice"),
        "networks": _networks(inspection),
        "results": [
            {
                "method": ORIGINS[batch.origin],
                "title": batch.title,
                "on": day_words(batch.performed_on),
                "by": batch.performed_by,
                "found": batch.added + batch.seen_again + batch.returned,
            }
            for batch in inspection.batches.order_by("performed_on", "pk")
        ],
        "findings": [_row(place, finding) for place, finding in enumerate(findings, start=1)],
        "total": total,
        "closed": states[Finding.State.CLOSED.value],
        "left": total - states[Finding.State.CLOSED.value],
        "omitted": total - len(findings),
        "exceptions": _exceptions(rows),
        "made_on": day_words(now),
    }
    return paper, asked.missing


def _gravest(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    order = Case(
        *(When(severity=severity, then=Value(place)) for place, severity in enumerate(SEVERITIES)),
        output_field=IntegerField(),
    )
    return (
        rows.select_related("network", "person", "department", "batch")
        .annotate(gravity=order)
        .order_by("gravity", "pk")
    )


def _unready(rows: QuerySet[Finding], asked: Asked) -> None:
    """Name the findings that nobody answers for, or whose cause and plan are not laid down."""
    unready = rows.filter(person__isnull=True) | rows.filter(cause="") | rows.filter(plan="")
    found = list(unready[: MOST_NAMED + 1])
    for finding in found[:MOST_NAMED]:
        asked.lacks(
            _("who mends “%(finding)s”, its cause and its plan") % {"finding": finding},
            Place("assets.finding.assign", finding.pk),
        )
    if len(found) > MOST_NAMED:
        asked.lacks("…")


def _networks(inspection: Inspection) -> list[dict[str, Any]]:
    levels = Counter(
        Network.objects.filter(institution=inspection.institution_id, retired_at=None).values_list("level", flat=True)
    )
    words: dict[int | None, str] = {None: "未定级", **{level: level_words(level) for level in range(1, 6)}}
    return [{"level": words[level], "count": levels[level]} for level in words if levels[level]]


def _row(place: int, finding: Finding) -> dict[str, Any]:
    return {
        "number": place,
        "where": " / ".join(filter(None, (str(finding.network or ""), finding.place))),
        "identifier": finding.identifier,
        "severity": SEVERITIES[finding.severity],
        "title": finding.title,
        "cause": finding.cause,
        "measures": finding.measures or finding.plan,
        "responsible": " ".join(filter(None, (str(finding.department or ""), str(finding.person or "")))),
        "planned": day_words(finding.planned_on or finding.due_at),
        "done": day_words(finding.closed_at),
        "state": STATES[finding.state],
        "proof": finding.retest,
    }


def _exceptions(rows: QuerySet[Finding]) -> list[dict[str, Any]]:
    held = FindingException.objects.filter(finding__in=rows, state=FindingException.State.APPROVED)
    return [
        {
            "title": exception.finding.title,
            "until": day_words(exception.until),
            "reason": exception.reason,
            "compensation": exception.compensation,
        }
        for exception in held.select_related("finding").order_by("until")[:MOST_ROWS]
    ]
