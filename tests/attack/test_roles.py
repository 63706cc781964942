"""Every address, with every role and with none: what opens equals the one table of permissions."""

import re
from functools import cache
from uuid import uuid4

import pytest
from django.http import Http404, HttpResponse
from django.urls import URLResolver, get_resolver, resolve

from xingdun.doors.identity import middleware
from xingdun.doors.identity.foreign import CLOSED, FOREIGN, PUBLIC
from xingdun.doors.identity.middleware import PermissionMiddleware
from xingdun.frame.permissions import PERMISSIONS
from xingdun.frame.registers import registers
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
OPENED = 299
SOMEBODY = str(uuid4())
VALUES = {"provider_id": "sso"}
_resolved = cache(resolve)  # the same for every role


def patterns(resolver=None, stem="", namespace=""):
    """Every pattern with its full route and name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = stem + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, route, inner)
        else:
            yield route, f"{namespace}{pattern.name}", pattern


def asked_by(name, view):
    """What an address asks, by method: a permission, PUBLIC, CLOSED or None."""
    if name in FOREIGN:
        return {"GET": FOREIGN[name].asks}
    if getattr(view, "public", False):
        return {"GET": PUBLIC}
    asks = getattr(view, "permission", None)
    by_method = getattr(asks, "by_method", None)
    if by_method is not None:
        return by_method
    if callable(asks):
        pytest.fail(f"{name}: say which permissions it may ask (by_method), so that they can be walked")
    return {"GET": asks}


def address(route):
    """A real address of the route: its arguments filled in with keys that no record bears."""

    def value(argument):
        kind, name = argument.groups()
        return "7" if kind == "int" else VALUES.get(name, SOMEBODY)

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", value, route)


@cache
def routes():
    found = []
    for route, name, pattern in patterns():
        for method, asks in asked_by(name, pattern.callback).items():
            found.append((method, route, name, asks))
    return found


@pytest.fixture
def gate(monkeypatch):
    """Views do not run and refusals are not drawn: what the gate decides is answered at once."""
    decide = PermissionMiddleware.process_view
    monkeypatch.setattr(middleware, "refused", lambda _, refusal: HttpResponse(status=refusal.status))
    monkeypatch.setattr(middleware, "_tell", lambda *_: None)

    def walked(self, request, view, args, kwargs):
        answer = decide(self, request, view, args, kwargs)
        return HttpResponse(status=OPENED) if answer is None else answer

    monkeypatch.setattr(PermissionMiddleware, "process_view", walked)


def plain(route):
    """Whether the address can be written from its route (allauth's regular expressions are asked by name)."""
    return "(?P" not in route and not any(sign in route for sign in "^*$")


def test_every_address_says_what_it_asks():
    nothing = [(method, route) for method, route, _, asks in routes() if not asks]
    assert not nothing
    unknown = [(route, asks) for _, route, _, asks in routes() if isinstance(asks, str) and asks not in PERMISSIONS]
    assert not unknown


def test_registers_ask_by_their_own_names():
    asked = {(method, route): asks for method, route, _, asks in routes()}
    for key, register in registers.items():
        assert asked["GET", f"console/{key}/"] == asked["GET", f"api/v1/{key}/"] == f"{key}.view"
        for action in register.actions:
            where = "-" if action.on == "list" else "<str:pk>"
            assert asked["GET", f"console/{key}/{where}/{action.key}/"] == f"{key}.{action.key}"
            assert asked["POST", f"api/v1/{key}/{where.replace('str:', '')}/{action.key}"] == f"{key}.{action.key}"


def test_every_permission_of_the_table_is_asked_somewhere():
    asked = {asks for *_, asks in routes() if isinstance(asks, str)}
    assert not {f"{key}.view" for key in registers} - asked


def expected_of(role, asks, *, program):
    """The status the table promises."""
    if asks is CLOSED:
        return 404
    if asks is PUBLIC or (role and role in PERMISSIONS[asks]):
        return OPENED
    if role is None:
        return 401 if program else 302
    return 403


@pytest.fixture
def at_the_gate(hospital, gate, rf):
    """What the gate alone answers to a person with some roles, for any address."""
    judge = PermissionMiddleware(lambda _: HttpResponse())

    def ask(role, method, where):
        request = rf.generic(method, where)
        request.now, request.token, request.session = hospital.now, None, {"xingdun_enrolled": True}
        request.person = hospital.people[role] if role else None
        request.account = request.person.account if role else None
        request.roles = frozenset({role} if role else ())
        request.csrf_processing_done = True
        request._dont_enforce_csrf_checks = True
        request.resolver_match = found = _resolved(where)
        try:
            return judge.process_view(request, found.func, found.args, found.kwargs).status_code
        except Http404:
            return 404

    return ask


@pytest.mark.parametrize("role", [None, *Role])
def test_what_opens_equals_the_table(at_the_gate, role):
    wrong = []
    for method, route, _, asks in routes():
        if plain(route):
            where = address(route)
            status, expected = at_the_gate(role, method, where), expected_of(role, asks, program="/api/" in where)
            if status != expected:
                wrong.append((method, where, asks, status, expected))
    assert not wrong


@pytest.mark.parametrize("role", [None, Role.APPLICANT])
def test_the_gate_stands_before_every_address(hospital, gate, role):
    """The same over HTTP for every third address, with everything that lies before the gate."""
    client = hospital.client(role)
    wrong = []
    for method, route, _, asks in routes()[::3]:
        if plain(route):
            where = address(route)
            status, expected = (
                client.generic(method, where).status_code,
                expected_of(role, asks, program="/api/" in where),
            )
            if status != expected:
                wrong.append((method, where, asks, status, expected))
    assert not wrong


def test_a_person_without_a_role_opens_nothing(hospital):
    client = hospital.client(hospital.person("nobody"))
    for where in ("/", "/console/organisation.department/", "/api/v1/organisation.department/", "/accounts/2fa/"):
        assert client.get(where).status_code == 403


def test_a_role_that_has_not_begun_or_has_ended_opens_nothing(hospital, gate):
    from datetime import timedelta

    person = hospital.person("former")
    past = hospital.appoint(person, Role.DSO)
    past.ends_at = hospital.now - timedelta(minutes=1)
    past.save()
    coming = hospital.appoint(person, Role.AUDITOR)
    coming.starts_at = hospital.now + timedelta(hours=1)
    coming.save()
    assert hospital.client(person).get("/console/audit.entry/").status_code == 403


def test_a_view_nobody_declared_is_closed(hospital, settings):
    import sys
    import types

    from django.urls import path

    module = types.ModuleType("undeclared_urls")
    module.urlpatterns = [
        path("naked/", lambda _: HttpResponse("secret"), name="naked"),
        *get_resolver().url_patterns,
    ]
    sys.modules["undeclared_urls"] = module
    settings.ROOT_URLCONF = "undeclared_urls"
    for role in Role:
        answer = hospital.client(role).get("/naked/")
        assert answer.status_code == 403
        assert b"secret" not in answer.content


@pytest.mark.long
def test_whatever_opens_answers_without_a_fault(hospital):
    """Each page and operation once for real, by someone who may; keys that no record bears are not found."""
    clients = {role: hospital.client(role) for role in Role}
    faults = []
    for method, route, _, asks in routes():
        if not plain(route) or not isinstance(asks, str) or not PERMISSIONS[asks]:
            continue
        role = min(PERMISSIONS[asks])
        answer = clients[role].generic(method, address(route), b"{}", content_type="application/json")
        if answer.status_code >= 500 or answer.status_code == 403:
            faults.append((method, route, role, answer.status_code))
    assert not faults
