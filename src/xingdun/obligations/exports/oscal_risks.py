"""What is open, as OSCAL risks: duties violated or overdue, and findings not yet mended."""

from datetime import datetime

from xingdun.assets.models import Finding
from xingdun.obligations.catalogue import Catalogue
from xingdun.obligations.exports.oscal import Object, both, filled, identifier, line, moment, props, told
from xingdun.obligations.exports.state import State
from xingdun.obligations.models import Posture

_MENDING = {
    Finding.State.OPEN: "open",
    Finding.State.FIXING: "remediating",
    Finding.State.FIXED: "remediating",
    Finding.State.EXCEPTED: "deviation-approved",
}


def observed(answer: Posture) -> str:
    """The UUID of the observation an answer belongs to: the subjects of a duty found alike are one observation."""
    alike = (answer.duty, answer.state, answer.due_at, *answer.detail.values())
    return identifier("observation", answer.institution_id, *alike)


def at_risk(answer: Posture) -> str:
    """The UUID of the risk that one duty and subject is while it is red."""
    return identifier("risk", answer.institution_id, answer.duty, answer.subject)


def finding_risk(finding: Finding) -> str:
    """The UUID of the risk that a finding is until it is closed."""
    return identifier("risk", finding.institution_id, finding.reference)


def red(state: State) -> list[Posture]:
    """The answers that are violated or overdue."""
    return [each for each in state.answers if each.state in Posture.RED]


def about(answer: Posture) -> str:
    """The duty, and what it is about, on one line."""
    return line(f"{answer.duty} · {answer.subject_name}" if answer.subject_name else answer.duty)


def risk_of(answer: Posture, catalogue: Catalogue) -> Object:
    """A duty that is not kept: its clauses are its properties, its term its deadline and milestone."""
    duty = catalogue.duties[answer.duty]
    return filled(
        uuid=at_risk(answer),
        title=about(answer),
        description=told(answer.detail) or both(duty.title),
        statement=both(duty.title),
        props=props(
            duty=answer.duty,
            posture=answer.state,
            force=answer.force,
            clause=duty.clauses,
            department=answer.department.name if answer.department else "",
        ),
        status="open",
        deadline=moment(answer.due_at) if answer.due_at else None,
        remediations=_milestone(at_risk(answer), about(answer), both(duty.title), answer.due_at),
        related_observations=[{"observation-uuid": observed(answer)}],
    )


def risk_of_finding(finding: Finding) -> Object:
    """A weakness: its advice or plan is the remediation, its term the deadline and milestone."""
    title, key = line(finding.title), finding_risk(finding)
    plan = finding.plan or finding.solution
    return filled(
        uuid=key,
        title=title,
        description=finding.description or title,
        statement=line(finding),
        props=props(
            severity=finding.severity,
            state=finding.state,
            cvss=finding.cvss,
            identifier=finding.identifier,
            cve=tuple(finding.references),
            network=finding.network.code if finding.network else "",
            place=finding.place,
            department=finding.department.name if finding.department else "",
            excepted_until=finding.excepted_until,
        ),
        status=_MENDING[Finding.State(finding.state)],
        deadline=moment(finding.due_at),
        remediations=_milestone(key, title, plan or title, finding.due_at),
    )


def _milestone(key: str, title: str, plan: str, due_at: datetime | None) -> list[Object]:
    """The mending that is planned, with the day it must be done by; none without a day."""
    if due_at is None:
        return []
    task = {
        "uuid": identifier("milestone", key),
        "type": "milestone",
        "title": title,
        "timing": {"on-date": {"date": moment(due_at)}},
    }
    return [
        {
            "uuid": identifier("remediation", key),
            "lifecycle": "planned",
            "title": title,
            "description": plan,
            "tasks": [task],
        }
    ]
