"""Keys to the API: made, used, ended."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from xingdun.audit import services as audit
from xingdun.frame.permissions import permitted
from xingdun.organisation import selectors
from xingdun.organisation.errors import NotYours, ScopeUnknown
from xingdun.organisation.models import Account, Person, Token

TOKEN_PREFIX = "xd_"  # noqa: S105 - how a token begins, so that leak scanners know it


def token_digest(token: str) -> str:
    """What is kept of a token: its SHA-256 in hex (tokens are random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def token_create(*, name: str, scopes: Iterable[str], days: int, by: Person, now: datetime) -> dict[str, Any]:
    """Make an API token for one's own account; it carries at most what one's roles include.

    Returns {"token_record", "token"}: the token is shown once.
    """
    account = Account.objects.get(person=by)
    roles = selectors.roles_of(by, now=now)
    chosen = sorted(set(scopes))
    for scope in chosen:
        if not permitted(scope, roles):
            raise ScopeUnknown(scope=scope)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    record = Token.objects.create(
        account=account,
        name=name,
        digest=token_digest(token),
        scopes=chosen,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(actor=by, action="token.create", about=record, now=now, details={"scopes": chosen, "days": days})
    return {"token_record": record, "token": token}


@transaction.atomic
def token_revoke(*, token: Token, by: Person, now: datetime) -> Token:
    """End one of one's own tokens."""
    if token.account_id != by.account_id:
        raise NotYours
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    audit.record(actor=by, action="token.revoke", about=token, now=now)
    return token


def token_mark_used(*, token: Token, now: datetime) -> None:
    """Remember when the token was last used, to the minute; what was done with it stands in the ledger."""
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - timedelta(minutes=1))
    Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
