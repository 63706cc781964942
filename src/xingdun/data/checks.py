"""How the duties about the inventory are measured."""

from xingdun.data import selectors
from xingdun.data.models import Column, Scan
from xingdun.data.periods import YEARLY_REVIEW
from xingdun.frame.checks import Facts, Verdict, check, satisfied, unknown, violated

MOST_EVIDENCE = 100


@check("data-inventory-reviewed", reads=("data.inventoryreview", "data.dataset"))
def inventory_reviewed(facts: Facts) -> Verdict:
    """The whole inventory was reviewed within a year (MEASURES-20a, NOTE-3.2a)."""
    last = selectors.reviews().order_by("-at").first()
    if last is None and not selectors.datasets().exists():
        return unknown("the inventory is empty: nothing has been scanned")
    if last is None or facts.now - last.at > YEARLY_REVIEW.every:
        return violated([last] if last else [], detail=YEARLY_REVIEW.clause)
    return satisfied([last])


@check("data-sources-scanned", reads=("data.source", "data.scan"))
def sources_scanned(facts: Facts) -> Verdict:
    """Every registered source was scanned to its end within a year (MEASURES-20a)."""
    total = selectors.sources().count()
    if not total:
        return unknown("no source is registered")
    finished = selectors.scans().filter(state=Scan.State.FINISHED, finished_at__gte=facts.now - YEARLY_REVIEW.every)
    late = selectors.sources().exclude(pk__in=finished.values("source")).order_by("name")
    if late.exists():
        return violated(late[:MOST_EVIDENCE], detail=f"{late.count()} of {total} sources")
    return satisfied(finished.order_by("-finished_at")[:MOST_EVIDENCE])


@check("data-columns-graded", reads=("data.column", "data.scan"))
def columns_graded(facts: Facts) -> Verdict:
    """Somebody has decided on the grade of every column (MEASURES-20b, MEASURES-20c, DIGITAL-4.2.1, DIGITAL-4.2.2a)."""
    del facts
    held = selectors.inventory()
    if not held.columns:
        return unknown("the inventory is empty: nothing has been scanned")
    if held.columns_open:
        waiting = selectors.columns().filter(gone_at__isnull=True).exclude(state__in=Column.DECIDED)
        return violated(
            waiting.order_by("-level")[:MOST_EVIDENCE], detail=f"{held.columns_open} of {held.columns} columns"
        )
    return satisfied(detail=f"{held.columns} columns")
