"""The only way to change who people are and what they may do."""

from xingdun.organisation.services.accounts import (
    account_change_password,
    account_choose_language,
    account_second_factor_changed,
    account_sign_in_failed,
    account_signed_in,
    account_signed_out,
    attempt_denied,
    login_digest,
)
from xingdun.organisation.services.appointments import appointment_create, appointment_end
from xingdun.organisation.services.founding import bootstrap
from xingdun.organisation.services.people import (
    LEAVING_HOOKS,
    STAFFING_HOOKS,
    one_time_password,
    person_create,
    person_leave,
    person_reset_password,
    person_restore,
    person_suspend,
    person_update,
)
from xingdun.organisation.services.personnel import person_add_record
from xingdun.organisation.services.posts import post_create, post_end, post_verify
from xingdun.organisation.services.profile import department_create, department_update, institution_update
from xingdun.organisation.services.tokens import (
    TOKEN_PREFIX,
    token_create,
    token_digest,
    token_mark_used,
    token_revoke,
)

__all__ = [
    "LEAVING_HOOKS",
    "STAFFING_HOOKS",
    "TOKEN_PREFIX",
    "account_change_password",
    "account_choose_language",
    "account_second_factor_changed",
    "account_sign_in_failed",
    "account_signed_in",
    "account_signed_out",
    "appointment_create",
    "appointment_end",
    "attempt_denied",
    "bootstrap",
    "department_create",
    "department_update",
    "institution_update",
    "login_digest",
    "one_time_password",
    "person_add_record",
    "person_create",
    "person_leave",
    "person_reset_password",
    "person_restore",
    "person_suspend",
    "person_update",
    "post_create",
    "post_end",
    "post_verify",
    "token_create",
    "token_digest",
    "token_mark_used",
    "token_revoke",
]
