"""Who calls: the address, the account behind a session or a token, the person, and whether the session still runs."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings

from xingdun.doors.identity.calls import Call
from xingdun.organisation import selectors, services
from xingdun.organisation.models import Account, Person, Token

SEEN = "xingdun_seen"
"""Session key: when its owner last clicked, in seconds since 1970, kept to the minute."""
BACKGROUND = "X-Background"
"""A header that pages set on what they fetch by themselves: it does not count as a click."""
_MINUTE = 60
_LONGEST_ADDRESS = 64


def address_of(request: Call) -> str:
    """Where the call comes from: the peer, or what the outermost of our proxies saw."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    count: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not count:
        return peer
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return (passed[-count] if len(passed) >= count else peer)[:_LONGEST_ADDRESS]


def token_of(request: Call, *, now: datetime) -> Token | None:
    """The token in the Authorization header, if it still opens anything."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key:
        return None
    token = Token.objects.select_related("account").filter(digest=services.token_digest(key.strip())).first()
    if token is None or token.revoked_at or token.expires_at <= now or not token.account.is_active:
        return None
    services.token_mark_used(token=token, now=now)
    return token


def account_of(request: Call) -> Account | None:
    """The account that the session belongs to, if it may still sign in."""
    return request.user if isinstance(request.user, Account) or request.user.is_authenticated else None


def person_here(account: Account) -> Person | None:
    """The person behind an account, unless they have left; called while acting in the account's institution."""
    person = selectors.person_of(account)
    return person if person and not person.left_at else None


def idle_too_long(request: Call, *, now: datetime) -> bool:
    """Whether nobody clicked for too long; notes this call as a click unless it is a page's own."""
    moment = int(now.timestamp())
    seen = request.session.get(SEEN)
    if seen is not None and moment - seen > settings.IDLE_SECONDS:
        return True
    if seen is None or (moment - seen >= _MINUTE and BACKGROUND not in request.headers):
        request.session[SEEN] = moment
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)
    return False
