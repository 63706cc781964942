"""What the pages of a clause and of a duty have in common: the duties, their answers, evidence and history."""

from collections.abc import Sequence
from typing import Any

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from xingdun.doors.console.calls import Call
from xingdun.doors.console.charts import address_of
from xingdun.doors.console.law import MODES, POSTURE, may
from xingdun.doors.console.references import Links
from xingdun.frame.overview import Link
from xingdun.kernel.clocks import clocks
from xingdun.obligations.catalogue import Duty
from xingdun.obligations.measuring import severity
from xingdun.obligations.models import EvidenceFile
from xingdun.obligations.selectors.answering import (
    answer_counts,
    answers_to,
    applies_to,
    changes_to,
    evidence_shown,
    exemptions_of,
)
from xingdun.obligations.selectors.evidence import evidence_for
from xingdun.obligations.selectors.pages import INFORMS

ANSWERS, CHANGES = 50, 20
PACK = "console/panels/clause_pack.html"  # drawn where it exists; it is given `clause` or `duty`


def answered(request: Call, duties: Sequence[Duty]) -> dict[str, Any]:
    """The lines of each duty, the answers (the worst first), what shows them, how they changed. Constant queries."""
    institution, keys = request.person.institution_id, [each.key for each in duties]
    counts = answer_counts(institution, keys)
    applies = applies_to(institution, duties, now=request.now) if duties else {}
    answers = list(answers_to(keys)[:ANSWERS])
    changes = list(changes_to(institution, keys)[:CHANGES])
    shown = evidence_shown(answers)
    links = Links(request.roles)
    links.collect([*(each.subject for each in (*answers, *changes)), *shown])
    return {
        "state": min(counts, key=severity, default="unknown") if duties else INFORMS,
        "counts": [
            {"state": state, "number": number, "address": _answers_address(keys, state)}
            for state, number in counts.items()
        ],
        "duties": [_line(each, applies[each.key]) for each in duties],
        "answers": answers,
        "answers_in_all": sum(counts.values()),
        "changes": changes,
        "evidence": shown,
        "wanted": list(dict.fromkeys(each for duty in duties for each in duty.evidence)),
        "files": _files(keys, request),
        "exemptions": list(exemptions_of(keys)) if keys else [],
        "links": links,
        "pack": _there(PACK),
        "may": may(request),
    }


def _answers_address(keys: list[str], state: str) -> str:
    """The register tells the answers of one duty; those of several are on the page itself."""
    return address_of(Link(POSTURE, {"duty": keys[0], "state": state})) if len(keys) == 1 else "#answers"


def _line(duty: Duty, applies: Any) -> dict[str, Any]:
    known = clocks()
    return {
        "duty": duty,
        "applies": applies,
        "mode": MODES[duty.mode],
        "clocks": [known[key].name for key in duty.clocks if key in known],
    }


def _files(keys: list[str], request: Call) -> list[EvidenceFile]:
    """The evidence files that count now for any of the duties, each once."""
    found = evidence_for(keys, request.now) if keys else {}
    return list({each.pk: each for files in found.values() for each in files}.values())


def _there(name: str) -> str:
    """The template's name when there is such a template."""
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return ""
    return name
