"""What the exports of an institution tell of: its applicability, its posture and its findings at one moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from xingdun.assets.finding_selectors import findings
from xingdun.assets.models import Finding
from xingdun.obligations.applicability import Applies
from xingdun.obligations.catalogue import load
from xingdun.obligations.errors import NothingMeasured
from xingdun.obligations.exports.oscal import Object, identifier, line
from xingdun.obligations.models import Posture
from xingdun.obligations.selectors.answering import Reading, applies_to, readings
from xingdun.obligations.selectors.posture import postures
from xingdun.organisation.models import Institution


@dataclass(frozen=True, slots=True)
class State:
    """One institution as it stands. at: when any of its answers was last found otherwise than before."""

    institution: Institution
    at: datetime
    applies: dict[str, Applies]
    readings: list[Reading]
    answers: list[Posture]
    findings: list[Finding]


def state_of(institution: UUID, *, now: datetime) -> State:
    """Read it all. Answers of duties the catalogue has no more are left out. Raises NothingMeasured.

    Whoever calls must be allowed to see the whole institution: nothing is narrowed to departments here.
    """
    with transaction.atomic():
        rows = postures().filter(institution=institution)
        at = rows.aggregate(at=Max("measured_at"))["at"]
        if at is None:
            raise NothingMeasured
        catalogue = load()
        return State(
            institution=Institution.objects.get(pk=institution),
            at=at,
            applies=applies_to(institution, tuple(catalogue.duties.values()), now=now),
            readings=readings(institution, now=now),
            answers=list(rows.filter(duty__in=catalogue.duties).order_by("duty", "subject")),
            findings=list(
                findings().filter(state__in=Finding.UNMENDED).order_by("due_at", "registered_at", "fingerprint")
            ),
        )


def party(state: State) -> Object:
    """The institution as a party."""
    return {
        "uuid": identifier("institution", state.institution.pk),
        "type": "organization",
        "name": line(state.institution.name),
    }
