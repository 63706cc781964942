"""Plans on one centre and three protections, safeguards, and the end of a network."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from xingdun.approvals import services as approvals
from xingdun.approvals.services import StepWanted
from xingdun.assets.errors import EvidenceMissing, NetworkRetired, NotAsked, PlanNeedsNetwork, RetirementWaits
from xingdun.assets.models import Network, ProtectionPlan, Retirement, Safeguard
from xingdun.assets.rules import asked, title_of
from xingdun.assets.services.reading import happened, locked
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.organisation.models import Institution, Person

SECTIONS = ("management_centre", "communication_network", "area_boundary", "computing_environment")


@transaction.atomic
def plan_propose(
    *,
    kind: str,
    title: str,
    management_centre: str,
    communication_network: str,
    area_boundary: str,
    computing_environment: str,
    by: Person,
    now: datetime,
    network: Network | None = None,
) -> ProtectionPlan:
    """Propose a plan on one centre and three protections; approved, it replaces the one in force (MEASURES-6.3a).

    Raises PlanNeedsNetwork, NetworkRetired, NoApprover.
    """
    if (kind == ProtectionPlan.Kind.CONSTRUCTION) is (network is None):
        raise PlanNeedsNetwork
    if network is not None:
        network = locked(network)
    earlier = ProtectionPlan.objects.filter(institution=by.institution_id, kind=kind, network=network)
    sections = dict(
        zip(SECTIONS, (management_centre, communication_network, area_boundary, computing_environment), strict=True)
    )
    plan = ProtectionPlan.objects.create(
        institution_id=by.institution_id,
        kind=kind,
        network=network,
        title=title.strip(),
        version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
        proposed_by=by,
        proposed_at=now,
        **{name: text.strip() for name, text in sections.items()},
    )
    steps = [StepWanted(Role.DSO, clauses=("MEASURES-6.3a",))]
    if kind == ProtectionPlan.Kind.INFRASTRUCTURE:
        steps.append(StepWanted(Role.HEAD, clauses=("MEASURES-18b",)))
    approvals.process_open(about=plan, title=str(plan), content=content_of_plan(plan), steps=steps, by=by, now=now)
    audit.record(actor=by, action="plan.propose", about=plan, now=now, details={"kind": kind, "version": plan.version})
    return plan


def content_of_plan(plan: ProtectionPlan) -> dict[str, Any]:
    """What is approved: the plan's words, and for which network."""
    sections = {name: getattr(plan, name) for name in SECTIONS}
    return {"kind": str(plan.kind), "network": str(plan.network_id or ""), "title": plan.title, **sections}


@transaction.atomic
def plan_close(*, plan: ProtectionPlan, state: str, by: Person, now: datetime) -> ProtectionPlan:
    """Keep how the approvals ended; an approved plan is in force and replaces the one before."""
    plan = ProtectionPlan.objects.select_for_update().get(pk=plan.pk)
    if state == ProtectionPlan.State.APPROVED:
        before = ProtectionPlan.objects.filter(
            institution=plan.institution_id, kind=plan.kind, network=plan.network_id, state=state
        )
        before.update(state=ProtectionPlan.State.REPLACED)
        plan.approved_at = now
    plan.state = state
    plan.save(update_fields=["state", "approved_at"])
    audit.record(actor=by, action=f"plan.{state}", about=plan, now=now, details={"version": plan.version})
    return plan


def asked_of(network: Network) -> dict[str, Any]:
    """The safeguards asked of a network now, by key."""
    critical = Institution.objects.values_list("critical_infrastructure", flat=True).get(pk=network.institution_id)
    return {each.key: each for each in asked(level=network.level, critical=critical)}


def safeguards_lay(*, network: Network) -> None:
    """Give a network the rows of its list that it has not yet; the caller's entry tells it."""
    have = set(network.safeguards.values_list("key", flat=True))
    Safeguard.objects.bulk_create(
        Safeguard(institution_id=network.institution_id, network=network, key=key)
        for key in asked_of(network)
        if key not in have
    )


