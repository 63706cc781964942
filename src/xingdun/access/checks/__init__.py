"""How the duties of access are measured, and what they are about: requests and windows."""

from xingdun.access.checks.approval import (
    leaves_after_legal_review,
    masked_before_delivery,
    purpose_stated,
    used_after_approval,
    used_within_approval,
    whoever_is_in_charge_reviewed,
)
from xingdun.access.checks.audits import behaviour_traced, important_users_audited, logs_audited, permissions_audited
from xingdun.access.checks.enforcement import every_read_needs_a_window, rights_are_fixed
from xingdun.access.checks.grades import (
    authorised_bodies_only,
    confidential_with_state_approval,
    masked_by_grade,
    privacy_kept,
    two_keys_turned,
)
from xingdun.access.checks.subjects import requests_filed, windows_opened
from xingdun.access.checks.windows import emergencies_are_reviewed, windows_close_in_time

__all__ = [
    "authorised_bodies_only",
    "behaviour_traced",
    "confidential_with_state_approval",
    "emergencies_are_reviewed",
    "every_read_needs_a_window",
    "important_users_audited",
    "leaves_after_legal_review",
    "logs_audited",
    "masked_before_delivery",
    "masked_by_grade",
    "permissions_audited",
    "privacy_kept",
    "purpose_stated",
    "requests_filed",
    "rights_are_fixed",
    "two_keys_turned",
    "used_after_approval",
    "used_within_approval",
    "whoever_is_in_charge_reviewed",
    "windows_close_in_time",
    "windows_opened",
]
