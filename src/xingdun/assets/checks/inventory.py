"""What networks there are, who answers for them, and where each stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from xingdun.assets.checks.asking import before_launch, each, networks, not_running, owed, renewed
from xingdun.assets.checks.evaluating import last_report
from xingdun.assets.filing_state import events, received
from xingdun.assets.models import Evaluation, Filing, Finding, Grading, Network, Recipient, Retirement, Technology
from xingdun.assets.rules import evaluation_clock, from_level
from xingdun.frame.checks import (
    Facts,
    Subject,
    Verdict,
    check,
    facts_from,
    pending,
    satisfied,
    subjects_of,
    violated,
)

PROFILE = ("purpose", "service_scope", "service_objects", "data_description")
# The end of a network is told of as its retirement, a file of findings as one result.
SUBJECTS = (
    *("assets.network", "assets.grading", "assets.filing", "assets.retirement"),
    *("assets.finding", "assets.findingbatch"),
)
RECORDS = ("assets.network", "assets.grading", "assets.filing", "assets.evaluation")


@subjects_of("network", record="assets.network", reads=SUBJECTS)
def find_networks(facts: Facts) -> Iterator[Subject]:
    """Every network, retired ones too: their end has duties of its own."""
    changes = Grading.objects.filter(network=OuterRef("pk"), effect=Grading.Effect.CHANGE)
    filed = Filing.objects.filter(network=OuterRef("pk"), kind=Filing.Kind.FILING)
    open_ = Finding.objects.filter(network=OuterRef("pk"), state__in=Finding.UNMENDED)
    rows = Network.objects.filter(institution=facts.institution).annotate(
        was_changed=Exists(changes), was_filed=Exists(filed), is_weak=Exists(open_)
    )
    keys = facts.keys("assets.network")
    for network in rows if keys is None else rows.filter(pk__in=keys):
        yield Subject(network.reference, str(network), network.competent_department_id, _facts_of(network))


def _facts_of(network: Any) -> dict[str, bool | int]:
    known: dict[str, bool | int] = {
        "carries_internet_care": network.carries_internet_care,
        "network_new": network.new,
        "network_retired": network.retired_at is not None,
        "findings_open": network.is_weak,
        "network_changed": network.was_changed or (network.retired_at is not None and network.was_filed),
    }
    if network.level is not None:
        known["mlps_level"] = network.level
    if network.persons_held is not None:
        known["persons_held"] = network.persons_held
    return known


@facts_from(reads=("assets.network", "assets.retirement"))
def told_by_networks(facts: Facts) -> Mapping[str, bool]:
    """What the networks show about the institution; what they do not show is left to its profile."""
    used: set[str] = set()
    running = Network.objects.filter(institution=facts.institution, retired_at__isnull=True).exclude(technologies=[])
    for technologies in running.values_list("technologies", flat=True).distinct():
        used |= set(technologies)
    known: dict[str, bool] = {}
    if used - {Technology.CLOUD}:
        known["uses_new_technology"] = True
    if Technology.BLOCKCHAIN in used:
        known["uses_blockchain"] = True
    return known


@check("network-departments", reads=("assets.network",))
def departments_named(facts: Facts) -> Iterator[Verdict]:
    """Each network names all four departments that answer for it (MEASURES-2d, MEASURES-6a, NOTE-2.1b)."""

    def measure(network: Network) -> Verdict:
        if network.missing_departments:
            return violated([network], _("a department that answers for it is not named"), subject=network)
        return satisfied([network], subject=network)

    return each(facts, measure)


@check("network-profile", reads=("assets.network",))
def profile_known(facts: Facts) -> Iterator[Verdict]:
    """Function, service scope, served and data of each network are known, persons counted.

    MEASURES-6.1b, MEASURES-6.1c. The new technology a network uses stands in its record.
    """

    def measure(network: Network) -> Verdict:
        if network.persons_held is None or not all(getattr(network, name) for name in PROFILE):
            detail = _("function, service scope, served, data held or the number of persons is missing")
            return violated([network], detail, subject=network)
        return satisfied([network], subject=network)

    return each(facts, measure)


@check("network-state-known", reads=RECORDS)
def state_known(facts: Facts) -> Iterator[Verdict]:
    """The level of each network is known, and what was filed is what is in force (MEASURES-9.1b)."""

    def measure(network: Network) -> Verdict:
        if network.level is None:
            return _ungraded(network)
        waits = _next_filing(facts, network)
        if waits is not None:
            return waits
        return satisfied([network, *network.filings.all()], subject=network)

    return each(facts, measure, "gradings", "filings")


def _ungraded(network: Network) -> Verdict:
    if network.operating:
        return violated([network], _("in operation without a level"), subject=network)
    return before_launch(network)


def _next_filing(facts: Facts, network: Network) -> Verdict | None:
    """What public security has not received yet, by the earliest date; None when all is received."""
    if (network.level or 0) < from_level("filing") and not network.filings.all():
        return None
    clocks = {Filing.Kind.FILING.value: "mlps-filing"}
    waiting = [
        owed(facts, clocks.get(event.kind, "mlps-change"), event.since, Recipient.PUBLIC_SECURITY)
        for event in events(network, network.gradings.all(), network.filings.all())
        if not received(event, network.filings.all(), Recipient.PUBLIC_SECURITY)
    ]
    return pending(min(waiting), [network], _("not filed with public security"), subject=network) if waiting else None


@check("mlps-life-cycle", reads=RECORDS)
def life_cycle_walked(facts: Facts) -> Iterator[Verdict]:
    """Each network is graded, filed, evaluated and mended in its turn (MEASURES-6b, MEASURES-6.5a, NOTE-2.2a)."""

    def measure(network: Network) -> Verdict:
        if network.level is None:
            return _ungraded(network)
        waits = _next_filing(facts, network)
        if waits is not None:
            return waits
        return _evaluated(facts, network)

    return each(facts, measure, "gradings", "filings", "evaluations")


@check("network-retirement", reads=("assets.network", "assets.retirement"))
def retired_in_order(facts: Facts) -> Iterator[Verdict]:
    """The risks of each retired network were assessed, its data sealed, destroyed or moved before a witness.

    MEASURES-17a, MEASURES-17b, MEASURES-17c, NOTE-2.7b.
    """
    for network in networks(facts, "retirements"):
        if network.retired_at is None:
            continue
        approved = [each for each in network.retirements.all() if each.state == Retirement.State.APPROVED]
        if approved:
            yield satisfied(approved, subject=network)
        else:
            detail = _("retired without a risk assessment and a record of what became of its data")
            yield violated([network], detail, subject=network)


def _evaluated(facts: Facts, network: Network) -> Verdict:
    """Evaluated in time at its level, with a plan for what was found."""
    unplanned = [each for each in network.evaluations.all() if each.issues and not each.rectification_plan]
    if unplanned:
        return violated(unplanned, _("issues of an evaluation have no rectification plan"), subject=network)
    clock = evaluation_clock(network.level, network.persons_held, facts.readings)
    if not clock:
        return satisfied([network], subject=network)
    if not network.operating:
        return not_running(facts, network, clock)
    last = last_report(network, Evaluation.Kind.EVALUATION, level=network.level or 0)
    last, due_at = renewed(facts, clock, network, last)
    if last is None:
        return pending(due_at, [network], _("not evaluated yet"), subject=network)
    return satisfied([network, last], subject=network, due_at=due_at)
