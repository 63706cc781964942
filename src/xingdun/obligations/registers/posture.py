"""The registers of the posture: now, as it changed, and by day."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import Column, Related, register
from xingdun.obligations import selectors
from xingdun.obligations.handed_out import EXPORTS
from xingdun.obligations.models import DayPosture, Posture, PostureChange

register(
    Posture,
    title=_("Posture"),
    question=_("Which duties are met today, and which are not?"),
    icon="shield-check",
    menu="obligations",
    rows=selectors.postures_visible,
    order=("state", "duty", "subject"),
    columns=[
        Column("title", _("duty"), sort="duty"),
        Column("subject_name", _("about"), sort="subject_name"),
        Column("state", kind="state", sort="state"),
        Column("due_at", kind="time", sort="due_at"),
        Column("since", kind="time", sort="since"),
        Column("department", sort="department__name"),
        Column("documents", sort="documents"),
    ],
    search=("duty", "subject_name", "documents"),
    filters=("state", "documents", "force", "department", "duty", "kind", "subject", "due_at", "evidence"),
    detail=[
        Column("state", kind="state"),
        Column("explanation", _("why")),
        Column("subject", kind="record"),
        Column("department"),
        Column("due_at", kind="time"),
        Column("since", kind="time"),
        Column("measured_at", kind="time"),
        Column("force", kind="state"),
        Column("documents"),
        Column("evidence", kind="list"),
    ],
    related=(
        Related(
            _("How it came to stand so"),
            "obligations.posturechange",
            lambda one: selectors.history_of(one.institution_id, (one.duty,), subject=one.subject),
        ),
    ),
    downloads=EXPORTS,
    empty=_("Nothing was measured yet. The first measurement follows the start of the platform by itself."),
)

register(
    PostureChange,
    title=_("Changes of posture"),
    question=_("When did a duty turn, and why?"),
    icon="history",
    rows=selectors.changes,
    order=("-at",),
    columns=[
        Column("at", kind="time", sort="at"),
        Column("title", _("duty"), sort="duty"),
        Column("subject", kind="record", sort="subject"),
        Column("was", kind="state", sort="was"),
        Column("state", kind="state", sort="state"),
    ],
    search=("duty",),
    filters=("state", "was", "duty", "subject", "at"),
    detail=[
        Column("at", kind="time"),
        Column("was", kind="state"),
        Column("state", kind="state"),
        Column("explanation", _("why")),
        Column("subject", kind="record"),
        Column("due_at", kind="time"),
        Column("evidence", kind="list"),
    ],
    empty=_("Nothing has changed yet."),
)

register(
    DayPosture,
    title=_("Postures by day"),
    question=_("How did the institution stand on a past day, and is it sealed?"),
    icon="calendar-event",
    menu="obligations",
    rows=selectors.day_postures,
    order=("-day",),
    columns=[
        Column("day", sort="day"),
        Column("counts", kind="list"),
        Column("catalogue", sort="catalogue"),
        Column("at", kind="time", sort="at"),
    ],
    filters=("day",),
    detail=[
        Column("day"),
        Column("counts", kind="list"),
        Column("digest"),
        Column("catalogue"),
        Column("at", kind="time"),
        Column("entry", kind="number"),
    ],
    empty=_("No day has ended since the first measurement."),
)
