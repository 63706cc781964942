"""Determining levels: proposed by the matrices, approved by others, told to the authority (MEASURES-6.1)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.approvals.services import StepWanted
from xingdun.assets.errors import GradingWaits, LevelTooLow, NotTheProposer, OpinionGiven, ReasonMissing
from xingdun.assets.models import Filing, Grading, Network, Recipient
from xingdun.assets.rules import Derived, derive, from_level
from xingdun.assets.services.networks import refuse_missing
from xingdun.assets.services.protection import safeguards_lay
from xingdun.assets.services.reading import happened, locked
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import day_start
from xingdun.organisation.models import Person

OBJECTS = ("citizens", "society", "nation")


def derived(network: Network, harm: dict[str, str]) -> Derived:
    """What the matrices and the rules give for `harm`, by the names of the grading's fields."""
    marks = frozenset({"carries_internet_care"} if network.carries_internet_care else ())
    return derive(
        information={thing: harm.get(f"information_{thing}", "") for thing in OBJECTS},
        service={thing: harm.get(f"service_{thing}", "") for thing in OBJECTS},
        marks=marks,
    )


def content_of(grading: Grading) -> dict[str, Any]:
    """What is approved: the harm, the level, and since when it holds."""
    harm = {
        f"{side}_{thing}": getattr(grading, f"{side}_{thing}")
        for side in ("information", "service")
        for thing in OBJECTS
    }
    return {
        "network": str(grading.network_id),
        "level": grading.level,
        "least": grading.least,
        "reason": grading.reason,
        "expert_review": grading.expert_review,
        "determined_earlier_on": str(grading.determined_earlier_on or ""),
        **harm,
    }


def _steps(level: int) -> list[StepWanted]:
    steps = [StepWanted(Role.DSO, clauses=("MEASURES-6.1d",))]
    if level >= from_level("head_approves"):
        steps.append(StepWanted(Role.HEAD, clauses=("MEASURES-6.1d",)))
    return steps


@transaction.atomic
def grading_propose(
    *,
    network: Network,
    by: Person,
    now: datetime,
    level: int | None = None,
    reason: str = "",
    expert_review: str = "",
    expert_reviewed_on: date | None = None,
    determined_earlier_on: date | None = None,
    **harm: str,
) -> Grading:
    """Propose a network's level; it is in force when others approve.

    harm: `information_citizens`, `information_society`, `information_nation`, and the same for `service_`, each
    `general`, `serious`, `particular` or empty. level: None takes what the matrices and the rules give; a higher one
    needs its reason. determined_earlier_on: when the level was determined before the platform knew the network.
    Raises DepartmentsMissing, GradingWaits, LevelTooLow, ReasonMissing, DateAhead, NetworkRetired, and NoApprover.
    Source: MEASURES-6.1d, GB/T 22240-2020.
    """
    network = locked(network)
    refuse_missing(network)
    if network.gradings.filter(state=Grading.State.WAITING).exists():
        raise GradingWaits(network=network)
    happened(expert_reviewed_on, now=now)
    happened(determined_earlier_on, now=now)
    found = derived(network, harm)
    level = found.least if level is None else level
    if level < found.least:
        raise LevelTooLow(level=level, least=found.least, information=found.information, service=found.service)
    if level > found.least and not reason.strip():
        raise ReasonMissing(level=level, least=found.least)
    grading = Grading.objects.create(
        institution_id=network.institution_id,
        network=network,
        information_level=found.information,
        service_level=found.service,
        least=found.least,
        level=level,
        reason=reason.strip(),
        expert_review=expert_review.strip(),
        expert_reviewed_on=expert_reviewed_on,
        determined_earlier_on=determined_earlier_on,
        previous_level=network.level,
        proposed_by=by,
        proposed_at=now,
        **harm,
    )
    if network.state == Network.State.PLANNING:
        network.state = Network.State.GRADING
        network.save(update_fields=["state"])
    approvals.process_open(
        about=grading, title=str(grading), content=content_of(grading), steps=_steps(level), by=by, now=now
    )
    audit.record(
        actor=by,
        action="grading.propose",
        about=grading,
        now=now,
        reason=reason,
        under=network,
        details={"level": level, "least": found.least, "cells": list(found.cells), "floor": found.floor},
    )
    return grading


