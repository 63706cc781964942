"""Whether levels were determined in time, rightly, and with the authority's consent."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from xingdun.assets.checks.asking import before_launch, each, owed
from xingdun.assets.models import Grading, Network, Recipient
from xingdun.assets.rules import floor_of
from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, unknown, violated

RECORDS = ("assets.network", "assets.grading")


def in_force(network: Network) -> Grading | None:
    """The grading whose level is in force."""
    decided = [grading for grading in network.gradings.all() if grading.determined_at is not None]
    return max(decided, key=lambda grading: (grading.determined_at, grading.proposed_at, grading.pk), default=None)


@check("grading-at-planning", reads=RECORDS)
def graded_when_planned(facts: Facts) -> Iterator[Verdict]:
    """A new network has its level before it is built and runs (MEASURES-6.1a, NOTE-2.2.1)."""

    def measure(network: Network) -> Verdict | None:
        if not network.new:
            return None
        if network.level is not None:
            return satisfied([grading for grading in [in_force(network)] if grading], subject=network)
        if network.operating:
            return violated([network], _("in operation without a level"), subject=network)
        return before_launch(network, _("not graded yet"))

    return each(facts, measure, "gradings")


@check("level-correct", reads=RECORDS)
def level_is_right(facts: Facts) -> Iterator[Verdict]:
    """The level in force is not below what the matrices and the rules ask today (MEASURES-6.1d)."""

    def measure(network: Network) -> Verdict:
        grading = in_force(network)
        if grading is None or network.level is None:
            if network.operating:
                return violated([network], _("in operation without a level"), subject=network)
            return before_launch(network, _("not graded yet"))
        marks = frozenset({"carries_internet_care"} if network.carries_internet_care else ())
        least = max(grading.information_level, grading.service_level, floor_of(marks))
        if network.level < least:
            return violated([network, grading], _("the level is below what the rules ask today"), subject=network)
        return satisfied([grading], subject=network)

    return each(facts, measure, "gradings")


@check("level-consent", reads=RECORDS)
def authority_consents(facts: Facts) -> Iterator[Verdict]:
    """The superior authority consented to the level, by the time it is to be filed (MEASURES-6.1e).

    The text names no period; the filing, which follows the consent, gives the latest day.
    """

    def measure(network: Network) -> Verdict | None:
        grading = in_force(network)
        if grading is None or grading.determined_at is None:
            if network.operating:
                return unknown(_("the network has no level"), subject=network)
            return before_launch(network, _("not graded yet"))
        if grading.opinion == Grading.Opinion.CONSENTED:
            return satisfied([grading], subject=network)
        if grading.opinion == Grading.Opinion.REFUSED:
            return violated([grading], _("the authority did not consent to the level"), subject=network)
        due_at = owed(facts, "level-consent", grading.determined_at, Recipient.HEALTH_AUTHORITY)
        return pending(due_at, [grading], _("the authority has not replied to the level"), subject=network)

    return each(facts, measure, "gradings")
