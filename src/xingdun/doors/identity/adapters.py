"""How allauth behaves here: nobody signs up, lockouts are told, second factors are sealed, single sign-on matches."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.doors.identity import caller, first_steps, sealing
from xingdun.frame.context import acting_in
from xingdun.frame.permissions import ADMINISTRATORS
from xingdun.organisation import services
from xingdun.organisation.models import Account

if TYPE_CHECKING:
    from xingdun.doors.identity.calls import Call

TOLD_SECONDS = 60


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by login and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many sign-ins failed under this name or from this address. Wait, or ask your system administrator."
        ),
        "username_password_mismatch": _("The login or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: the system administrator registers people."""
        del request
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count a name, whichever host name the platform was reached by."""
        del request
        return services.login_digest(str(credentials.get("username", "")))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt. Raises ValidationError when the name or the address is locked."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            login = str(credentials.get("username", ""))
            if cache.add(f"locked:{services.login_digest(login)}", 1, TOLD_SECONDS):
                services.account_sign_in_failed(login=login, now=timezone.now(), why="locked")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell it to the ledger, without the name."""
        del request
        login = str(credentials.get("username", ""))
        services.account_sign_in_failed(login=login, now=timezone.now(), why="password")

    def logout(self, request: HttpRequest) -> None:
        """End the session, and tell it."""
        call = cast("Call", request)
        account = caller.account_of(call)
        if account is not None:
            with acting_in(account.institution_id, address=caller.address_of(call)):
                services.account_signed_out(account=account, now=timezone.now())
        super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        """The new password, by the service; a one-time password has done its work, its session goes on."""
        first_session = user.must_change_password
        services.account_change_password(account=user, password=password, now=timezone.now())
        if first_session and self.request is not None:
            self.request.session[first_steps.FIRST_SESSION] = True

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After the first password, the second factor; else the overview."""
        call = cast("Call", request)
        account = caller.account_of(call)
        missing = account is not None and first_steps.second_factor_missing(call, account)
        return resolve_url("mfa_index" if missing else "/")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Being signed in is seen; only what changed something is said."""
        template = args[2] if len(args) > 2 else kwargs.get("message_template", "")  # noqa: PLR2004 - its third argument
        if template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(*args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time codes, security keys, recovery codes."""

    def encrypt(self, text: str) -> str:
        """Secrets of second factors are kept sealed."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given."""
        return sealing.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor keeps the last one."""
        roles = cast("Call", self.request).roles
        if not settings.SECOND_FACTOR_REQUIRED or not ADMINISTRATORS & roles:
            return True
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user=authenticator.user, type__in=factors).exclude(pk=authenticator.pk)
        return others.exists()


class SessionsAdapter(DefaultUserSessionsAdapter):
    """One's own sessions."""

    @transaction.atomic
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End them, and tell each."""
        for session in sessions:
            session.end()
            services.account_signed_out(account=session.user, now=timezone.now(), why="elsewhere")


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens accounts that are there; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        del request, sociallogin
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """At the first time, find the account whose login the issuer's claim names."""
        if sociallogin.is_existing:
            return
        told = sociallogin.account.extra_data
        claims = {**told.get("id_token", {}), **told.get("userinfo", {})}
        login = str(claims.get(settings.OIDC_LOGIN_CLAIM, "")).strip()
        account = Account.objects.filter(login__iexact=login, is_active=True).first() if login else None
        if account is None:
            services.account_sign_in_failed(login=login, now=timezone.now(), why="single sign-on")
            raise ImmediateHttpResponse(render(request, "identity/unknown_here.html", status=403))
        sociallogin.connect(request, account)
