"""Whether plans are in force and safeguards stand."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from xingdun.assets.checks.asking import before_launch, each
from xingdun.assets.models import Network, ProtectionPlan, Safeguard
from xingdun.assets.rules import asked
from xingdun.frame.checks import Facts, Verdict, check, satisfied, unknown, violated
from xingdun.organisation.models import Institution

RECORDS = ("assets.network", "assets.safeguard", "organisation.institution")
RUNNING = (*RECORDS, "assets.grading", "assets.retirement")
PLANS = ("assets.protectionplan", "assets.network", "assets.grading", "assets.retirement")
STANDING = (Safeguard.State.IN_PLACE, Safeguard.State.NOT_NEEDED)
LACKING = (Safeguard.State.ABSENT, Safeguard.State.PARTIAL)
MOST_EVIDENCE = 100


def _critical(facts: Facts) -> bool:
    """Whether the institution operates critical infrastructure."""
    return bool(Institution.objects.values_list("critical_infrastructure", flat=True).get(pk=facts.institution))


def _standing(facts: Facts) -> dict[object, dict[str, tuple[str, str]]]:
    """By network and safeguard: its state and its reference; read once a measurement."""
    kept: dict[object, dict[str, tuple[str, str]]] | None = facts.shared.get(("assets.safeguard", facts.only))
    if kept is not None:
        return kept
    rows = Safeguard.objects.filter(institution=facts.institution)
    asked_about = facts.keys("assets.network")
    if asked_about is not None:
        rows = rows.filter(network_id__in=asked_about)
    found: dict[object, dict[str, tuple[str, str]]] = defaultdict(dict)
    for key, network, name, state in rows.values_list("pk", "network_id", "key", "state"):
        found[network][name] = (state, f"assets.safeguard:{key}")
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
        rows = [stands.get(key, ("", "")) for key in keys]
        lacking = [reference for state, reference in rows if state in LACKING]
        if lacking:
            return violated(lacking, detail, subject=network)  # type: ignore[arg-type]
        if any(state not in STANDING for state, _reference in rows):
            return unknown(_("a safeguard was not assessed yet"), subject=network)
        return satisfied([reference for _state, reference in rows], subject=network)

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
def requirements_assessed(facts: Facts) -> Verdict:
    """Every requirement of graded protection was assessed on every network that runs (MEASURES-5d)."""
    running = Network.objects.filter(
        institution=facts.institution, in_operation_since__isnull=False, retired_at__isnull=True
    )
    levels = list(running.values_list("level", flat=True).distinct())
    if not levels:
        return unknown(_("no network in operation is registered"))
    critical, open_ = _critical(facts), list[Network]()
    for level in levels:
        keys = [one.key for one in asked(level=level, critical=critical)]
        assessed = Safeguard.objects.filter(institution=facts.institution, key__in=keys)
        by_network = assessed.exclude(state=Safeguard.State.OPEN).order_by().values("network")
        whole = by_network.annotate(done=Count("pk")).filter(done=len(keys)).values("network")
        open_ += running.filter(level=level).exclude(pk__in=whole)[:MOST_EVIDENCE]
    if open_:
        return violated(open_[:MOST_EVIDENCE], _("networks whose safeguards were not assessed"))
    return satisfied(running.order_by("pk")[:MOST_EVIDENCE])


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
