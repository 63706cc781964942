"""Whether plans are in force and safeguards stand."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _

from xingdun.assets.checks.asking import again, before_launch, each
from xingdun.assets.models import Network, ProtectionPlan, Safeguard
from xingdun.assets.rules import asked
from xingdun.frame.checks import Facts, Verdict, check, satisfied, unknown, violated
from xingdun.kernel.clocks import local
from xingdun.organisation.models import Institution

RECORDS = ("assets.network", "assets.safeguard", "organisation.institution")
RUNNING = (*RECORDS, "assets.grading", "assets.retirement")
PLANS = ("assets.protectionplan", "assets.network", "assets.grading", "assets.retirement")
STANDING = (Safeguard.State.IN_PLACE, Safeguard.State.NOT_NEEDED)
LACKING = (Safeguard.State.ABSENT, Safeguard.State.PARTIAL)
MOST_EVIDENCE = 100
AGAIN = "safeguard-assessment"


def _critical(facts: Facts) -> bool:
    """Whether the institution operates critical infrastructure."""
    return bool(Institution.objects.values_list("critical_infrastructure", flat=True).get(pk=facts.institution))


class Stands(NamedTuple):
    """How a safeguard stands: its state, its reference, and the day it was last assessed."""

    state: str
    reference: str
    assessed: date | None


_NEVER = Stands("", "", None)


def _standing(facts: Facts) -> dict[object, dict[str, Stands]]:
    """By network and safeguard: how it stands; read once a measurement."""
    kept: dict[object, dict[str, Stands]] | None = facts.shared.get(("assets.safeguard", facts.only))
    if kept is not None:
        return kept
    rows = Safeguard.objects.filter(institution=facts.institution)
    asked_about = facts.keys("assets.network")
    if asked_about is not None:
        rows = rows.filter(network_id__in=asked_about)
    found: dict[object, dict[str, Stands]] = defaultdict(dict)
    for key, network, name, state, at in rows.values_list("pk", "network_id", "key", "state", "assessed_at"):
        found[network][name] = Stands(state, f"assets.safeguard:{key}", at and local(at).date())
    facts.shared["assets.safeguard", facts.only] = found
    return found


def _measured(facts: Facts, duty: str, detail: object = _("a safeguard is missing or partial")) -> Iterator[Verdict]:
    """The safeguards that show one duty, on each network; a network of which none is asked is left out."""
    critical = _critical(facts)
    wanted = {
        level: [one.key for one in asked(level=level, critical=critical, duty=duty)] for level in (None, *range(1, 6))
    }
    standing = _standing(facts) if any(wanted.values()) else {}

    def measure(network: Network) -> Verdict | None:
        keys = wanted[network.level]
        if not keys:
            return None
        if not network.operating and network.level is None:
            return before_launch(network)
        stands = standing.get(network.pk, {})
        rows = [stands.get(key, _NEVER) for key in keys]
        lacking = [row.reference for row in rows if row.state in LACKING]
        if lacking:
            return violated(lacking, detail, subject=network)  # type: ignore[arg-type]
        assessed = [row.assessed for row in rows if row.assessed and row.state in STANDING]
        if len(assessed) < len(rows):
            graded = network.level is not None  # until then, what is asked of any network is asked of it
            open_ = _("a safeguard was not assessed yet") if graded else _("the network has no level")
            return unknown(open_, subject=network)
        due_at = again(facts, AGAIN, last=min(assessed), since=facts.now)
        return satisfied([row.reference for row in rows], subject=network, due_at=due_at)

    return each(facts, measure)


@check("protection-measures", reads=RECORDS)
def measures_in_place(facts: Facts) -> Iterator[Verdict]:
    """Every safeguard that the level asks for stands (MEASURES-6.3c)."""
    return _measured(facts, "protection-measures")


@check("protection-and-response", reads=RECORDS)
def protected_and_prepared(facts: Facts) -> Iterator[Verdict]:
    """Networks from level 2 detect, mend and are prepared for emergencies (MEASURES-5g2)."""
    return _measured(facts, "protection-and-response")


@check("cii-key-protection", reads=RECORDS)
def infrastructure_protected(facts: Facts) -> Iterator[Verdict]:
    """Critical infrastructure has its own safeguards on top of the level's (MEASURES-5h)."""
    return _measured(facts, "cii-key-protection")


