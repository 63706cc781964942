"""Whether levels, changes and ends were told to the authorities in time, with receipts."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.assets.checks.asking import each, networks, owed
from xingdun.assets.filing_state import events, received
from xingdun.assets.models import Filing, Grading, Network, Recipient
from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, unknown

RECORDS = ("assets.network", "assets.grading", "assets.filing")
CHANGES = (Filing.Kind.CHANGE, Filing.Kind.REVOCATION)


def _filed(facts: Facts, network: Network, recipient: str) -> Verdict | None:
    """Of the first filing of a network with one recipient; None when none is asked."""
    first = next(
        (e for e in events(network, network.gradings.all(), network.filings.all()) if e.kind == Filing.Kind.FILING),
        None,
    )
    if first is None:
        return unknown(_("the network has no level"), subject=network) if network.level is None else None
    receipt = received(first, network.filings.all(), recipient)
    if receipt is not None:
        return satisfied([receipt], subject=network)
    sent = [filing for filing in network.filings.all() if filing.recipient == recipient]
    due_at = owed(facts, "mlps-filing", first.since, recipient)
    return pending(due_at, sent or [network], _("the receipt of the filing has not come"), subject=network)


@check("mlps-filing", reads=RECORDS)
def filed_with_public_security(facts: Facts) -> Iterator[Verdict]:
    """Networks from level 2 are filed within 10 working days (MEASURES-6.2a, MEASURES-6.2b, NOTE-2.2.2a)."""
    return each(facts, lambda network: _filed(facts, network, Recipient.PUBLIC_SECURITY), "gradings", "filings")


@check("mlps-filing-report", reads=RECORDS)
def filing_reported(facts: Facts) -> Iterator[Verdict]:
    """The filing is reported to the superior health authority (MEASURES-6.2c, NOTE-2.2.2b)."""
    return each(facts, lambda network: _filed(facts, network, Recipient.HEALTH_AUTHORITY), "gradings", "filings")


def _changes(facts: Facts, network: Network, recipient: str) -> tuple[list[Filing], list[datetime]]:
    """Of a network's changes and its end: the receipts that came, and when the others are due."""
    receipts, waiting = [], []
    for event in events(network, network.gradings.all(), network.filings.all()):
        if event.kind not in CHANGES:
            continue
        receipt = received(event, network.filings.all(), recipient)
        if receipt:
            receipts.append(receipt)
        else:
            waiting.append(owed(facts, "mlps-change", event.since, recipient))
    return receipts, waiting


@check("mlps-change", reads=RECORDS)
def changes_filed(facts: Facts) -> Iterator[Verdict]:
    """A changed or revoked level is filed anew within 10 working days (MEASURES-6.2d)."""
    for network in networks(facts, "gradings", "filings"):
        receipts, waiting = _changes(facts, network, Recipient.PUBLIC_SECURITY)
        if waiting:
            yield pending(min(waiting), [network], _("the change is not filed"), subject=network)
        elif receipts:
            yield satisfied(receipts, subject=network)


@check("mlps-change-report", reads=(*RECORDS, "assets.retirement"))
def changes_reported(facts: Facts) -> Verdict:
    """Every change or revocation is reported to the superior health authority at the same time (MEASURES-6.2e)."""
    receipts: list[Filing] = []
    waiting: list[tuple[datetime, Network]] = []
    rows = Network.objects.filter(institution=facts.institution)
    moved = rows.filter(Q(gradings__effect=Grading.Effect.CHANGE) | Q(retired_at__isnull=False)).distinct()
    for network in moved.prefetch_related("gradings", "filings"):
        came, due_at = _changes(facts, network, Recipient.HEALTH_AUTHORITY)
        receipts += came
        waiting += [(at, network) for at in due_at]
    if waiting:
        detail = _("a change was not reported to the health authority")
        return pending(min(at for at, _network in waiting), [network for _at, network in waiting], detail)
    return satisfied(receipts) if receipts else unknown(_("no filing was changed or revoked"))