@transaction.atomic
def safeguards_assess(
    *, network: Network, safeguards: Iterable[str], state: str, evidence: str, by: Person, now: datetime
) -> Network:
    """Say how safeguards of a network stand, and what shows it (MEASURES-6.3c).

    safeguards: keys of its list. Raises NotAsked, EvidenceMissing, NetworkRetired.
    """
    network = locked(network)
    keys, asked_now = list(safeguards), asked_of(network)
    for key in keys:
        if key not in asked_now:
            raise NotAsked(safeguard=title_of(key), network=network)
    if not evidence.strip():
        raise EvidenceMissing
    safeguards_lay(network=network)
    network.safeguards.filter(key__in=keys).update(
        state=state, evidence=evidence.strip(), assessed_by=by, assessed_at=now
    )
    details = {"safeguards": sorted(keys), "state": state}
    audit.record(actor=by, action="safeguards.assess", about=network, now=now, details=details)
    return network


def safeguard_assess(*, safeguard: Safeguard, state: str, evidence: str, by: Person, now: datetime) -> Safeguard:
    """Say how one safeguard stands; as `safeguards_assess`."""
    safeguards_assess(
        network=safeguard.network, safeguards=[safeguard.key], state=state, evidence=evidence, by=by, now=now
    )
    safeguard.refresh_from_db()
    return safeguard


@transaction.atomic
def retirement_propose(
    *,
    network: Network,
    reason: str,
    risk_assessment: str,
    risk_assessed_on: date,
    destruction_method: str,
    destroyed_on: date,
    destruction_witness: str,
    destruction_record: str,
    by: Person,
    now: datetime,
) -> Retirement:
    """Propose the end of a network: its risks assessed, its data destroyed before a witness (MEASURES-17a, 17b).

    A network that ended without such a record gets it afterwards. Raises RetirementWaits, NetworkRetired, DateAhead,
    NoApprover.
    """
    network = locked(network, retired=True)
    if network.retired_at and network.retirements.filter(state=Retirement.State.APPROVED).exists():
        raise NetworkRetired(network=network)
    happened(risk_assessed_on, now=now)
    happened(destroyed_on, now=now)
    if network.retirements.filter(state=Retirement.State.WAITING).exists():
        raise RetirementWaits(network=network)
    facts = {
        "reason": reason.strip(),
        "risk_assessment": risk_assessment.strip(),
        "risk_assessed_on": risk_assessed_on,
        "destruction_method": destruction_method,
        "destroyed_on": destroyed_on,
        "destruction_witness": destruction_witness.strip(),
        "destruction_record": destruction_record.strip(),
    }
    retirement = Retirement.objects.create(
        institution_id=network.institution_id, network=network, proposed_by=by, proposed_at=now, **facts
    )
    steps = [StepWanted(Role.DSO, clauses=("MEASURES-17a",))]
    approvals.process_open(
        about=retirement, title=str(network), content=content_of_retirement(retirement), steps=steps, by=by, now=now
    )
    audit.record(
        actor=by,
        action="retirement.propose",
        about=retirement,
        now=now,
        reason=reason,
        under=network,
        details={"method": destruction_method, "record": facts["destruction_record"]},
    )
    return retirement


def content_of_retirement(retirement: Retirement) -> dict[str, Any]:
    """What is approved: why the network ends, how the risk was judged, and what became of its data."""
    names = ("reason", "risk_assessment", "risk_assessed_on", "destruction_method", "destroyed_on")
    told = {name: str(getattr(retirement, name)) for name in (*names, "destruction_witness", "destruction_record")}
    return {"network": str(retirement.network_id), **told}


@transaction.atomic
def retirement_close(*, retirement: Retirement, state: str, by: Person, now: datetime) -> Retirement:
    """Keep how the approvals ended; approved, the network is retired and its filing has to be revoked."""
    retirement = Retirement.objects.select_for_update().get(pk=retirement.pk)
    retirement.state = state
    if state == Retirement.State.APPROVED:
        retirement.approved_at = now
        network = locked(retirement.network, retired=True)
        network.state, network.retired_at = Network.State.RETIRED, network.retired_at or now
        network.save(update_fields=["state", "retired_at"])
    retirement.save(update_fields=["state", "approved_at"])
    audit.record(actor=by, action=f"retirement.{state}", about=retirement, now=now, under=retirement.network)
    return retirement
