"""Pages of what went wrong: what happened, what to do, and a code that stays."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from xingdun.doors.identity.answers import refused
from xingdun.doors.identity.calls import Call
from xingdun.frame.errors import NotFound, NotPermitted, Refusal


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


def bad_request(request: Call, exception: Exception) -> HttpResponse:
    """400."""
    del exception
    return refused(request, BadRequest())


def denied(request: Call, exception: Exception) -> HttpResponse:
    """403."""
    cause = exception.__cause__ if isinstance(exception.__cause__, Refusal) else None
    return refused(request, cause or NotPermitted(action=str(exception) or request.path))


def missing(request: Call, exception: Exception) -> HttpResponse:
    """404."""
    return refused(request, NoSuchPage() if isinstance(exception, Http404) else NotFound())


def broken(request: Call) -> HttpResponse:
    """500: no database is asked, so that it can still be told."""
    told = Broken().explain()
    return render(request, "console/broken.html", {"refusal": told, "path": request.path}, status=500)


def csrf(request: Call, reason: str = "") -> HttpResponse:
    """A form without proof of origin."""
    del reason
    return refused(request, FormTooOld())
