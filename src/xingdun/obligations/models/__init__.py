"""What the law asks of the institution, whether it is met, and what people decided about it."""

from xingdun.obligations.models.applicability import Answerable, Exemption, ProfileAnswer, ReadingChoice
from xingdun.obligations.models.evidence import EvidenceContent, EvidenceFile, EvidenceUse
from xingdun.obligations.models.posture import WITHOUT_EVIDENCE, DayPosture, Posture, PostureChange, PostureProgress
from xingdun.obligations.models.reminders import CalendarFeed, Reminder
from xingdun.obligations.models.versions import CalendarYear, CatalogueVersion

__all__ = [
    "WITHOUT_EVIDENCE",
    "Answerable",
    "CalendarFeed",
    "CalendarYear",
    "CatalogueVersion",
    "DayPosture",
    "EvidenceContent",
    "EvidenceFile",
    "EvidenceUse",
    "Exemption",
    "Posture",
    "PostureChange",
    "PostureProgress",
    "ProfileAnswer",
    "ReadingChoice",
    "Reminder",
]
