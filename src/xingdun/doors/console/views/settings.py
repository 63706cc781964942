"""Who may do what, and whether the platform is well."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from xingdun.doors import health
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.wording import action_words, record_words
from xingdun.frame.permissions import PERMISSIONS
from xingdun.frame.roles import Role


@page("console.settings.view")
@require_safe
def settings(request: Call) -> HttpResponse:
    """The one table of roles and actions, as it stands in the program, and the platform's health."""
    probes = health.probes(request.now)
    context = {
        "roles": list(Role),
        "groups": rights(),
        "probes": probes,
        "well": all(probe.well for probe in probes),
        "institution_address": reverse(
            "console:organisation.institution.detail", kwargs={"pk": request.person.institution_id}
        ),
    }
    return render(request, "console/settings.html", context)


def rights() -> list[dict[str, Any]]:
    """The table of rights: a group for each record, a line for each action, a mark for each role."""
    found: dict[str, list[dict[str, Any]]] = {}
    for key, roles in PERMISSIONS.items():
        record, _, action = key.rpartition(".")
        line = {"key": key, "title": action_words(action), "marks": [role in roles for role in Role]}
        found.setdefault(record, []).append(line)
    return [{"key": record, "title": record_words(record), "lines": lines} for record, lines in found.items()]
