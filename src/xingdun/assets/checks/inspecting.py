"""How the duties about self-inspections are measured."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xingdun.assets.models import Inspection
from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied
from xingdun.kernel.clocks import day_end, day_start, find_clock, local, next_occurrence

RECORDS = ("assets.inspection", "assets.findingbatch")


def _again(facts: Facts, last: datetime | None) -> datetime:
    """When the next yearly one is due: at the end of the calendar year after the last, or of this one."""
    clock = find_clock("self-inspection")
    return next_occurrence(clock, facts.calendar, last=last, since=facts.now).due.at


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


@check("self-inspection-report", reads=("assets.inspection",))
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


@check("ordered-inspection", reads=("assets.inspection",))
def ordered_inspection(facts: Facts) -> Verdict:
    """Each self-inspection that an authority ordered is reported by its day (MEASURES-9.1c)."""
    held = _inspections(facts, Inspection.Kind.ORDERED)
    if not held:
        return satisfied(detail=_("no authority has ordered one"))
    waiting = [one for one in held if not one.receipt_number and one.ordered_until is not None]
    if not waiting:
        return satisfied(held)
    first = min(waiting, key=lambda one: one.ordered_until or one.opened_at.date())
    return pending(day_end(first.ordered_until), [first], _("its report has no receipt yet"))  # type: ignore[arg-type]
