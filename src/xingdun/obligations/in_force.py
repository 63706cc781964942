"""The exemptions and readings that hold at a moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from xingdun.obligations.catalogue import Duty, load
from xingdun.obligations.models import Answerable, Exemption, ReadingChoice

_IN_FORCE = Answerable.State.APPROVED


def exemptions_in_force(institution: UUID, *, now: datetime) -> dict[tuple[str, str], Exemption]:
    """The exemptions that hold at `now`, by duty and subject."""
    rows = Exemption.objects.filter(institution=institution, state=_IN_FORCE, expires_at__gt=now)
    return {(each.duty, each.subject): each for each in rows}


def readings_in_force(institution: UUID, *, now: datetime) -> dict[str, str]:
    """{contradiction: alternative} of the readings set otherwise than the catalogue's at `now`."""
    rows = ReadingChoice.objects.filter(institution=institution, state=_IN_FORCE, expires_at__gt=now)
    return dict(rows.values_list("contradiction", "alternative"))


def read_by(readings: Mapping[str, str], duties: Mapping[str, Duty]) -> Mapping[str, Duty]:
    """The duties as they apply by these readings."""
    otherwise: dict[str, str] = {}
    for contradiction, chosen in readings.items():
        known = load().contradictions.get(contradiction)
        for each in known.alternatives if known else ():
            otherwise |= each.applies if each.key == chosen else {}
    changed = {key: replace(duties[key], applies=expression) for key, expression in otherwise.items() if key in duties}
    return {**duties, **changed} if changed else duties
