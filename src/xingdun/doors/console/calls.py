"""A request as the console's views are given it: the middleware has said who calls, when, and from which page."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from xingdun.frame.roles import Role
from xingdun.organisation.models import Account, Person


class Call(HttpRequest):
    """person and their roles at `now`; htmx is true when a part of a page is asked for."""

    person: Person
    roles: frozenset[Role]
    now: datetime
    htmx: HtmxDetails
    user: Account
