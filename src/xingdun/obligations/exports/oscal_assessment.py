"""The posture as OSCAL assessment results, with the thin assessment plan that they must refer to inside them.

A finding is one duty as far as it answers one clause; its observations are the duty's answers, one a subject. Met alone
is satisfied: what is due, overdue, violated or unknown is not, and its reason tells which.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping

from xingdun.obligations.catalogue import Catalogue, Duty
from xingdun.obligations.exports.oscal import (
    MEDIA_TYPE,
    NAMESPACE,
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
from xingdun.obligations.exports.oscal_risks import about, at_risk, observed, red, risk_of
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
        observations=[observation(each, catalogue.duties[each.duty]) for each in asked],
        risks=[risk_of(each, catalogue) for each in red(state)],
        findings=list(_findings(asked, catalogue)),
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


def observation(answer: Posture, duty: Duty) -> Object:
    """What was found of one duty and subject; until when it holds, where it must be done again."""
    unknown = answer.state == Posture.State.UNKNOWN
    until = answer.due_at if answer.state == Posture.State.MET else None
    whole = {"subject-uuid": identifier("institution", answer.institution_id), "type": "party"}
    return filled(
        uuid=observed(answer),
        title=about(answer),
        description=told(answer.detail) or both(duty.title),
        props=props(
            posture=answer.state,
            duty=duty.key,
            since=moment(answer.since),
            due=moment(answer.due_at) if answer.due_at else "",
            department=answer.department.name if answer.department else "",
        ),
        methods=["UNKNOWN" if unknown else _METHODS[duty.mode]],
        types=["control-objective"],
        subjects=[{"subject-uuid": _item(answer), "type": "inventory-item"} if answer.subject else whole],
        relevant_evidence=[
            {"description": reference, "props": [{"name": "record", "ns": NAMESPACE, "value": reference}]}
            for reference in answer.evidence
        ],
        collected=moment(answer.measured_at),
        expires=moment(until) if until else None,
    )


def _findings(answers: Iterable[Posture], catalogue: Catalogue) -> Iterable[Object]:
    by_duty: Mapping[str, list[Posture]] = defaultdict(list)
    for each in answers:
        by_duty[each.duty].append(each)
    for clause, duties in catalogue.answers.items():
        for key in duties:
            if key in by_duty:
                yield _finding(clause, catalogue.duties[key], by_duty[key])


def _finding(clause: str, duty: Duty, answers: list[Posture]) -> Object:
    """The worst of its answers decides."""
    worst = Posture.State(min((each.state for each in answers), key=severity))
    counts = {state: sum(each.state == state for each in answers) for state in Posture.State}
    return filled(
        uuid=identifier("finding", answers[0].institution_id, clause, duty.key),
        title=f"{clause} {line(duty.title.zh)}",
        description=both(duty.title),
        props=props(posture=worst.value, **{state.value: number for state, number in counts.items() if number}),
        target={
            "type": "objective-id",
            "target-id": objective(clause, duty.key),
            "status": {
                "state": "satisfied" if worst == Posture.State.MET else "not-satisfied",
                "reason": _REASONS.get(worst, "other"),
                "remarks": worst.value,
            },
        },
        related_observations=[{"observation-uuid": observed(each)} for each in answers],
        related_risks=[{"risk-uuid": at_risk(each)} for each in answers if each.state in Posture.RED],
    )