@transaction.atomic
def grading_withdraw(*, grading: Grading, by: Person, now: datetime) -> Grading:
    """Who proposed it takes it back while it waits. Raises NotTheProposer."""
    process = Process.objects.filter(about=grading.reference, state=Process.State.OPEN).first()
    if process is None or grading.proposed_by_id != by.pk:
        raise NotTheProposer(person=grading.proposed_by)
    approvals.process_withdraw(process=process, by=by, now=now)
    grading.refresh_from_db()
    return grading


def _effect(network: Network, level: int, filings: list[Filing]) -> str:
    """What has to be filed after this determination."""
    if not any(each.recipient == Recipient.PUBLIC_SECURITY for each in filings):
        return Grading.Effect.FILING if level >= from_level("filing") else Grading.Effect.NONE
    return Grading.Effect.CHANGE if level != network.level else Grading.Effect.NONE


@transaction.atomic
def grading_close(*, grading: Grading, state: str, by: Person, now: datetime) -> Grading:
    """Keep how the approvals ended; an approved level is in force from then on, and starts the clock of its filing.

    A level for a network that ended while the approvers thought comes too late and counts as withdrawn.
    """
    grading = Grading.objects.select_for_update().get(pk=grading.pk)
    network = Network.objects.select_for_update().get(pk=grading.network_id)
    if state == Grading.State.APPROVED and network.retired_at is not None:
        state = Grading.State.WITHDRAWN
    grading.state = state
    if state == Grading.State.APPROVED:
        earlier = grading.determined_earlier_on
        grading.determined_at = day_start(earlier) if earlier else now
        grading.previous_level = network.level
        grading.effect = _effect(network, grading.level, list(network.filings.all()))
        network.level, network.level_determined_at = grading.level, grading.determined_at
        network.state = _state_after(network, grading)
        network.save(update_fields=["level", "level_determined_at", "state"])
        safeguards_lay(network=network)
    elif network.state == Network.State.GRADING:
        network.state = Network.State.PLANNING
        network.save(update_fields=["state"])
    grading.save(update_fields=["state", "determined_at", "previous_level", "effect"])
    details = {"level": grading.level, "effect": grading.effect, "determined": str(grading.determined_at or "")}
    audit.record(actor=by, action=f"grading.{state}", about=grading, now=now, under=network, details=details)
    return grading


def _state_after(network: Network, grading: Grading) -> str:
    if grading.effect == Grading.Effect.CHANGE:
        return Network.State.CHANGED
    if network.in_operation_since is not None:
        return Network.State.OPERATING
    return (
        Network.State.GRADED if grading.effect == Grading.Effect.FILING or network.state != "filed" else network.state
    )


@transaction.atomic
def grading_opinion(
    *, grading: Grading, opinion: str, opinion_number: str, opinion_on: date, by: Person, now: datetime
) -> Grading:
    """Record what the superior authority replied to the level (MEASURES-6.1e). Raises OpinionGiven, DateAhead."""
    grading = Grading.objects.select_for_update().get(pk=grading.pk)
    if grading.state != Grading.State.APPROVED:
        raise OpinionGiven
    happened(opinion_on, now=now)
    grading.opinion, grading.opinion_number, grading.opinion_on = opinion, opinion_number.strip(), opinion_on
    grading.save(update_fields=["opinion", "opinion_number", "opinion_on"])
    audit.record(
        actor=by,
        action="grading.opinion",
        about=grading,
        now=now,
        details={"opinion": opinion, "number": grading.opinion_number, "on": str(opinion_on)},
    )
    return grading
