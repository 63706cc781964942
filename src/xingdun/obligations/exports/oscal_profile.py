"""Applicability as an OSCAL profile: the clauses that apply to the institution, each with its reason."""

from xingdun.obligations.applicability import Applies
from xingdun.obligations.catalogue import Catalogue, Clause
from xingdun.obligations.exports.oscal import (
    CATALOG_FILE,
    NAMESPACE,
    Object,
    document,
    filled,
    identifier,
    metadata,
    told,
)
from xingdun.obligations.exports.oscal_catalog import interpretation
from xingdun.obligations.exports.state import State, party


def profile(state: State, catalogue: Catalogue) -> Object:
    """Which controls of the catalog hold, and why; what does not hold stands in the back matter with its reason.

    A clause holds when one of the duties behind it does; one that only informs always does.
    """
    reasons = {clause.id: _reasons(clause, state, catalogue) for clause in catalogue.clauses.values()}
    holding = [key for key in reasons if holds(key, state, catalogue)]
    left_out = [key for key in reasons if key not in set(holding)]
    return document(
        "profile",
        filled(
            metadata=metadata(
                f"{state.institution.name} 适用义务", version=catalogue.version, at=state.at, parties=[party(state)]
            ),
            imports=[{"href": CATALOG_FILE, "include-controls": [{"with-ids": holding}]}],
            merge={"as-is": True},
            modify=filled(alters=[each for key in holding if (each := _alter(key, reasons[key], state))]),
            back_matter=filled(resources=[_left_out(key, reasons[key], state) for key in left_out]),
        ),
    )


def holds(clause: str, state: State, catalogue: Catalogue) -> bool:
    """Whether a clause applies to the institution."""
    duties = catalogue.answers.get(clause, ())
    return not duties or any(state.applies[duty].counts for duty in duties)


def _reasons(clause: Clause, state: State, catalogue: Catalogue) -> list[tuple[str, Applies]]:
    return [(duty, state.applies[duty]) for duty in catalogue.answers.get(clause.id, ())]


def _prose(reasons: list[tuple[str, Applies]]) -> str:
    """Each reason once, whichever duties it holds for."""
    return "\n\n".join(dict.fromkeys(said for _, applies in reasons if (said := told(applies.reason))))


def _alter(clause: str, reasons: list[tuple[str, Applies]], state: State) -> Object | None:
    parts: list[Object] = []
    if prose := _prose(reasons):
        parts.append({"id": f"{clause}_applies", "name": "applicability", "ns": NAMESPACE, "prose": prose})
    for one in state.readings:
        if one.alternative and clause in one.contradiction.clauses:
            key = f"{one.contradiction.key}.{one.alternative}"
            parts.append(interpretation(clause, key, one.contradiction.question, one.text))
    return {"control-id": clause, "adds": [{"position": "ending", "parts": parts}]} if parts else None


def _left_out(clause: str, reasons: list[tuple[str, Applies]], state: State) -> Object:
    return filled(
        uuid=identifier("left out", state.institution.pk, clause),
        title=f"{clause} does not apply",
        description=_prose(reasons),
        document_ids=[{"identifier": clause}],
    )
