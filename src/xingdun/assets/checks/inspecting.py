"""How the duties about self-inspections are measured."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models import Inspection
from xingdun.frame.checks import Facts, Verdict, check, facts_from, pending, satisfied, unknown
from xingdun.kernel.clocks import day_end, day_start, find_clock, local, next_occurrence
from xingdun.organisation.models import Person

INSPECTION = "assets.inspection"
RECORDS = (INSPECTION, "assets.findingbatch")


def _again(facts: Facts, last: datetime | None) -> datetime:
    """When the next yearly one is due: at the end of the calendar year after the last.

    Without one, at the end of the year in which the institution was first known here: a year that passes without an
    inspection does not put off the next.
    """
    first = Person.objects.filter(institution=facts.institution).aggregate(at=Min("joined_at"))["at"]
    clock = find_clock("self-inspection")
    return next_occurrence(clock, facts.calendar, last=last, since=first or facts.now).due.at


def _inspections(facts: Facts, kind: str) -> list[Inspection]:
    rows = Inspection.objects.filter(institution=facts.institution, kind=kind, opened_at__lte=facts.now)
    return list(rows.order_by("opened_at"))


@check("self-inspection", reads=RECORDS)
def self_inspection(facts: Facts) -> Verdict:
    """A self-inspection by all three methods is concluded each year (MEASURES-9a, MEASURES-9b, NOTE-2.3a).

    Concluding one asks a dated result of each method, and advice (INTERNET-10.1d).
    """
    held = _inspections(facts, Inspection.Kind.YEARLY)
    done = [one for one in held if one.concluded_at is not None and one.concluded_at <= facts.now]
    if not done:
        return pending(_again(facts, None), held[-1:], _("none was concluded yet"))
    last = max(done, key=lambda one: one.concluded_at or one.opened_at)
    return satisfied([last], due_at=_again(facts, last.concluded_at))


@check("self-inspection-report", reads=(INSPECTION,))
def self_inspection_report(facts: Facts) -> Verdict:
    """The rectification report of each year's inspection is filed and its receipt held (MEASURES-9d, MEASURES-9.2a/b).

    Also NOTE-2.3c. Counted by the day the report was sent.
    """
    held = _inspections(facts, Inspection.Kind.YEARLY)
    waiting = [one for one in held if one.concluded_at is not None and not one.receipt_number]
    if waiting:
        first = waiting[0]
        year_end = _again(facts, None) if first.concluded_at is None else _year_end(first.concluded_at)
        return pending(year_end, [first], _("its report has no receipt yet"))
    sent = [one for one in held if one.receipt_number and one.reported_on is not None]
    if not sent:
        return pending(_again(facts, None), held[-1:], _("none was reported yet"))
    last = max(sent, key=lambda one: one.reported_on or one.opened_at.date())
    return satisfied([last], due_at=_again(facts, day_start(last.reported_on)))  # type: ignore[arg-type]


def _year_end(moment: datetime) -> datetime:
    return day_end(local(moment).date().replace(month=12, day=31))


@facts_from(reads=(INSPECTION,))
def told_by_orders(facts: Facts) -> Mapping[str, bool]:
    """Whether an authority has ordered a self-inspection; the clause asks nothing before."""
    return {"inspection_ordered": bool(_inspections(facts, Inspection.Kind.ORDERED))}


@check("ordered-inspection", reads=(INSPECTION,))
def ordered_inspection(facts: Facts) -> Verdict:
    """Each self-inspection that an authority ordered is reported by its day (MEASURES-9.1c)."""
    held = _inspections(facts, Inspection.Kind.ORDERED)
    if not held:
        return unknown(_("no authority has ordered one"))
    waiting = [one for one in held if not one.receipt_number and one.ordered_until is not None]
    if not waiting:
        return satisfied(held)
    first = min(waiting, key=lambda one: one.ordered_until or one.opened_at.date())
    return pending(day_end(first.ordered_until), [first], _("its report has no receipt yet"))  # type: ignore[arg-type]
