"""The only way to change what is known of applicability and posture."""

from xingdun.obligations.services.calendar import calendar_year_import
from xingdun.obligations.services.days import day_seal, days_seal
from xingdun.obligations.services.decisions import (
    exemption_create,
    exemption_end,
    profileanswer_set,
    profileanswer_withdraw,
    readingchoice_create,
    readingchoice_end,
)
from xingdun.obligations.services.evidence import (
    content_of,
    evidencefile_create,
    evidencefile_read,
    evidencefile_serve,
    evidencefile_withdraw,
)
from xingdun.obligations.services.feeds import feed_create, feed_revoke
from xingdun.obligations.services.following import posture_follow, posture_turn
from xingdun.obligations.services.posture import Measured, posture_measure
from xingdun.obligations.services.reminding import reminders_send
from xingdun.obligations.services.versions import catalogue_follow, catalogue_take

__all__ = [
    "Measured",
    "calendar_year_import",
    "catalogue_follow",
    "catalogue_take",
    "content_of",
    "day_seal",
    "days_seal",
    "evidencefile_create",
    "evidencefile_read",
    "evidencefile_serve",
    "evidencefile_withdraw",
    "exemption_create",
    "exemption_end",
    "feed_create",
    "feed_revoke",
    "posture_follow",
    "posture_measure",
    "posture_turn",
    "profileanswer_set",
    "profileanswer_withdraw",
    "readingchoice_create",
    "readingchoice_end",
    "reminders_send",
]
