"""Rights of the views that are not ours: every address of allauth and Django stands here, or is closed."""

from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """What an address may be beside asking a permission."""

    PUBLIC = "public"
    CLOSED = "closed"


PUBLIC, CLOSED = Standing.PUBLIC, Standing.CLOSED
OWN_ACCOUNT = "console.account.view"


@dataclass(frozen=True, slots=True)
class Right:
    """What a view asks, and whether it opens before one's first steps (new password, second factor) are done.

    writes: it runs in one transaction, so that what it changes and its ledger entry stand or fall together.
    """

    asks: str | Standing
    before_new_password: bool = False
    before_second_factor: bool = False
    writes: bool = False


_ALWAYS = {"before_new_password": True, "before_second_factor": True}

FOREIGN: dict[str, Right] = {
    "account_login": Right(PUBLIC),
    "account_logout": Right(PUBLIC),
    "account_inactive": Right(PUBLIC),
    "account_reauthenticate": Right(OWN_ACCOUNT, **_ALWAYS),
    "account_change_password": Right(OWN_ACCOUNT, **_ALWAYS, writes=True),
    # nobody signs up, and nobody has an e-mail address here: passwords are reset by the system administrator
    "account_signup": Right(CLOSED),
    "account_email": Right(CLOSED),
    "account_email_verification_sent": Right(CLOSED),
    "account_confirm_email": Right(CLOSED),
    "account_set_password": Right(CLOSED),
    "account_reset_password": Right(CLOSED),
    "account_reset_password_done": Right(CLOSED),
    "account_reset_password_from_key": Right(CLOSED),
    "account_reset_password_from_key_done": Right(CLOSED),
    "account_confirm_login_code": Right(CLOSED),
    # second factors
    "mfa_authenticate": Right(PUBLIC),
    "mfa_index": Right(OWN_ACCOUNT, before_second_factor=True),
    "mfa_reauthenticate": Right(OWN_ACCOUNT, **_ALWAYS),
    "mfa_activate_totp": Right(OWN_ACCOUNT, before_second_factor=True, writes=True),
    "mfa_deactivate_totp": Right(OWN_ACCOUNT, writes=True),
    "mfa_list_webauthn": Right(OWN_ACCOUNT, before_second_factor=True),
    "mfa_add_webauthn": Right(OWN_ACCOUNT, before_second_factor=True, writes=True),
    "mfa_edit_webauthn": Right(OWN_ACCOUNT, writes=True),
    "mfa_remove_webauthn": Right(OWN_ACCOUNT, writes=True),
    "mfa_reauthenticate_webauthn": Right(OWN_ACCOUNT, **_ALWAYS),
    "mfa_view_recovery_codes": Right(OWN_ACCOUNT),
    "mfa_generate_recovery_codes": Right(OWN_ACCOUNT, writes=True),
    "mfa_download_recovery_codes": Right(OWN_ACCOUNT),
    # sessions
    "usersessions_list": Right(OWN_ACCOUNT, writes=True),
    # single sign-on
    "openid_connect_login": Right(PUBLIC),
    "openid_connect_callback": Right(PUBLIC),
    "socialaccount_login_cancelled": Right(PUBLIC),
    "socialaccount_login_error": Right(PUBLIC),
    "socialaccount_signup": Right(CLOSED),
    "socialaccount_connections": Right(CLOSED),
}
