"""What allauth announces, told to the ledger."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.http import HttpRequest
from django.utils import timezone

from xingdun.doors.identity import caller, first_steps
from xingdun.frame.context import acting_in
from xingdun.organisation import services
from xingdun.organisation.models import Account


def _signed_in(request: HttpRequest, user: Account, **_: Any) -> None:
    ways = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
    request.session[caller.SEEN] = int(timezone.now().timestamp())
    with acting_in(user.institution_id, address=caller.address_of(request)):
        services.account_signed_in(account=user, now=timezone.now(), method=", ".join(ways))


def _factor_failed(user: Account, **_: Any) -> None:
    services.account_sign_in_failed(login=user.login, now=timezone.now(), why="second factor")


def _factor_changed(change: str) -> Any:
    def tell(request: HttpRequest, user: Account, authenticator: Authenticator, **_: Any) -> None:
        first_steps.forget_enrolment(request)
        services.account_second_factor_changed(
            account=user, change=change, kind=str(authenticator.type), now=timezone.now()
        )

    return tell


_ADDED, _REMOVED, _RESET = (_factor_changed(change) for change in ("added", "removed", "reset"))


def listen() -> None:
    """Connect; called once, when the apps stand."""
    user_logged_in.connect(_signed_in, dispatch_uid="xingdun-signed-in")
    authentication_failed.connect(_factor_failed, dispatch_uid="xingdun-factor-failed")
    authenticator_added.connect(_ADDED, dispatch_uid="xingdun-factor-added")
    authenticator_removed.connect(_REMOVED, dispatch_uid="xingdun-factor-removed")
    authenticator_reset.connect(_RESET, dispatch_uid="xingdun-factor-reset")
