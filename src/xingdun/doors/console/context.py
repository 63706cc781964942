"""What every page of the console is given beside its own."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from xingdun.doors.console.navigation import groups
from xingdun.frame.roles import Role


def console(request: HttpRequest) -> dict[str, Any]:
    """`person`, `roles` and their names, and `navigation`; empty before anyone is known."""
    person = getattr(request, "person", None)
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    navigation = SimpleLazyObject(lambda: groups(roles, request.path)) if person else ()
    names = [Role(role).label for role in sorted(roles)]
    return {"person": person, "roles": roles, "role_names": names, "navigation": navigation}
