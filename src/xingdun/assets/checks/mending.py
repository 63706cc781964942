"""How the duties about findings are measured: mended in time, and the weak point behind them mended as well."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models import Finding, Origin
from xingdun.frame.checks import Facts, Subject, Verdict, check, pending, satisfied, subjects_of, violated
from xingdun.kernel.clocks import local

FINDING = "assets.finding"
# A file of findings is told of as one result, the end of a network as its retirement.
RECORDS = (FINDING, "assets.findingbatch", "assets.retirement")
State = Finding.State


def asked(facts: Facts) -> QuerySet[Finding]:
    """The findings that are open, and those closed in this calendar year or the last; none of a network that ended."""
    begin = local(facts.now).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    begin = begin.replace(year=begin.year - 1)
    rows = Finding.objects.filter(institution=facts.institution, network__retired_at__isnull=True).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=begin)
    )
    keys = facts.keys(FINDING)
    return rows if keys is None else rows.filter(pk__in=keys)


@subjects_of("finding", record="assets.finding", reads=RECORDS)
def find_findings(facts: Facts) -> Iterator[Subject]:
    """Every finding to be mended, and those closed lately."""
    for finding in asked(facts):
        yield Subject(
            finding.reference,
            str(finding),
            finding.department_id,
            {
                "findings_open": finding.state != State.CLOSED,
                "authority_found_hazards": finding.origin == Origin.AUTHORITY,
            },
        )


def _mended(finding: Finding) -> Verdict:
    if finding.state == State.CLOSED:
        return satisfied([finding], _("closed after its retest"), subject=finding)
    details = {
        State.OPEN: _("nobody has taken it up"),
        State.FIXING: _("it is being mended"),
        State.FIXED: _("it waits for its retest"),
        State.EXCEPTED: _("it is excepted for a time; its term runs anew afterwards"),
    }
    return pending(finding.due_at, [finding], details[State(finding.state)], subject=finding)


@check("findings-mended", reads=RECORDS)
def findings_mended(facts: Facts) -> Iterator[Verdict]:
    """Each finding is mended and retested within the term of its severity (MEASURES-6.5b, MEASURES-9c, INTERNET-6.3b2).

    An exception moves the term, it never makes the finding mended.
    """
    return (_mended(finding) for finding in asked(facts))


@check("authority-findings", reads=RECORDS)
def authority_findings(facts: Facts) -> Iterator[Verdict]:
    """What an authority found is mended and retested within its term (MEASURES-24a, NOTE-4g)."""
    return (_mended(finding) for finding in asked(facts).filter(origin=Origin.AUTHORITY))


@check("weak-points", reads=RECORDS)
def weak_points(facts: Facts) -> Iterator[Verdict]:
    """The weak point behind each finding is named and mended too: it has its cause and plan, and does not come back.

    Source: MEASURES-6.5c.
    """
    for finding in asked(facts):
        if finding.came_back and finding.state != State.CLOSED:
            yield violated([finding], _("it came back after it was mended"), subject=finding)
        elif finding.cause and finding.plan:
            yield satisfied([finding], _("its cause is named and dealt with"), subject=finding)
        else:
            yield pending(finding.due_at, [finding], _("its cause and its plan are missing"), subject=finding)
