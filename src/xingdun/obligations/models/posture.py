"""Where the institution stands with each duty: now, as it changed, and sealed by day."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import WEB, InstitutionModel
from xingdun.kernel.clocks import Bilingual
from xingdun.obligations.catalogue import load


def said(texts: dict[str, str]) -> str:
    """A text kept in both languages, in the reader's."""
    return texts.get("zh" if (get_language() or "").startswith("zh") else "en", "")


def titled(duty: str) -> str:
    """What a duty is called, or was called last, in the reader's language; its key when no kept catalogue has it."""
    found = load().duties.get(duty)
    if found is None:
        from xingdun.obligations.selectors.editions import former_duties  # it reads the models

        found = former_duties().get(duty)
    return (found.title if found else Bilingual(duty, duty)).say(get_language() or "en")


class Answer(InstitutionModel):
    """The answer to one duty about one subject. subject: `app.model:key`, empty for the institution itself.

    Answers are derived, and written by the ten thousand: whether their institution and department exist is not asked of
    the database row by row. Row security holds the institution, and neither is ever deleted.
    """

    class State(models.TextChoices):
        """How a duty stands. One that could not be measured is unknown, never met and never violated."""

        MET = "met", _("met")
        DUE = "due", pgettext_lazy("state", "due")
        OVERDUE = "overdue", _("overdue")
        VIOLATED = "violated", _("violated")
        UNKNOWN = "unknown", _("unknown")
        NOT_APPLICABLE = "not_applicable", _("does not apply")
        GONE = "gone", _("gone")

    institution = models.ForeignKey(
        "organisation.Institution",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_constraint=False,
        db_index=False,  # every index of the answers begins with it
    )
    duty = models.CharField(_("duty"), max_length=80)
    subject = models.CharField(_("about"), max_length=160, blank=True, default="")
    state = models.CharField(_("state"), max_length=16, choices=State)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    evidence = models.JSONField(_("evidence"), default=list, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What the duty asks, in the reader's language."""
        return titled(self.duty)

    @property
    def explanation(self) -> str:
        """Why it stands so, in the reader's language."""
        return said(self.detail)


WITHOUT_EVIDENCE = Q(state=Answer.State.UNKNOWN.value) | Q(state=Answer.State.MET.value, evidence=[])
"""Answers that no record shows: those met on no evidence, and those not known."""


class Posture(Answer):
    """Where the institution stands now with one duty about one subject.

    since: when this state began. measured_at: when these values were found; what a later measurement finds again is not
    written again. documents: keys of the documents whose clauses the duty answers; force: of the strongest of them.
    """

    RED: ClassVar = (Answer.State.OVERDUE, Answer.State.VIOLATED)

    class Force(models.TextChoices):
        """What binds to the duty, the strongest of its clauses."""

        LAW = "law", _("law")
        NORMATIVE = "normative", _("normative document")
        STANDARD = "standard", _("standard")
        COMMENTARY = "commentary", _("commentary")

    kind = models.CharField(_("what it is about"), max_length=32)
    subject_name = models.CharField(_("name"), max_length=200, blank=True, default="")
    force = models.CharField(_("force"), max_length=12, choices=Force)
    documents = models.CharField(_("documents"), max_length=160)
    department = models.ForeignKey(
        "organisation.Department",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    since = models.DateTimeField(_("since"))
    measured_at = models.DateTimeField(_("measured"))

    class Meta:
        verbose_name = _("posture")
        verbose_name_plural = _("posture")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "duty", "subject"], name="posture_of_a_duty_and_subject"),
            models.CheckConstraint(condition=~Q(state="gone"), name="posture_is_of_what_is_there"),
        ]
        indexes: ClassVar = [
            # The pages count from the indexes alone.
            models.Index(fields=["institution", "state", "duty"], include=["since", "due_at"], name="posture_by_state"),
            models.Index(
                fields=["institution", "due_at"],
                include=["state"],
                name="posture_by_due",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["institution", "state", "duty"],
                include=["since"],
                name="posture_without_evidence",
                condition=WITHOUT_EVIDENCE,
            ),
            models.Index(fields=["institution", "department", "state"], name="posture_by_department"),
        ]


class PostureChange(Answer):
    """One step in the history of a duty and subject; the last before a moment is how it stood then.

    was: the state before, empty at first. entry: the ledger entry whose `digest` covers this change.
    """

    was = models.CharField(_("before"), max_length=16, choices=Answer.State, blank=True, default="")
    at = models.DateTimeField(_("time"))
    entry = models.BigIntegerField(_("ledger entry"), null=True, blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("change of posture")
        verbose_name_plural = _("changes of posture")
        indexes: ClassVar = [
            models.Index("institution", "duty", "subject", F("at").desc(), name="posture_history"),
            models.Index("institution", "at", name="posture_changes_by_time"),
        ]


class DayPosture(InstitutionModel):
    """The posture at the end of a day (Asia/Shanghai), sealed: SHA-256 over its canonical text, and its counts.

    counts: {state: number} over all answers; scores: by document, force, chapter and department, as
    `selectors.scores` gives them. entry: the ledger entry that bears the digest.
    """

    day = models.DateField(_("day"))
    at = models.DateTimeField(_("sealed"))
    digest = models.CharField(_("digest"), max_length=64)
    counts = models.JSONField(_("counts"), default=dict)
    scores = models.JSONField(_("scores"), default=dict)
    catalogue = models.CharField(_("catalogue version"), max_length=40)
    entry = models.BigIntegerField(_("ledger entry"))

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("posture of a day")
        verbose_name_plural = _("postures by day")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "day"], name="one_sealed_posture_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class PostureProgress(InstitutionModel):
    """How far the posture has followed the ledger. next_leaf: the first leaf not looked at.

    measured_at: the last measurement of everything. facts: what was known of the institution then, to see what changes.
    """

    next_leaf = models.BigIntegerField(default=0)
    measured_at = models.DateTimeField(_("measured"), null=True, blank=True)
    facts = models.JSONField(default=dict)
    catalogue = models.CharField(_("catalogue version"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution"], name="one_progress_an_institution"),
        ]

    def __str__(self) -> str:
        return f"{self.next_leaf}"