@check("redundancy", reads=RECORDS)
def redundant(facts: Facts) -> Iterator[Verdict]:
    """From level 3 important links and devices are redundant (MEASURES-12b, NOTE-2.5d)."""
    return _measured(facts, "redundancy")


@check("physical-isolation", reads=RECORDS)
def isolated(facts: Facts) -> Iterator[Verdict]:
    """Hospital systems are physically isolated from internet services (DIGITAL-6.1.2a)."""
    return _measured(facts, "physical-isolation")


@check("border-defence", reads=RECORDS)
def defended_in_depth(facts: Facts) -> Iterator[Verdict]:
    """Firewall, WAF and IPS stand at the border (DIGITAL-7.2.4.1)."""
    return _measured(facts, "border-defence")


@check("state-secrets", reads=RECORDS)
def without_state_secrets(facts: Facts) -> Iterator[Verdict]:
    """Each network here was found to hold no state secrets; those that do follow the state's rules (MEASURES-33a)."""
    return _measured(facts, "state-secrets", _("it holds state secrets: keep it apart, and off this platform"))


@check("mlps-cii-requirements", reads=RUNNING)
def requirements_carried_out(facts: Facts) -> Verdict:
    """Every safeguard that graded protection asks for stands on every network that runs (MEASURES-5d)."""
    running = Network.objects.filter(
        institution=facts.institution, in_operation_since__isnull=False, retired_at__isnull=True
    )
    levels = list(running.values_list("level", flat=True).distinct())
    if not levels:
        return unknown(_("no network in operation is registered"))
    critical, open_, oldest = _critical(facts), list[Network](), list[datetime]()
    for level in levels:
        keys = [one.key for one in asked(level=level, critical=critical)]
        stand = Safeguard.objects.filter(institution=facts.institution, key__in=keys, state__in=STANDING)
        by_network = stand.order_by().values("network").annotate(done=Count("pk"), oldest=Min("assessed_at"))
        whole = by_network.filter(done=len(keys))
        on_level = running.filter(level=level)
        open_ += on_level.exclude(pk__in=whole.values("network"))[:MOST_EVIDENCE]
        oldest += whole.filter(network__in=on_level).order_by("oldest").values_list("oldest", flat=True)[:1]
    if open_:
        return violated(open_[:MOST_EVIDENCE], _("networks whose safeguards are not assessed or do not all stand"))
    due_at = again(facts, AGAIN, last=local(min(oldest)).date(), since=facts.now)
    return satisfied(running.order_by("pk")[:MOST_EVIDENCE], due_at=due_at)


def _in_force(facts: Facts, kind: str) -> list[ProtectionPlan]:
    plans = ProtectionPlan.objects.filter(institution=facts.institution, state=ProtectionPlan.State.APPROVED)
    return list(plans.filter(kind=kind))


@check("protection-plan", reads=PLANS)
def plans_in_force(facts: Facts) -> Verdict:
    """An overall plan on one centre and three protections, and one for each new network (MEASURES-6.3a)."""
    overall = _in_force(facts, ProtectionPlan.Kind.OVERALL)
    if not overall:
        return violated([], _("no overall plan is in force"))
    planned = _in_force(facts, ProtectionPlan.Kind.CONSTRUCTION)
    new = Network.objects.filter(institution=facts.institution, new=True, level__isnull=False, retired_at=None)
    without = list(new.exclude(pk__in=[plan.network_id for plan in planned]).order_by("pk")[:MOST_EVIDENCE])
    if without:
        return violated(without, _("a new network has no construction plan"))
    return satisfied([*overall, *planned[:MOST_EVIDENCE]])


@check("cii-protection-plan", reads=("assets.protectionplan",))
def infrastructure_plan_in_force(facts: Facts) -> Verdict:
    """An operator of critical infrastructure has a protection plan for it (MEASURES-18b)."""
    found = _in_force(facts, ProtectionPlan.Kind.INFRASTRUCTURE)
    return satisfied(found) if found else violated([], _("no protection plan for critical infrastructure is in force"))
