"""The two gates of every call: whose call it is, and whether the view is open to them."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.core.cache import cache
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation

from xingdun.doors.identity import caller, first_steps
from xingdun.doors.identity.answers import is_program, refused
from xingdun.doors.identity.calls import Call
from xingdun.doors.identity.errors import (
    FormOfAnotherSite,
    NewPasswordFirst,
    NotDeclared,
    OutsideScope,
    SecondFactorFirst,
)
from xingdun.doors.identity.foreign import CLOSED, FOREIGN, PUBLIC, Right
from xingdun.frame.context import Context, acting_in, calling, current
from xingdun.frame.errors import NotFound, NotPermitted, Refusal, SignInFirst
from xingdun.frame.permissions import permitted
from xingdun.organisation import selectors, services
from xingdun.organisation.models import Account

GetResponse = Callable[[Call], HttpResponseBase]
TOLD_SECONDS = 60
"""A refused attempt is told to the ledger once in this time for one person and permission."""


def _within(context: Context, content: Iterable[bytes]) -> Iterator[bytes]:
    """A streamed body is made after the call has returned: it acts where the call acted."""
    with acting_in(context.institution, address=context.address, person=context.person, roles=context.roles):
        yield from content


class ContextMiddleware:
    """Binds the call to its institution and says who calls: request.now, account, person, roles, token."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Call) -> HttpResponseBase:
        """Answer the call inside its context."""
        request.now = timezone.now()
        request.account = request.person = None  # type: ignore[assignment]  # nobody is known yet
        request.token = None
        request.roles = frozenset()
        address = caller.address_of(request)
        with acting_in(None) if current().institution else nullcontext():  # nobody is known yet
            account = self._account(request)
        with acting_in(account.institution_id if account else None, address=address) as context:
            if account and not self._enter(request, account):
                with acting_in(None, address=address) as nowhere:
                    return self._answer(request, nowhere)
            if request.person is None:
                return self._answer(request, context)
            with calling(request.person.pk, request.roles) as called:
                return self._answer(request, called)

    def _account(self, request: Call) -> Account | None:
        if is_program(request) and "Authorization" in request.headers:
            request.token = caller.token_of(request, now=request.now)
            return request.token.account if request.token else None
        return caller.account_of(request)

    def _enter(self, request: Call, account: Account) -> bool:
        """Let the person in; False when they have left or were away for too long."""
        person = caller.person_here(account)
        if request.token is None:
            idle = person is not None and caller.idle_too_long(request, now=request.now)
            if person is None or idle:
                services.account_signed_out(account=account, now=request.now, why="idle" if idle else "left")
                logout(request)
                return False
            self._speak(request, account)
        if person is None:
            return False
        request.account, request.person = account, person
        request.roles = selectors.roles_of(person, now=request.now)
        return True

    def _speak(self, request: Call, account: Account) -> None:
        """The account's language, unless the browser has chosen one here."""
        from django.conf import settings

        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(account.language)
            request.LANGUAGE_CODE = translation.get_language()

    def _answer(self, request: Call, context: Context) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _within(context, cast("Iterable[bytes]", response.streaming_content))
        return response


def right_of(request: Call, view: Callable[..., Any], kwargs: dict[str, Any]) -> Right | None:
    """What `view` asks when it is called so; None when nobody has declared it."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in FOREIGN:
        return FOREIGN[name]
    marked = getattr(view, "view_class", view)
    if getattr(view, "public", False) or getattr(marked, "public", False):
        return Right(PUBLIC)
    asks = getattr(view, "permission", None) or getattr(marked, "permission", None)
    if callable(asks):
        given = {"request": request, **kwargs} if "request" in inspect.signature(asks).parameters else kwargs
        asks = asks(**given)
    return Right(asks) if asks else None


class PermissionMiddleware:
    """Default deny: a view opens when it is public, or when the caller's roles include what it asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Call) -> HttpResponseBase:
        """Pass the call on; `process_view` decides."""
        return self.get_response(request)

    def process_view(
        self, request: Call, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None lets the view run; anything else is the answer."""
        del args
        try:
            self._let_in(request, right_of(request, view, kwargs))
        except Refusal as refusal:
            return _turned_away(request, refusal)
        return None

    def _let_in(self, request: Call, right: Right | None) -> None:
        if right is not None and right.asks is CLOSED:
            raise Http404
        if right is not None and right.asks is PUBLIC:
            return
        if request.person is None:
            raise SignInFirst
        self._check(request, right)

    def _check(self, request: Call, right: Right | None) -> None:
        if right is None:
            raise NotDeclared
        action = str(right.asks)
        if request.token is not None:
            if action not in request.token.scopes:
                raise OutsideScope(action=action)
        else:
            _first_steps(request, right)
            if is_program(request):
                _own_page(request)
        if not permitted(action, request.roles):
            raise NotPermitted(action=action)

    def process_exception(self, request: Call, exception: Exception) -> HttpResponse | None:
        """A refusal is explained; anything else is a fault and goes on."""
        if isinstance(exception, Refusal):
            return refused(request, exception)
        if isinstance(exception, Http404) and is_program(request):
            return refused(request, NotFound())
        return None


def _turned_away(request: Call, refusal: Refusal) -> HttpResponse:
    """People are led to where they can go on; programs are told; what was forbidden goes to the ledger."""
    if request.person is not None and isinstance(refusal, NotPermitted | NotDeclared | OutsideScope):
        _tell(request, str(refusal.facts.get("action", "undeclared")))
    if not is_program(request):
        if isinstance(refusal, SignInFirst):
            return _to_sign_in(request)
        if isinstance(refusal, NewPasswordFirst):
            return redirect("account_change_password")
        if isinstance(refusal, SecondFactorFirst):
            return redirect("mfa_index")
    return refused(request, refusal)


def _to_sign_in(request: Call) -> HttpResponse:
    address = f"{resolve_url('account_login')}?{urlencode({'next': request.get_full_path()}, safe='/')}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _first_steps(request: Call, right: Right) -> None:
    account = request.account
    if not right.before_new_password and first_steps.new_password_due(request, account):
        raise NewPasswordFirst
    if not right.before_second_factor and first_steps.second_factor_due(request, account):
        raise SecondFactorFirst


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: Call, reason: str) -> str:
        del request
        return reason


def _own_page(request: Call) -> None:
    """Programs that come with a browser's session prove that one of our pages sent them."""
    check = _CsrfCheck(lambda _: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda _: HttpResponse(), (), {}):
        raise FormOfAnotherSite


def _tell(request: Call, permission: str) -> None:
    """A refused attempt goes to the ledger, the same one once a minute."""
    if cache.add(f"denied:{request.person.pk}:{permission}", 1, TOLD_SECONDS):
        route = request.resolver_match.route if request.resolver_match else ""
        services.attempt_denied(
            by=request.person,
            permission=permission,
            place=f"{request.method} /{route}",
            now=request.now,
        )
