"""What allauth announces, told to the ledger."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from xingdun.doors.identity import caller
from xingdun.doors.identity.calls import Call
from xingdun.frame.context import acting_in
from xingdun.organisation import services
from xingdun.organisation.models import Account


def _signed_in(request: Call, user: Account, **_: Any) -> None:
    ways = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
    request.session[caller.SEEN] = int(timezone.now().timestamp())
    with acting_in(user.institution_id, address=caller.address_of(request)):
        services.account_signed_in(account=user, now=timezone.now(), method=", ".join(ways))


def _factor_failed(user: Account, **_: Any) -> None:
    services.account_sign_in_failed(login=user.login, now=timezone.now(), why="second factor")


def _factor_added(instance: Authenticator, *, created: bool, **_: Any) -> None:
    if created:
        _tell(instance, "added")


def _factor_removed(instance: Authenticator, **_: Any) -> None:
    _tell(instance, "removed")


def _tell(factor: Authenticator, change: str) -> None:
    services.account_second_factor_changed(
        account=factor.user, change=change, kind=str(factor.type), now=timezone.now()
    )


def listen() -> None:
    """Connect; called once, when the apps stand."""
    user_logged_in.connect(_signed_in, dispatch_uid="xingdun-signed-in")
    authentication_failed.connect(_factor_failed, dispatch_uid="xingdun-factor-failed")
    # The table's own signals, not allauth's: those come after the commit, and the entry belongs inside.
    post_save.connect(_factor_added, sender=Authenticator, dispatch_uid="xingdun-factor-added")
    post_delete.connect(_factor_removed, sender=Authenticator, dispatch_uid="xingdun-factor-removed")
