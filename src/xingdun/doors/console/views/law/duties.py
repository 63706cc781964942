"""All duties with how their answers stand, and the page of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.law import MODES, WORDS, address
from xingdun.doors.console.pages import page
from xingdun.doors.console.templatetags.law import said
from xingdun.doors.console.views.law.answering import answered
from xingdun.frame.errors import NotFound
from xingdun.obligations.catalogue import load
from xingdun.obligations.measuring import severity
from xingdun.obligations.selectors.pages import STATES, Counts, counted_now


@page("obligations.duty.view")
@require_safe
def duties(request: Call) -> HttpResponse:
    """Every duty, the worst first; `?state=` leaves those with an answer in that state."""
    by_duty: dict[str, Counts] = {}
    for (key, state), number in counted_now(request.person.institution_id).items():
        by_duty.setdefault(key, {})[state] = number
    chosen = request.GET.get("state", "")
    lines = [
        {
            "duty": duty,
            "mode": MODES[duty.mode],
            "counts": by_duty.get(duty.key, {}),
            "state": _worst(by_duty, duty.key),
        }
        for duty in load().duties.values()
        if chosen not in STATES or chosen in by_duty.get(duty.key, {})
    ]
    lines.sort(key=lambda line: (severity(line["state"]), said(line["duty"].title)))
    context = {
        "lines": lines,
        "measured": bool(by_duty),
        "chosen": chosen if chosen in STATES else "",
        "states": [
            {
                "state": state,
                "words": WORDS[state],
                "number": sum(state in counts for counts in by_duty.values()),
                "address": address("obligations.duty.list", state=state),
            }
            for state in STATES
        ],
    }
    return render(request, "console/law/duties.html", context)


def _worst(by_duty: dict[str, Counts], key: str) -> str:
    return min(by_duty.get(key, {}), key=severity, default="unknown")


@page("obligations.duty.view")
@require_safe
def duty(request: Call, pk: str) -> HttpResponse:
    """One duty: the clauses it answers, whether it applies and why, how each subject stands. Raises NotFound."""
    found = load().duties.get(pk)
    if found is None:
        raise NotFound
    catalogue = load()
    context = {
        "duty": found,
        "clauses": [catalogue.clauses[key] for key in found.clauses if key in catalogue.clauses],
        **answered(request, (found,)),
    }
    return render(request, "console/law/duty.html", context)
