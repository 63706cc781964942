"""What happens to accounts at the door: signing in and out, failing to, passwords, second factors, refused attempts.

Called while acting in the account's institution, except for failures, whose institution is found here.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from xingdun.audit import services as audit
from xingdun.frame.context import acting_in, current
from xingdun.organisation.models import Account, Person


def login_digest(login: str) -> str:
    """What the ledger keeps of a login that failed: a keyed digest, equal for equal names, that names nobody."""
    return salted_hmac("xingdun.login", login.strip().lower(), algorithm="sha256").hexdigest()[:32]


def _host_institution() -> UUID | None:
    """Whose ledger tells of names nobody holds: the institution that runs the platform, the first one founded."""
    return Account.objects.order_by("pk").values_list("institution_id", flat=True).first()


@transaction.atomic
def account_signed_in(*, account: Account, now: datetime, method: str) -> None:
    """Someone signed in with `account`; `method` lists how (password, totp, webauthn, single sign-on)."""
    audit.record(actor=account, action="account.sign_in", about=account, now=now, details={"method": method})


@transaction.atomic
def account_signed_out(*, account: Account, now: datetime, why: str = "asked") -> None:
    """A session ended: `asked`, `idle`, `left` or `elsewhere`."""
    audit.record(actor=account, action="account.sign_out", about=account, now=now, details={"why": why})


@transaction.atomic
def account_sign_in_failed(*, login: str, now: datetime, why: str) -> None:
    """A sign-in failed (`password`, `second factor`) or was not tried any more (`locked`)."""
    account = Account.objects.filter(login__iexact=login.strip()).first()
    with acting_in(account.institution_id if account else _host_institution(), address=current().address):
        audit.record(
            actor="system:sign-in",
            action="account.sign_in",
            about=account or "system:sign-in",
            now=now,
            outcome="denied",
            details={"login": login_digest(login), "why": why},
        )


@transaction.atomic
def account_change_password(*, account: Account, password: str, now: datetime) -> Account:
    """Its owner chose a new password; a one-time password has done its work."""
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    audit.record(actor=account, action="account.change_password", about=account, now=now)
    return account


@transaction.atomic
def account_second_factor_changed(*, account: Account, change: str, kind: str, now: datetime) -> None:
    """A second factor was `added`, `removed` or `reset`; `kind` is totp, webauthn or recovery_codes."""
    audit.record(
        actor=account, action="account.second_factor", about=account, now=now, details={"change": change, "kind": kind}
    )


@transaction.atomic
def account_choose_language(*, account: Account, language: str, now: datetime) -> Account:
    """The language its owner reads."""
    account.language = language
    account.save(update_fields=["language"])
    audit.record(actor=account, action="account.language", about=account, now=now, details={"language": language})
    return account


@transaction.atomic
def attempt_denied(*, by: Person, permission: str, place: str, now: datetime) -> None:
    """Someone tried what their roles do not include; `place` is the route's pattern, without its values."""
    audit.record(
        actor=by,
        action="access.denied",
        about=by,
        now=now,
        outcome="denied",
        details={"permission": permission, "place": place},
    )
