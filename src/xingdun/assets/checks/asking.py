"""What the checks of networks have in common: which networks are asked about, and when something falls due."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models import Evaluation, Network
from xingdun.frame.checks import Facts, Verdict, pending, unknown
from xingdun.kernel.clocks import day_end, day_start, due, find_clock, next_occurrence

NETWORK = "assets.network"
Measure = Callable[[Network], Verdict | None]


def networks(facts: Facts, *with_: str) -> list[Network]:
    """The networks asked about, with these records of theirs at hand: read once a measurement, one query each."""
    held, loaded = facts.shared.get((NETWORK, facts.only), (None, set()))
    if held is None:
        rows = Network.objects.filter(institution=facts.institution)
        keys = facts.keys(NETWORK)
        held = list(rows if keys is None else rows.filter(pk__in=keys))
        facts.shared[NETWORK, facts.only] = held, loaded
    missing = [name for name in with_ if name not in loaded]
    if missing:
        prefetch_related_objects(held, *missing)
        loaded.update(missing)
    return held


def each(facts: Facts, measure: Measure, *with_: str) -> Iterator[Verdict]:
    """A verdict a network; one that has ended owes nothing more, and like one that `measure` leaves out gets none."""
    for network in networks(facts, *with_):
        if network.retired_at is None and (found := measure(network)):
            yield found


def before_launch(network: Network, detail: object = _("the network is planned")) -> Verdict:
    """Of what comes with the launch of a planned network: due then, unknown while no date is given."""
    if network.launch_planned_on is None:
        return unknown(_("the network is planned, without a date of its launch"), subject=network)
    return pending(day_end(network.launch_planned_on), [network], detail, subject=network)  # type: ignore[arg-type]


def not_running(facts: Facts, network: Network, clock: str) -> Verdict:
    """Of what recurs while a network runs: its first period begins with the launch, however late that comes."""
    planned = network.launch_planned_on
    if planned is None:
        return before_launch(network)
    if day_end(planned) < facts.now:
        detail = _("the planned day of its launch has passed and it does not run: enter its launch, or a new day")
        return unknown(detail, subject=network)
    due_at = again(facts, clock, last=None, since=day_start(planned))
    return pending(due_at, [network], _("the network is planned"), subject=network)


def owed(facts: Facts, clock: str, since: datetime, recipient: str | None = None) -> datetime:
    """When something that began at `since` falls due under a clock."""
    key = (clock, since, recipient)
    if key not in facts.shared:
        facts.shared[key] = due(find_clock(clock), since, facts.calendar, recipient=recipient).at
    at: datetime = facts.shared[key]
    return at


def again(facts: Facts, clock: str, *, last: date | None, since: datetime) -> datetime:
    """When something that recurs falls due: after the day it was `last` done, else since it applies."""
    key = (clock, last, None if last else since)
    if key not in facts.shared:
        done = day_start(last) if last else None
        facts.shared[key] = next_occurrence(find_clock(clock), facts.calendar, last=done, since=since).due.at
    at: datetime = facts.shared[key]
    return at


def renewed(facts: Facts, clock: str, network: Network, last: Evaluation | None) -> tuple[Evaluation | None, datetime]:
    """The report that counts for a running network, and when the next is due.

    A report from before the launch counts from the launch, unless its period had ended by then.
    """
    launch = network.in_operation_since
    if last and launch and last.reported_on < launch:
        if again(facts, clock, last=last.reported_on, since=network.registered_at) < day_start(launch):
            last = None
        else:
            return last, again(facts, clock, last=launch, since=network.registered_at)
    return last, again(facts, clock, last=last.reported_on if last else None, since=applies_since(network))


def applies_since(network: Network) -> datetime:
    """Since when a graded network owes evaluations: it has its level, and it runs.

    A level that is determined again as it was puts nothing off.
    """
    started = day_start(network.in_operation_since) if network.in_operation_since else network.registered_at
    return max(started, _level_since(network) or started)


def _level_since(network: Network) -> datetime | None:
    """Since when the level in force holds without a break, by the determinations on record."""
    decided = [(each.determined_at, each.level) for each in network.gradings.all() if each.determined_at is not None]
    since = network.level_determined_at
    for at, level in sorted(decided, reverse=True):
        if level != network.level:
            break
        since = min(since or at, at)
    return since
