"""One's own account: who the platform takes one for, and the way to its keys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.views.settings import rights
from xingdun.frame.permissions import permitted
from xingdun.frame.roles import Role
from xingdun.organisation import selectors


@page("console.account.view")
@require_safe
def account(request: Call) -> HttpResponse:
    """Roles held now and what they include."""
    groups = [
        group | {"lines": [line for line in group["lines"] if permitted(line["key"], request.roles)]}
        for group in rights()
    ]
    context = {
        "held": [Role(role) for role in sorted(request.roles)],
        "groups": [group for group in groups if group["lines"]],
        "account": request.user,
        "tokens": selectors.tokens_of(request.user).order_by("-created_at"),
    }
    return render(request, "console/account.html", context)
