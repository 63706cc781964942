"""Self-inspections: begun, concluded with all three methods, reported with a receipt (MEASURES-9)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xingdun.assets.errors import ReceiptIncomplete
from xingdun.assets.finding_errors import InspectionConcluded, MethodsMissing, NotConcluded, OrderIncomplete
from xingdun.assets.models import METHODS, Inspection
from xingdun.assets.services.reading import happened
from xingdun.audit import services as audit
from xingdun.frame.wording import listed
from xingdun.organisation.models import Person


@transaction.atomic
def inspection_open(
    *,
    kind: str,
    title: str,
    scope: str,
    organisation: str,
    by: Person,
    now: datetime,
    basis: str = "",
    ordered_by: str = "",
    order_number: str = "",
    ordered_until: date | None = None,
) -> Inspection:
    """Begin a self-inspection, the yearly one or one that an authority ordered. Raises OrderIncomplete."""
    ordered = kind == Inspection.Kind.ORDERED
    if ordered and not (ordered_by.strip() and order_number.strip() and ordered_until):
        raise OrderIncomplete
    inspection = Inspection.objects.create(
        institution_id=by.institution_id,
        kind=kind,
        title=title.strip(),
        scope=scope.strip(),
        organisation=organisation.strip(),
        basis=basis.strip(),
        ordered_by=ordered_by.strip() if ordered else "",
        order_number=order_number.strip() if ordered else "",
        ordered_until=ordered_until if ordered else None,
        opened_by=by,
        opened_at=now,
    )
    details = {"kind": kind, "order": inspection.order_number, "until": str(inspection.ordered_until or "")}
    audit.record(actor=by, action="inspection.open", about=inspection, now=now, details=details)
    return inspection


@transaction.atomic
def inspection_conclude(*, inspection: Inspection, summary: str, advice: str, by: Person, now: datetime) -> Inspection:
    """Conclude it with the advice on rectification; each of the three methods has its result of that year by then.

    Raises MethodsMissing, InspectionConcluded. Source: MEASURES-9b, INTERNET-10.1d.
    """
    inspection = open_inspection(inspection)
    year = timezone.localdate(inspection.opened_at).replace(month=1, day=1)
    used = set(inspection.batches.filter(performed_on__gte=year).values_list("origin", flat=True))
    missing = [str(method.label) for method in METHODS if method.value not in used]
    if missing:
        raise MethodsMissing(methods=listed(missing))
    inspection.summary, inspection.advice, inspection.concluded_at = summary.strip(), advice.strip(), now
    inspection.save(update_fields=["summary", "advice", "concluded_at"])
    audit.record(actor=by, action="inspection.conclude", about=inspection, now=now, details={"methods": sorted(used)})
    return inspection


@transaction.atomic
def inspection_report(
    *,
    inspection: Inspection,
    reported_to: str,
    reported_on: date,
    by: Person,
    now: datetime,
    receipt_number: str = "",
    receipt_on: date | None = None,
) -> Inspection:
    """Record that the rectification report was sent, and its receipt when it has come (MEASURES-9d, MEASURES-9.2b).

    Raises NotConcluded, ReceiptIncomplete, DateAhead.
    """
    inspection = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if inspection.concluded_at is None:
        raise NotConcluded(inspection=inspection)
    happened(reported_on, now=now)
    number = receipt_number.strip()
    if bool(number) is (receipt_on is None):
        raise ReceiptIncomplete
    if receipt_on is not None and not reported_on <= receipt_on <= timezone.localdate(now):
        raise ReceiptIncomplete
    inspection.reported_to, inspection.reported_on = reported_to.strip(), reported_on
    inspection.receipt_number, inspection.receipt_on = number, receipt_on
    inspection.save(update_fields=["reported_to", "reported_on", "receipt_number", "receipt_on"])
    details = {"to": inspection.reported_to, "on": str(reported_on), "receipt": number}
    audit.record(actor=by, action="inspection.report", about=inspection, now=now, details=details)
    return inspection


def open_inspection(inspection: Inspection) -> Inspection:
    """The self-inspection as it stands, held until the transaction ends. Raises InspectionConcluded."""
    found = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if found.concluded_at is not None:
        raise InspectionConcluded(inspection=found)
    return found
