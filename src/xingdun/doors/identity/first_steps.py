"""What someone must do before anything else opens: replace a one-time password, set up a second factor."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.functional import SimpleLazyObject

from xingdun.doors.identity.calls import Call
from xingdun.frame.permissions import ADMINISTRATORS
from xingdun.organisation.models import Account

FIRST_SESSION = "xingdun_first_session"
"""Session key: the one-time password was replaced in this session, so the second factor may wait until the next."""
_ENROLLED = "xingdun_enrolled"
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def new_password_due(request: Call, account: Account) -> bool:
    """Whether the account's one-time password must be replaced now; not for those whom single sign-on vouches for."""
    if not account.must_change_password:
        return False
    ways = {record.get("method") for record in get_authentication_records(request, account)}
    return "socialaccount" not in ways


def second_factor_missing(request: Call, account: Account) -> bool:
    """Whether the person's roles ask for a second factor and there is none."""
    if not settings.SECOND_FACTOR_REQUIRED or not ADMINISTRATORS & request.roles:
        return False
    if request.session.get(_ENROLLED):
        return False
    enrolled = Authenticator.objects.filter(user=account, type__in=_FACTORS).exists()
    if enrolled:
        request.session[_ENROLLED] = True
    return not enrolled


def second_factor_due(request: Call, account: Account) -> bool:
    """Whether it must be set up now: it is missing, and this is not the first session."""
    return not request.session.get(FIRST_SESSION) and second_factor_missing(request, account)


def second_factor(request: Call) -> dict[str, SimpleLazyObject]:
    """For templates: whether the reader's second factor is `missing`, and whether it is `due` now."""
    account = getattr(request, "account", None)

    def told() -> dict[str, bool]:
        if account is None or request.token is not None:
            return {"missing": False, "due": False}
        return {"missing": second_factor_missing(request, account), "due": second_factor_due(request, account)}

    return {"second_factor": SimpleLazyObject(told)}
