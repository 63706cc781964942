"""What every page of the console is given beside its own."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from xingdun.doors.console.navigation import groups
from xingdun.frame.permissions import permitted
from xingdun.frame.roles import Role
from xingdun.messages.selectors import MOST_COUNTED, unread_count
from xingdun.organisation.models import Person


def console(request: HttpRequest) -> dict[str, Any]:
    """`person`, `roles` and their names, `navigation` and `unread`; empty before anyone is known.

    unread: how many messages wait, "" for none, None for roles that are told nothing.
    """
    person = getattr(request, "person", None)
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    navigation = SimpleLazyObject(lambda: groups(roles, request.path)) if person else ()
    names = [Role(role).label for role in sorted(roles)]
    told = permitted("messages.message.view", roles)
    unread = SimpleLazyObject(lambda: _unread(person)) if person is not None and told else None
    return {"person": person, "roles": roles, "role_names": names, "navigation": navigation, "unread": unread}


def _unread(person: Person) -> str:
    """How many messages wait, as the bell shows it; asked once a page, and only where the bell is drawn."""
    count = unread_count(person)
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
