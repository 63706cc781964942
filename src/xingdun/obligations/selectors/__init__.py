"""Reading posture, its history and what people decided."""

from xingdun.obligations.selectors.calendar import deadlines, events, feed_of, late, own_feeds, own_reminders
from xingdun.obligations.selectors.clauses import ClausePage, ClauseState, clause, heat_map
from xingdun.obligations.selectors.decisions import (
    calendar_years,
    exemptions,
    profile_answers,
    reading_choices,
)
from xingdun.obligations.selectors.evidence import (
    evidence_about,
    evidence_files,
    evidence_for,
    readable_by,
    valid_evidence,
)
from xingdun.obligations.selectors.history import changes, day_postures, history_of, posture_at, posture_on
from xingdun.obligations.selectors.posture import (
    due_next,
    missing_evidence,
    overdue,
    postures,
    postures_visible,
    red,
    states_visible,
    timeline,
)
from xingdun.obligations.selectors.profile import FactLine, profile
from xingdun.obligations.selectors.scoring import counts, scores

__all__ = [
    "ClausePage",
    "ClauseState",
    "FactLine",
    "calendar_years",
    "changes",
    "clause",
    "counts",
    "day_postures",
    "deadlines",
    "due_next",
    "events",
    "evidence_about",
    "evidence_files",
    "evidence_for",
    "exemptions",
    "feed_of",
    "heat_map",
    "history_of",
    "late",
    "missing_evidence",
    "overdue",
    "own_feeds",
    "own_reminders",
    "posture_at",
    "posture_on",
    "postures",
    "postures_visible",
    "profile",
    "profile_answers",
    "readable_by",
    "reading_choices",
    "red",
    "scores",
    "states_visible",
    "timeline",
    "valid_evidence",
]
