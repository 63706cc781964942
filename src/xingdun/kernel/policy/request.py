"""A request for data: whether it may be made at all, and who must act on it (MEASURES-21f, MEASURES-22.4b)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from xingdun.kernel.policy.decisions import Decision, Policy
from xingdun.kernel.policy.rules import Rule, read_rules

Purpose = Literal[
    "care", "quality", "payment", "operations", "research", "teaching", "public_health", "supervision", "maintenance"
]
LegalBasis = Literal[
    "consent", "contract", "statutory_duty", "vital_interest", "public_health_emergency", "ethics_approval"
]
Recipient = Literal["own_department", "institution", "outside", "abroad"]
Acts = Literal["approval", "grant", "review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What a request is decided on. Sets hold every value that applies; whoever fills them takes the stricter in doubt.

    business: `clinical`, `research`, `operations`, `public_health`. subjects: `C1`, `C2`, `C3`. sensitivity: `public`,
    `internal`, `confidential`. national: `general`, `important`, `core`. period_days: the whole period asked for.
    recipient_authorised: the recipient is on the list of bodies authorised for C3. The approvals and assessments are
    true only when a document number is recorded. treating: the applicant treats the patient now.
    """

    purpose: Purpose
    legal_basis: LegalBasis
    recipient: Recipient
    departments_in_charge: tuple[str, ...]
    business: frozenset[str]
    subjects: frozenset[str]
    sensitivity: str
    national: str = "general"
    period_days: int = 1
    project: bool = False
    consented: bool = False
    anonymised: bool = False
    agreement: bool = False
    recipient_authorised: bool = False
    state_secret: bool = False
    state_approval: bool = False
    provincial_assessment: bool = False
    export_assessment: bool = False
    break_glass: bool = False
    treating: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Who must act: `quorum` persons in `role`, of `department` where one is named, never the applicant.

    acts: before the grant (`approval`), in the moment it opens (`grant`), or afterwards (`review`, within
    `within_hours`). distinct: nobody counts twice, here or in another step that says so.
    """

    role: str
    quorum: int
    distinct: bool
    acts: Acts
    department: str | None
    within_hours: int | None
    reason: Mapping[str, str]
    clauses: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One rule that stands in the way, with its reason by language and its clauses."""

    rule: str
    reason: Mapping[str, str]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The steps in order, or why there is none. With a refusal there are no steps."""

    steps: tuple[Step, ...]
    refusals: tuple[Refused, ...]


NO_PERMIT = Refused(
    "no-permit",
    {
        "en": "No rule allows this purpose on this legal basis.",
        "zh": "没有规则允许以此合法性基础用于此目的。",
    },
    ("MEASURES-22.4b", "INTERNET-9.1d"),
)


@cache
def request_policy() -> Policy[RequestFacts]:
    """The rules on requests that come with the platform (`request.toml`)."""
    text = files(__package__).joinpath("request.toml").read_text(encoding="utf-8")
    return Policy(read_rules(text), RequestFacts)


def decide(facts: RequestFacts, policy: Policy[RequestFacts] | None = None) -> Decision:
    """Whether the request is admissible, with every rule that fired: default deny, forbid beats permit."""
    return (policy or request_policy()).decide(facts)


def route(facts: RequestFacts, policy: Policy[RequestFacts] | None = None) -> Route:
    """Who must act on the request, in order, or why it is refused at once.

    A step asked once for each department in charge is one `Step` a department. Source: MEASURES-21f, MEASURES-21g,
    DIGITAL-4.3.2a, DIGITAL-5.1.2d, DIGITAL-5.2.1a.
    """
    decision = decide(facts, policy)
    if not decision.allowed:
        refused = tuple(Refused(rule.id, rule.reason, rule.clauses) for rule in decision.forbids)
        return Route((), refused or (NO_PERMIT,))
    required = (rule for rule in decision.fired if rule.effect == "require")
    return Route(tuple(step for rule in required for step in _steps(rule, facts)), ())


def _steps(rule: Rule, facts: RequestFacts) -> Iterator[Step]:
    asked = rule.step or {}
    departments: tuple[str | None, ...] = facts.departments_in_charge if asked.get("each_department") else (None,)
    for department in departments:
        yield Step(
            role=asked["role"],
            quorum=asked["quorum"],
            distinct=asked["distinct"],
            acts=asked["acts"],
            department=department,
            within_hours=asked.get("within_hours"),
            reason=rule.reason,
            clauses=rule.clauses,
            rule=rule.id,
        )
