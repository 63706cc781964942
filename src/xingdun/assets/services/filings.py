"""Telling the authorities: filing, change, revocation, each with its receipt (MEASURES-6.2)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xingdun.assets.errors import NothingToFile, ReceiptIncomplete
from xingdun.assets.filing_state import Event, unfiled
from xingdun.assets.models import Filing, Network, Recipient
from xingdun.assets.rules import from_level
from xingdun.assets.services.reading import happened, locked
from xingdun.audit import services as audit
from xingdun.organisation.models import Person


def _receipt(filing: Filing, number: str, day: date | None, now: datetime) -> None:
    """Put a receipt on the filing. Raises ReceiptIncomplete."""
    if bool(number.strip()) is (day is None):
        raise ReceiptIncomplete
    if day is not None and not filing.filed_on <= day <= timezone.localdate(now):
        raise ReceiptIncomplete
    filing.receipt_number, filing.receipt_on = number.strip(), day


def _event(network: Network, recipient: str) -> Event:
    events = unfiled(network, network.gradings.all(), network.filings.all(), recipient)
    if not events:
        raise NothingToFile(network=network, level=from_level("filing"))
    return events[0]


@transaction.atomic
def filing_send(
    *,
    network: Network,
    recipient: str,
    organ: str,
    filed_on: date,
    by: Person,
    now: datetime,
    receipt_number: str = "",
    receipt_on: date | None = None,
) -> Filing:
    """Record that the level, its change or its revocation was sent to an authority.

    What is due with that recipient decides what it is: the oldest that was not sent. The receipt may come later.
    Raises NothingToFile, ReceiptIncomplete, DateAhead. Source: MEASURES-6.2b to MEASURES-6.2e.
    """
    network = locked(network, retired=True)
    happened(filed_on, now=now)
    event = _event(network, recipient)
    filing = Filing(
        institution_id=network.institution_id,
        network=network,
        grading=event.grading,
        kind=event.kind,
        recipient=recipient,
        organ=organ.strip(),
        level=event.level,
        filed_on=filed_on,
        recorded_by=by,
        recorded_at=now,
    )
    _receipt(filing, receipt_number, receipt_on, now)
    filing.save(force_insert=True)
    _move(network, filing)
    details = {"kind": filing.kind, "recipient": recipient, "level": filing.level, "receipt": filing.receipt_number}
    audit.record(actor=by, action="filing.send", about=filing, now=now, under=network, details=details)
    return filing


@transaction.atomic
def filing_receive(*, filing: Filing, receipt_number: str, receipt_on: date, by: Person, now: datetime) -> Filing:
    """Record the receipt; with it the filing is done. Raises ReceiptIncomplete."""
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    _receipt(filing, receipt_number, receipt_on, now)
    filing.save(update_fields=["receipt_number", "receipt_on"])
    _move(locked(filing.network, retired=True), filing)
    details = {"receipt": filing.receipt_number, "on": str(receipt_on)}
    audit.record(actor=by, action="filing.receive", about=filing, now=now, under=filing.network, details=details)
    return filing


def _move(network: Network, filing: Filing) -> None:
    """Where the network stands once public security has given its receipt."""
    if filing.recipient != Recipient.PUBLIC_SECURITY or not filing.receipt_number:
        return
    if network.state in {Network.State.GRADED, Network.State.CHANGED}:
        network.state = Network.State.OPERATING if network.in_operation_since else Network.State.FILED
        network.save(update_fields=["state"])
