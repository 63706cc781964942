"""The registers of what people decided about applicability, readings and the calendar."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import Action, Column, register
from xingdun.obligations import forms, selectors, services
from xingdun.obligations.models import Answerable, CalendarYear, Exemption, ProfileAnswer, ReadingChoice

ENDABLE = frozenset({Answerable.State.WAITING, Answerable.State.APPROVED})


def endable(record: Answerable) -> bool:
    """Whether it waits or is in force."""
    return record.state in ENDABLE


register(
    ProfileAnswer,
    title=_("Answers of the profile"),
    question=_("What did the institution answer where its records are silent?"),
    icon="help",
    menu="obligations",
    rows=selectors.profile_answers,
    order=("fact",),
    columns=[
        Column("question", _("fact"), sort="fact"),
        Column("answer", _("answer")),
        Column("by", sort="by__name"),
        Column("at", kind="time", sort="at"),
    ],
    search=("fact", "reason"),
    filters=("fact", "at"),
    detail=[
        Column("answer", _("answer")),
        Column("reason"),
        Column("by"),
        Column("at", kind="time"),
    ],
    actions=[
        Action(
            "set",
            services.profileanswer_set,
            _("Answer a fact"),
            form=forms.ProfileAnswerForm,
            on="list",
            help=_("An open fact counts as applying until it is answered."),
        ),
        Action("withdraw", services.profileanswer_withdraw, _("Take back"), danger=True),
    ],
    empty=_("Nothing was answered yet. Open facts count as applying; answer those that do not."),
)

register(
    Exemption,
    title=_("Exemptions"),
    question=_("Which duties are held not to apply, until when, and who signed?"),
    icon="shield-off",
    menu="obligations",
    rows=selectors.exemptions,
    order=("-filed_at",),
    columns=[
        Column("title", _("duty"), sort="duty"),
        Column("subject", kind="record", sort="subject"),
        Column("state", kind="state", sort="state"),
        Column("expires_at", kind="time", sort="expires_at"),
        Column("applicant", sort="applicant__name"),
    ],
    search=("duty", "reason"),
    filters=("state", "duty", "expires_at"),
    detail=[
        Column("state", kind="state"),
        Column("subject", kind="record"),
        Column("reason"),
        Column("applicant"),
        Column("filed_at", kind="time"),
        Column("decided_at", kind="time"),
        Column("expires_at", kind="time"),
        Column("ended_at", kind="time"),
    ],
    actions=[
        Action(
            "create",
            services.exemption_create,
            _("Ask for an exemption"),
            form=forms.ExemptionForm,
            on="list",
            help=_("Legal and the head of the institution sign it; it ends by itself."),
        ),
        Action("end", services.exemption_end, _("End it"), form=forms.EndForm, available=endable, danger=True),
    ],
    empty=_("Every duty that is derived to apply is measured; none is exempted."),
)

register(
    ReadingChoice,
    title=_("Choices of reading"),
    question=_("Where do we read contradicting clauses otherwise than the catalogue?"),
    icon="git-branch",
    menu="obligations",
    rows=selectors.reading_choices,
    order=("-filed_at",),
    columns=[
        Column("contradiction", sort="contradiction"),
        Column("reading", _("reading"), sort="alternative"),
        Column("state", kind="state", sort="state"),
        Column("expires_at", kind="time", sort="expires_at"),
        Column("applicant", sort="applicant__name"),
    ],
    search=("contradiction", "alternative", "reason"),
    filters=("state", "contradiction", "expires_at"),
    detail=[
        Column("question", _("what is in question")),
        Column("reading", _("reading")),
        Column("state", kind="state"),
        Column("reason"),
        Column("applicant"),
        Column("filed_at", kind="time"),
        Column("decided_at", kind="time"),
        Column("expires_at", kind="time"),
        Column("ended_at", kind="time"),
    ],
    actions=[
        Action(
            "create",
            services.readingchoice_create,
            _("Ask for another reading"),
            form=forms.ReadingForm,
            on="list",
            help=_("The head of the institution decides; it ends by itself."),
        ),
        Action("end", services.readingchoice_end, _("End it"), form=forms.EndForm, available=endable, danger=True),
    ],
    empty=_("Every contradiction is read as the catalogue reads it."),
)

register(
    CalendarYear,
    title=_("Calendar years"),
    question=_("Which years' working days are known beyond those the platform comes with?"),
    icon="calendar",
    menu="obligations",
    rows=selectors.calendar_years,
    order=("-year",),
    columns=[
        Column("year", sort="year"),
        Column("by", sort="by__name"),
        Column("at", kind="time", sort="at"),
    ],
    filters=("at",),
    detail=[
        Column("year"),
        Column("digest"),
        Column("by"),
        Column("at", kind="time"),
        Column("moved", kind="list"),
        Column("text"),
    ],
    actions=[
        Action(
            "import",
            services.calendar_year_import,
            _("Import a year's notice"),
            form=forms.CalendarForm,
            on="list",
            help=_("Deadlines that were provisional are worked out again; what moves is told in the ledger."),
        ),
    ],
    empty=_("No year was imported yet. From 1 November on, import the next year's notice once it is published."),
)
