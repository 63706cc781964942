"""The auditor's page: what changed, what was departed from, how contradictions are read, what is not known or shown."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.law import may
from xingdun.doors.console.pages import page
from xingdun.doors.console.references import Links
from xingdun.obligations.catalogue import Duty, load
from xingdun.obligations.models import Exemption, Posture
from xingdun.obligations.selectors import changes, exemptions
from xingdun.obligations.selectors.answering import readings
from xingdun.obligations.selectors.evidence import met_on_nothing
from xingdun.obligations.selectors.pages import counted_now

CHANGES, UNKNOWN = 30, 50


@page("obligations.oversight.view")
@require_safe
def oversight(request: Call) -> HttpResponse:
    """The newest changes; exemptions and readings in force; unknowns by what they wait for."""
    institution = request.person.institution_id
    steps = changes().filter(institution=institution).exclude(was="").exclude(was=F("state"))
    turned = list(steps.order_by("-at", "-id")[:CHANGES])
    departures = exemptions().filter(state__in=(Exemption.State.WAITING, Exemption.State.APPROVED))
    read = readings(institution, now=request.now)
    counted = counted_now(institution)
    unknown, waiting = _unknown(counted)
    catalogue, bare = load(), met_on_nothing(institution)
    links = Links(request.roles)
    links.collect([each.subject for each in turned])
    context = {
        "changes": turned,
        "exemptions": list(departures.order_by("expires_at")[:UNKNOWN]),
        "chosen": [each for each in read if each.alternative],
        "as_written": sum(not each.alternative for each in read),
        "readings": read,
        "unknown": unknown,
        "waiting": waiting,
        "bare": [(catalogue.duties[key], number) for key, number in bare.items() if key in catalogue.duties],
        "bare_number": sum(bare.values()),
        "unknown_number": sum(number for _duty, number in unknown),
        "measured": bool(counted),
        "links": links,
        "may": may(request),
    }
    return render(request, "console/law/oversight.html", context)


def _unknown(counted: Mapping[tuple[str, str], int]) -> tuple[list[tuple[Duty, int]], list[dict[str, Any]]]:
    """Duties with unknown answers although their check is there; and those that wait, by the register they wait for."""
    catalogue = load()
    unknown: list[tuple[Duty, int]] = []
    waiting: dict[str, list[Duty]] = {}
    for (key, state), number in counted.items():
        duty = catalogue.duties.get(key)
        if duty is None or state != Posture.State.UNKNOWN:
            continue
        if duty.waits_for:
            waiting.setdefault(duty.waits_for, []).append(duty)
        else:
            unknown.append((duty, number))
    words = catalogue.vocabulary.registers
    groups = [{"register": words.get(key), "key": key, "duties": found} for key, found in sorted(waiting.items())]
    return sorted(unknown, key=lambda each: (-each[1], each[0].key)), groups
