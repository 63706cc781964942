"""How a refusal is shown: a page for people, problem+json (RFC 9457) for programs."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from xingdun.doors.identity.calls import Call
from xingdun.frame.errors import Refusal

PROBLEM = "application/problem+json"
ERROR = "urn:xingdun:error"


def is_program(request: Call) -> bool:
    """Whether the caller reads JSON, not pages."""
    return request.path.startswith("/api/")


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """The members of a problem: the standard ones, and our code, todo and clauses."""
    told = refusal.explain()
    return {
        "type": f"{ERROR}:{told.code}",
        "title": told.what,
        "status": refusal.status,
        "detail": f"{told.what} {told.todo}",
        "code": told.code,
        "what": told.what,
        "todo": told.todo,
        "clauses": list(told.clauses),
        "errors": refusal.facts.get("errors", []),
        "places": [
            {"action": each.action, "id": str(each.key) if each.key else None, "missing": list(each.missing)}
            for each in told.places
        ],
    }


def problem(refusal: Refusal) -> JsonResponse:
    """The refusal as problem+json."""
    response = JsonResponse(
        problem_of(refusal), status=refusal.status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )
    if refusal.status == 401:  # noqa: PLR2004 - RFC 9110: a 401 names a way in
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(request: Call) -> str:
    """Our own page that led here; empty when another site did, or none."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}) and before.startswith(("http://", "https://"))
    return before if ours else ""


def refused(request: Call, refusal: Refusal) -> HttpResponse:
    """The refusal as the caller can read it."""
    if is_program(request):
        return problem(refusal)
    context = {"refusal": refusal.explain(), "status": refusal.status, "back": _back(request)}
    response = render(request, "console/refused.html", context, status=refusal.status)
    response.headers["Cache-Control"] = "no-store"
    return response
