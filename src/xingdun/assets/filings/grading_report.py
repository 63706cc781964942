"""The grading report (定级报告): what the network is, whose harm gives which level, and the level that follows."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from xingdun.assets.filings.asking import Asked, Missing
from xingdun.assets.filings.errors import NothingGraded
from xingdun.assets.filings.wording import DEGREES, OBJECTS, OPINIONS, day_words, level_words
from xingdun.assets.models import Grading, InstitutionParticulars, Network, NetworkParticulars
from xingdun.assets.rules.levels import matrix
from xingdun.frame.errors import Place
from xingdun.organisation.models import Institution

PROSE = ("structure", "business_description", "information_description", "service_description")
REVIEWED_FROM = 2  # levels from here on are reviewed by experts (GB/T 22240-2020, section 5.5)


def places_of(network: Network) -> dict[type[Model], Place]:
    """Where what papers tell of a network is entered."""
    return {
        Network: Place("assets.network.update", network.pk),
        NetworkParticulars: Place("assets.network.particulars", network.pk),
        Grading: Place("assets.network.grade", network.pk),
        InstitutionParticulars: Place("assets.institutionparticulars.keep"),
        Institution: Place("organisation.institution.update", network.institution_id),
    }


def grading_in_force(network: Network) -> Grading:
    """The grading whose level is in force. Raises NothingGraded."""
    found = network.gradings.filter(state=Grading.State.APPROVED).order_by("-determined_at").first()
    if found is None:
        raise NothingGraded(network=network)
    return found


def particulars_of(network: Network) -> NetworkParticulars | None:
    """The network's particulars for filings, if any were entered."""
    return NetworkParticulars.objects.filter(network=network).first()


def harmed(grading: Grading, side: str) -> list[dict[str, str]]:
    """Whose interests are harmed from one side (`information`, `service`), and how badly."""
    return [
        {"object": words, "degree": DEGREES[getattr(grading, f"{side}_{thing}")]}
        for thing, words in OBJECTS.items()
        if getattr(grading, f"{side}_{thing}")
    ]


def _matrix(grading: Grading, side: str) -> list[list[str]]:
    """The standard's table, the cells that apply in brackets."""
    return [
        [
            OBJECTS[thing],
            *(
                f"【{level_words(level)}】" if getattr(grading, f"{side}_{thing}") == degree else level_words(level)
                for degree, level in degrees.items()
            ),
        ]
        for thing, degrees in matrix(side).items()
    ]


def _side(grading: Grading, side: str, level: int, asked: Asked) -> dict[str, Any]:
    found = harmed(grading, side)
    asked.told(_("harm stated in the grading"), found, Grading)
    return {"harmed": found, "matrix": _matrix(grading, side), "level": level_words(level)}


def grading_report(network: Network, *, now: datetime) -> tuple[dict[str, Any], list[Missing]]:
    """What the paper says, and the names of what it lacks. Raises NothingGraded."""
    asked = Asked(places_of(network))
    grading, particulars = grading_in_force(network), particulars_of(network)
    told = asked.several(particulars, NetworkParticulars, PROSE)
    departments = ("competent_department", "operating_department", "it_department", "user_department")
    named = {name: str(asked.of(network, Network, name)) for name in departments}
    if grading.level >= REVIEWED_FROM:
        asked.of(grading, Grading, "expert_review")
    paper = {
        "institution": str(network.institution),
        "network": network.name,
        "code": network.code,
        **told | {"business_description": str(told["business_description"]).rstrip("。；; ")},
        **named,
        "purpose": asked.of(network, Network, "purpose"),
        "data": asked.of(network, Network, "data_description"),
        "information": _side(grading, "information", grading.information_level, asked),
        "service": _side(grading, "service", grading.service_level, asked),
        "level": level_words(grading.level),
        "code_of_level": f"S{grading.information_level}A{grading.service_level}G{grading.level}",
        "raised": grading.reason if grading.level > max(grading.information_level, grading.service_level) else "",
        "expert_review": grading.expert_review or "无",
        "expert_reviewed_on": day_words(grading.expert_reviewed_on),
        "opinion": OPINIONS[grading.opinion],
        "opinion_number": grading.opinion_number,
        "opinion_on": day_words(grading.opinion_on),
        "determined_on": day_words(grading.determined_earlier_on or grading.determined_at),
        "made_on": day_words(now),
    }
    return paper, asked.missing
