"""What is to be mended as an OSCAL plan of action and milestones: red duties and findings not yet closed."""

from xingdun.obligations.catalogue import Catalogue
from xingdun.obligations.errors import NothingOpen
from xingdun.obligations.exports.oscal import Object, document, filled, identifier, metadata
from xingdun.obligations.exports.oscal_assessment import items, observations
from xingdun.obligations.exports.oscal_risks import red, risk_of, risk_of_finding
from xingdun.obligations.exports.state import State, party

_UUIDS = "http://ietf.org/rfc/rfc4122"


def plan_of_action(state: State, catalogue: Catalogue) -> Object:
    """One item for each; its risk bears the term and the milestone. Raises NothingOpen, as OSCAL has no empty plan."""
    answers = red(state)
    if not answers and not state.findings:
        raise NothingOpen
    risks = [risk_of(each, catalogue) for each in answers] + [risk_of_finding(each) for each in state.findings]
    at = max([state.at, *(each.last_seen_at for each in state.findings)])
    return document(
        "plan-of-action-and-milestones",
        filled(
            metadata=metadata(
                f"{state.institution.name} 整改计划", version=catalogue.version, at=at, parties=[party(state)]
            ),
            system_id={"identifier-type": _UUIDS, "id": str(state.institution.pk)},
            local_definitions=filled(inventory_items=items(answers)),
            observations=observations(answers, catalogue),
            risks=risks,
            poam_items=[_item(risk) for risk in risks],
        ),
    )


def _item(risk: Object) -> Object:
    """The item of a risk: what it says, and the observation behind it when there is one."""
    return filled(
        uuid=identifier("item", risk["uuid"]),
        title=risk["title"],
        description=risk["description"],
        props=risk["props"],
        related_observations=risk.get("related-observations"),
        related_risks=[{"risk-uuid": risk["uuid"]}],
    )
