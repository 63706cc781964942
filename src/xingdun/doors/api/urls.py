"""Addresses of the API."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from xingdun.doors.api.application import build
from xingdun.doors.console.pages import public
from xingdun.doors.identity.answers import problem
from xingdun.frame.errors import NotFound

api = build()


@cache
def _document(language: str) -> str:
    del language
    return api.document()


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    del request
    return HttpResponse(_document(get_language() or ""), content_type="application/json; charset=utf-8")


@public
@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """An address that leads nowhere, told as a problem."""
    del request
    return problem(NotFound())


patterns, app_name, namespace = api.urls
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("", (patterns, app_name, namespace)),
    re_path(r"^.*$", nowhere, name="api-nowhere"),
]
