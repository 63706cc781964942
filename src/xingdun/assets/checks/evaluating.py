"""Whether networks are tested before launch, every year, and evaluated by an agency in time."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from xingdun.assets.checks.asking import before_launch, each, not_running, renewed
from xingdun.assets.models import Evaluation, Network
from xingdun.assets.rules import evaluation_clock, floor_of
from xingdun.assets.services.evaluations import qualified
from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, unknown, violated

RECORDS = ("assets.network", "assets.grading", "assets.evaluation")
BY_AGENCY = (*RECORDS, "assets.agency")
YEARLY = "mlps-evaluation-3-4"


def last_report(network: Network, *kinds: str, level: int = 0) -> Evaluation | None:
    """The latest report of these kinds (any), of `level` or above."""
    found = [
        one
        for one in network.evaluations.all()
        if (not kinds or one.kind in kinds) and (one.level is None or one.level >= level)
    ]
    return max(found, key=lambda one: one.reported_on, default=None)


def _ungraded(network: Network) -> Verdict:
    if network.operating:
        return violated([network], _("in operation without a level"), subject=network)
    return before_launch(network)


@check("pre-launch-test", reads=RECORDS)
def tested_before_launch(facts: Facts) -> Iterator[Verdict]:
    """A new network passes a security test before it goes live (MEASURES-6.4f, NOTE-2.2.3a)."""

    def measure(network: Network) -> Verdict | None:
        if not network.new:
            return None
        passed = [one for one in network.evaluations.all() if one.kind == Evaluation.Kind.PRE_LAUNCH and one.passed]
        if passed:
            return satisfied(passed, subject=network)
        if network.operating:
            return violated([network], _("in operation without a security test before launch"), subject=network)
        return before_launch(network, _("not tested yet"))

    return each(facts, measure, "evaluations")


@check("networks-tested", reads=RECORDS)
def tested_every_year(facts: Facts) -> Iterator[Verdict]:
    """Graded networks are tested or evaluated, by themselves at least, every year (MEASURES-6.4a, NOTE-2.2.3a)."""

    def measure(network: Network) -> Verdict:
        if network.level is None:
            return _ungraded(network)
        if not network.operating:
            return not_running(facts, network, "network-test")
        last, due_at = renewed(facts, "network-test", network, last_report(network))
        if last is None:
            return pending(due_at, [network], _("not tested since it was graded"), subject=network)
        return satisfied([last], subject=network, due_at=due_at)

    return each(facts, measure, "evaluations", "gradings")


def _evaluated(facts: Facts, network: Network, clock: str) -> Verdict:
    """Evaluated by an agency at its level within the clock's period, and passed."""
    if not network.operating:
        return not_running(facts, network, clock)
    last = last_report(network, Evaluation.Kind.EVALUATION, level=network.level or 0)
    if last is not None and not last.passed:
        return violated([last], _("the last evaluation was not passed"), subject=network)
    last, due_at = renewed(facts, clock, network, last)
    if last is None:
        return pending(due_at, [network], _("not evaluated at its level yet"), subject=network)
    return satisfied([last], subject=network, due_at=due_at)


@check("mlps-evaluation-3-4", reads=RECORDS)
def evaluated_every_year(facts: Facts) -> Iterator[Verdict]:
    """Levels 3 and 4, and what carries internet care: every year (MEASURES-6.4b, INTERNET-7.1b1, INTERNET-7.1b2)."""

    def measure(network: Network) -> Verdict | None:
        marks = frozenset({"carries_internet_care"} if network.carries_internet_care else ())
        if network.level is None and not network.operating:
            return before_launch(network)
        if network.level is None and not marks:
            return unknown(_("the network has no level"), subject=network)
        if (network.level or 0) < floor_of(marks):
            return violated([network], _("the level is below what such a network must have"), subject=network)
        if evaluation_clock(network.level, network.persons_held, facts.readings) != YEARLY:
            return None
        return _evaluated(facts, network, YEARLY)

    return each(facts, measure, "evaluations", "gradings")


def _level_two(facts: Facts, clock: str) -> Iterator[Verdict]:
    def measure(network: Network) -> Verdict | None:
        wanted = evaluation_clock(network.level, network.persons_held, facts.readings)
        return _evaluated(facts, network, clock) if wanted == clock else None

    return each(facts, measure, "evaluations", "gradings")


@check("mlps-evaluation-2-large", reads=RECORDS)
def large_networks_evaluated(facts: Facts) -> Iterator[Verdict]:
    """Level 2 with the data of 100,000 persons or more: every three years (MEASURES-6.4d, NOTE-2.2.3b)."""
    return _level_two(facts, "mlps-evaluation-2-large")


@check("mlps-evaluation-2", reads=RECORDS)
def other_networks_evaluated(facts: Facts) -> Iterator[Verdict]:
    """Other networks of level 2: every five years (MEASURES-6.4e, NOTE-2.2.3b)."""
    return _level_two(facts, "mlps-evaluation-2")


@check("evaluation-agency", reads=BY_AGENCY)
def evaluated_by_an_agency(facts: Facts) -> Iterator[Verdict]:
    """Who evaluated it at its level held a valid certificate on the day of the report (MEASURES-6.4c, NOTE-2.2.3b)."""

    def measure(network: Network) -> Verdict | None:
        clock = evaluation_clock(network.level, network.persons_held, facts.readings)
        if not clock:
            return None if network.level else unknown(_("the network has no level"), subject=network)
        last = last_report(network, Evaluation.Kind.EVALUATION, level=network.level or 0)
        if last is None or last.agency is None:
            if not network.operating:
                return not_running(facts, network, clock)
            _last, due_at = renewed(facts, clock, network, None)
            return pending(due_at, [network], _("not evaluated by an agency at its level yet"), subject=network)
        if not qualified(last.agency, last.reported_on):
            return violated([last, last.agency], _("the agency held no valid certificate"), subject=network)
        return satisfied([last, last.agency], subject=network)

    return each(facts, measure, "evaluations", "evaluations__agency", "gradings")
