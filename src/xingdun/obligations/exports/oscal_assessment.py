"""The posture as OSCAL assessment results, with the thin assessment plan that they must refer to inside them.

A finding is one duty as far as it answers one clause; its observations are the duty's answers. Met alone
is satisfied: what is due, overdue, violated or unknown is not, and its reason tells which.
"""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from xingdun.obligations.catalogue import Catalogue, Duty
from xingdun.obligations.exports.oscal import (
    MEDIA_TYPE,
    PROFILE_FILE,
    Object,
    both,
    document,
    filled,
    identifier,
    line,
    metadata,
    moment,
    props,
    told,
    written,
)
from xingdun.obligations.exports.oscal_catalog import objective
from xingdun.obligations.exports.oscal_profile import holds
from xingdun.obligations.exports.oscal_risks import at_risk, observed, red, risk_of
from xingdun.obligations.exports.state import State, party
from xingdun.obligations.measuring import severity
from xingdun.obligations.models import Posture

_NO_SSP = "No system security plan is kept as OSCAL; the profile beside this file says what applies."
_METHODS = {"enforce": "TEST", "measure": "TEST", "schedule": "EXAMINE", "record": "EXAMINE"}
_REASONS = {Posture.State.MET: "pass", Posture.State.VIOLATED: "fail", Posture.State.OVERDUE: "fail"}


def plan(state: State, catalogue: Catalogue) -> Object:
    """What the results were found by: every control of the profile, looked at by the platform's checks."""
    missing = identifier("no plan", state.institution.pk)
    return document(
        "assessment-plan",
        {
            "metadata": metadata(
                f"{state.institution.name} 合规检查计划", version=catalogue.version, at=state.at, parties=[party(state)]
            ),
            "import-ssp": {"href": f"#{missing}"},
            "reviewed-controls": _reviewed(state, catalogue),
            "back-matter": {
                "resources": [
                    {"uuid": missing, "title": PROFILE_FILE, "description": _NO_SSP, "rlinks": [{"href": PROFILE_FILE}]}
                ]
            },
        },
    )


def assessment_results(state: State, catalogue: Catalogue) -> Object:
    """The results: observations, findings, and what is red as risks."""
    planned = written(plan(state, catalogue))
    carried = identifier("plan", state.institution.pk)
    asked = [each for each in state.answers if each.state != Posture.State.NOT_APPLICABLE]
    result = filled(
        uuid=identifier("result", state.institution.pk, moment(state.at)),
        title=f"{line(state.institution.name)} 合规状况",
        description=f"Posture at {moment(state.at)}, by the catalogue {catalogue.version}.",
        start=moment(state.at),
        local_definitions=filled(inventory_items=items(asked)),
        reviewed_controls=_reviewed(state, catalogue),
        observations=observations(asked, catalogue),
        risks=[risk_of(each, catalogue) for each in red(state)],
        findings=list(_findings(state.institution.pk, asked, catalogue)),
    )
    return document(
        "assessment-results",
        {
            "metadata": metadata(
                f"{state.institution.name} 合规检查结果", version=catalogue.version, at=state.at, parties=[party(state)]
            ),
            "import-ap": {"href": f"#{carried}"},
            "results": [result],
            "back-matter": {
                "resources": [
                    {
                        "uuid": carried,
                        "title": "assessment plan",
                        "base64": {
                            "filename": "oscal-plan.json",
                            "media-type": MEDIA_TYPE,
                            "value": base64.b64encode(planned).decode(),
                        },
                    }
                ]
            },
        },
    )


def _reviewed(state: State, catalogue: Catalogue) -> Object:
    controls = [{"control-id": key} for key in catalogue.clauses if holds(key, state, catalogue)]
    return {"control-selections": [{"include-controls": controls}]}


def _item(answer: Posture) -> str:
    return identifier("subject", answer.institution_id, answer.subject)


def items(answers: Iterable[Posture]) -> list[Object]:
    """What the duties are about, each once."""
    found = {each.subject: each for each in answers if each.subject}
    return [
        {
            "uuid": _item(each),
            "description": line(each.subject_name or each.subject),
            "props": props(reference=each.subject, kind=each.kind),
        }
        for each in found.values()
    ]


def observations(answers: Iterable[Posture], catalogue: Catalogue) -> list[Object]:
    """What was found: the subjects of a duty that were found alike are told together."""
    alike: dict[str, list[Posture]] = defaultdict(list)
    for each in answers:
        alike[observed(each)].append(each)
    return [_observation(key, found, catalogue.duties[found[0].duty]) for key, found in alike.items()]


def _observation(key: str, answers: list[Posture], duty: Duty) -> Object:
    """One observation; what is met until a day expires then."""
    one = answers[0]
    until = moment(one.due_at) if one.due_at else None
    return filled(
        uuid=key,
        title=line(duty.key),
        description=told(one.detail) or both(duty.title),
        props=props(posture=one.state, duty=duty.key, due=until),
        methods=["UNKNOWN" if one.state == Posture.State.UNKNOWN else _METHODS[duty.mode]],
        types=["control-objective"],
        subjects=[_subject(each) for each in answers],
        relevant_evidence=[
            {"description": reference} for reference in dict.fromkeys(ref for each in answers for ref in each.evidence)
        ],
        collected=moment(max(each.measured_at for each in answers)),
        expires=until if one.state == Posture.State.MET else None,
    )


def _subject(answer: Posture) -> Object:
    if answer.subject:
        return {"subject-uuid": _item(answer), "type": "inventory-item"}
    return {"subject-uuid": identifier("institution", answer.institution_id), "type": "party"}


@dataclass(frozen=True, slots=True)
class _Standing:
    """How one duty stands over all its subjects: the same behind each of its clauses."""

    state: Posture.State
    facts: list[Object]
    observations: list[Object]
    risks: list[Object]


def _standing(answers: list[Posture]) -> _Standing:
    """The worst of its answers decides."""
    counts = Counter(each.state for each in answers)
    worst = Posture.State(min(counts, key=severity))
    seen = dict.fromkeys(observed(each) for each in answers)
    return _Standing(
        worst,
        props(posture=worst.value, **dict(sorted(counts.items()))),
        [{"observation-uuid": key} for key in seen],
        [{"risk-uuid": at_risk(each)} for each in answers if each.state in Posture.RED],
    )


def _findings(institution: UUID, answers: Iterable[Posture], catalogue: Catalogue) -> Iterable[Object]:
    by_duty: dict[str, list[Posture]] = defaultdict(list)
    for each in answers:
        by_duty[each.duty].append(each)
    standings = {duty: _standing(found) for duty, found in by_duty.items()}
    for clause, duties in catalogue.answers.items():
        for key in duties:
            if key in standings:
                yield _finding(institution, clause, catalogue.duties[key], standings[key])


def _finding(institution: UUID, clause: str, duty: Duty, standing: _Standing) -> Object:
    return filled(
        uuid=identifier("finding", institution, clause, duty.key),
        title=f"{clause} {line(duty.title.zh)}",
        description=both(duty.title),
        props=standing.facts,
        target={
            "type": "objective-id",
            "target-id": objective(clause, duty.key),
            "status": {
                "state": "satisfied" if standing.state == Posture.State.MET else "not-satisfied",
                "reason": _REASONS.get(standing.state, "other"),
                "remarks": standing.state.value,
            },
        },
        related_observations=standing.observations,
        related_risks=standing.risks,
    )
