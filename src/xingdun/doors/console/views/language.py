"""Switching the language, on the page where the reader is."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import public
from xingdun.organisation.services import account_choose_language


@public
@require_POST
def switch(request: Call) -> HttpResponse:
    """Remember the language in a cookie, and on the account; back to the page. Unknown languages change nothing."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        if request.person and request.user.language != language:
            account_choose_language(account=request.user, language=language, now=request.now)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 86400,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response
