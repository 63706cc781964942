"""What is known of an institution: each fact with its value, where it comes from and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xingdun.frame import checks
from xingdun.frame.checks import Facts
from xingdun.kernel.clocks import Bilingual
from xingdun.obligations.catalogue import load
from xingdun.obligations.expressions import Value, fits
from xingdun.obligations.models import ProfileAnswer
from xingdun.organisation.models import Institution


class Origin(StrEnum):
    """Where a fact comes from; the first that knows it holds."""

    RECORDS = "records"
    PROFILE = "profile"
    ANSWER = "answer"

    @property
    def text(self) -> Bilingual:
        """What it is called."""
        return _ORIGINS[self]


_ORIGINS = {
    Origin.RECORDS: Bilingual("台账", "records"),
    Origin.PROFILE: Bilingual("机构画像", "profile"),
    Origin.ANSWER: Bilingual("机构答复", "answered by the institution"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One fact: its value, where it comes from, and (of an answer) the reason given."""

    value: Value
    origin: Origin
    reason: str = ""


def _profile(institution: Institution) -> Iterator[tuple[str, Value]]:
    """The facts that the profile's fields tell; what a field cannot tell is left out."""
    yield "internet_hospital", institution.internet_hospital
    yield "critical_infrastructure", institution.critical_infrastructure
    hospital = institution.kind == Institution.Kind.HOSPITAL
    yield "tertiary_hospital", hospital and institution.tier == Institution.Tier.TERTIARY
    yield "health_authority", institution.kind == Institution.Kind.AUTHORITY
    yield "uses_face_recognition", institution.face_recognition
    yield "provides_data_abroad", institution.cross_border
    yield "uses_cloud_storage", institution.cloud
    yield "uses_blockchain", institution.blockchain
    if institution.kind != Institution.Kind.AUTHORITY:
        yield "supervises_internet_hospitals", False
    if institution.kind != Institution.Kind.PRIMARY_CARE:
        yield "grassroots_outside_region", False
    if institution.artificial_intelligence or institution.blockchain:
        yield "uses_new_technology", True
    if not institution.artificial_intelligence:
        yield "uses_diagnostic_ai", False


def _from_records(facts: Facts) -> Iterator[tuple[str, Any]]:
    for tell, _ in checks.institution_facts:
        yield from tell(facts).items()


def known_of(institution: Institution, facts: Facts) -> dict[str, Known]:
    """Everything known of the institution: its records first, then its profile, then its answers.

    A value of the wrong type is left out: it cannot be reckoned with.
    """
    vocabulary = load().vocabulary.facts
    found: dict[str, Known] = {}

    def take(told: Iterable[tuple[str, Any]], origin: Origin, reasons: Mapping[str, str]) -> None:
        for key, value in told:
            if key in vocabulary and key not in found and fits(vocabulary[key], value):
                found[key] = Known(value, origin, reasons.get(key, ""))

    take(_from_records(facts), Origin.RECORDS, {})
    take(_profile(institution), Origin.PROFILE, {})
    answers = list(ProfileAnswer.objects.filter(institution=institution))
    take(((each.fact, each.value) for each in answers), Origin.ANSWER, {each.fact: each.reason for each in answers})
    return found
