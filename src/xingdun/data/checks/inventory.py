"""The inventory as a whole: scanned, graded and reviewed."""

from collections.abc import Iterator

from django.db.models import Min
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.data import selectors
from xingdun.data.checks.subjects import standing
from xingdun.data.models import Scan
from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, unknown, violated
from xingdun.kernel.clocks import find_clock, local, next_occurrence

CLOCK = "data-asset-review"


@check("data-inventory-reviewed", reads=("data.inventoryreview", "data.dataset"))
def inventory_reviewed(facts: Facts) -> Verdict:
    """The whole inventory is reviewed in each calendar year (MEASURES-20a, NOTE-3.2a)."""
    since = selectors.datasets().aggregate(first=Min("first_seen_at"))["first"]
    if since is None:
        return unknown(_("the inventory is empty: nothing has been scanned"))
    last = selectors.reviews().order_by("-at").first()
    following = next_occurrence(find_clock(CLOCK), facts.calendar, last=last.at if last else None, since=since)
    if last is not None and facts.now <= following.due.at:
        return satisfied([last], due_at=following.due.at)
    detail = format_lazy(_("last reviewed on {day}"), day=local(last.at).date()) if last else _("never reviewed yet")
    return pending(following.due.at, [last] if last else [], detail)


@check("data-sources-scanned", reads=("data.source", "data.scan"))
def sources_scanned(facts: Facts) -> Iterator[Verdict]:
    """Each registered source is scanned to its end in each calendar year (MEASURES-20a)."""
    finished = selectors.scans().filter(state=Scan.State.FINISHED).order_by("source", "-finished_at")
    keys = facts.keys("data.source")
    sources = selectors.registered(keys)
    last = {scan.source_id: scan for scan in finished.filter(source__in=sources).distinct("source")}
    clock, calendar = find_clock(CLOCK), facts.calendar
    for source in sources:
        scan = last.get(source.pk)
        done = scan.finished_at if scan else None
        due_at = next_occurrence(clock, calendar, last=done, since=source.created_at).due.at
        if scan is not None and facts.now <= due_at:
            yield satisfied([scan], subject=source, due_at=due_at)
        else:
            yield pending(due_at, [scan] if scan else [], _("not scanned to its end"), subject=source)


@check("data-columns-graded", reads=("data.column", "data.dataset", "data.scan"))
def columns_graded(facts: Facts) -> Iterator[Verdict]:
    """Somebody has decided on the grade of every column (MEASURES-20b, MEASURES-20c, DIGITAL-4.2.1, DIGITAL-4.2.2a)."""
    for dataset in standing(facts):
        if dataset.columns_open:
            told = format_lazy(
                _("{open} of {total} columns are not decided"), open=dataset.columns_open, total=dataset.columns_total
            )
            yield violated([dataset], told, subject=dataset)
        else:
            yield satisfied([dataset], subject=dataset)
