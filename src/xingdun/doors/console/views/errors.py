"""Pages of what went wrong: what happened, what to do, and a code that stays."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import NotFound, NotPermitted, Refusal

PROBLEM = "application/problem+json"


class FormTooOld(Refusal):
    """The form's proof of origin is missing or has ended."""

    code = "XD-DOOR-001"
    what = _("This form is too old, or it was not sent from a page of this platform.")
    todo = _("Go back, reload the page and send it again.")
    status = 403


class BadRequest(Refusal):
    """The request cannot be read."""

    code = "XD-DOOR-002"
    what = _("The request could not be read.")
    todo = _("Go back and try again; nothing was written.")
    status = 400


class Broken(Refusal):
    """Something the program did not foresee."""

    code = "XD-DOOR-003"
    what = _("Something went wrong here that should not have. Nothing was half written.")
    todo = _("Try again. If it happens again, tell the system administrator the time and the page.")
    status = 500


class NoSuchPage(Refusal):
    """The address leads nowhere."""

    code = "XD-DOOR-004"
    what = _("There is no such page.")
    todo = _("Check the address, or start from the overview.")
    status = 404


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal; the same as problem+json for who asked for JSON."""
    told = refusal.explain()
    if request.headers.get("Accept", "").startswith("application/json"):
        body = {"type": "about:blank", "status": refusal.status, "code": told.code, "title": told.what}
        return JsonResponse(
            body | {"detail": told.todo, "clauses": told.clauses}, status=refusal.status, content_type=PROBLEM
        )
    return render(request, "console/refused.html", {"refusal": told, "status": refusal.status}, status=refusal.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    del exception
    return refused(request, BadRequest())


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    cause = exception.__cause__ if isinstance(exception.__cause__, Refusal) else None
    return refused(request, cause or NotPermitted(action=str(exception) or request.path))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return refused(request, NoSuchPage() if isinstance(exception, Http404) else NotFound())


def broken(request: HttpRequest) -> HttpResponse:
    """500: no database is asked, so that it can still be told."""
    told = Broken().explain()
    return render(None, "console/broken.html", {"refusal": told, "path": request.path}, status=500)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without proof of origin."""
    del reason
    return refused(request, FormTooOld())


class RefusalPages:
    """Middleware: a refusal that a view did not answer itself becomes its page."""

    def __init__(self, get_response: Any) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102 - Django's protocol
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of a refusal; anything else is none of its business."""
        return refused(request, exception) if isinstance(exception, Refusal) else None
