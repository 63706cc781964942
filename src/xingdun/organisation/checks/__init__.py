"""How the duties about people and posts are measured, and what they are about: people and the institution itself."""

from xingdun.organisation.checks.people import (
    background_reviewed,
    certificates_held,
    confidentiality_signed,
    identity_verified,
    key_posts_reviewed,
    staff_kept,
)
from xingdun.organisation.checks.posts import (
    emergency_team_stands,
    it_protects,
    officer_full_time,
    responsible_person_named,
    security_posts_filled,
)
from xingdun.organisation.checks.subjects import people_facts, people_here

__all__ = [
    "background_reviewed",
    "certificates_held",
    "confidentiality_signed",
    "emergency_team_stands",
    "identity_verified",
    "it_protects",
    "key_posts_reviewed",
    "officer_full_time",
    "people_facts",
    "people_here",
    "responsible_person_named",
    "security_posts_filled",
    "staff_kept",
]
