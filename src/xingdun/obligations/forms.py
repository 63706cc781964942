"""The forms of what people decide about applicability, readings and the calendar."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xingdun.kernel.clocks import day_end
from xingdun.obligations.catalogue import load
from xingdun.obligations.subject_field import LIMITS, AboutForm

Choices = list[tuple[str, str]]


def _language() -> str:
    return get_language() or "en"


def _facts() -> Choices:
    facts = load().vocabulary.facts.values()
    own = [(each.key, each.text.say(_language())) for each in facts if each.about == "institution"]
    return [("", ""), *own]


def _duties() -> Choices:
    return [("", ""), *((each.key, each.title.say(_language())) for each in load().duties.values())]


def _readings() -> Choices:
    found = [
        (f"{each.key}/{other.key}", f"{each.key} · {other.text.say(_language())}")
        for each in load().contradictions.values()
        for other in each.alternatives
    ]
    return [("", ""), *found]


def _reason(help_text: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=_("reason"), max_length=2000, widget=widget, help_text=help_text)


class _UntilForm(forms.Form):
    """Something that lasts to the end of a day."""

    expires_at = forms.DateField(
        label=_("until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("At most a year ahead; it can be asked for again."),
    )

    def clean_expires_at(self) -> datetime:
        """The end of that day in Shanghai."""
        day: date = self.cleaned_data["expires_at"]
        return day_end(day)


class ProfileAnswerForm(forms.Form):
    """An answer to a fact that records and profile leave open."""

    fact = forms.ChoiceField(label=_("fact"), choices=_facts)
    value = forms.TypedChoiceField(
        label=_("answer"), choices=(("yes", _("yes")), ("no", _("no"))), coerce=lambda text: text == "yes"
    )
    reason = _reason(_("How you know; an auditor reads it."))


class ExemptionForm(_UntilForm, AboutForm):
    """A duty that is held not to apply."""

    duty = forms.ChoiceField(label=_("duty"), choices=_duties, widget=forms.Select(attrs=LIMITS))
    reason = _reason(_("Why the duty does not apply here; legal and the head of the institution read and sign it."))
    field_order = ("duty", "subject", "reason", "expires_at")


class ReadingForm(_UntilForm):
    """Another reading of clauses that contradict each other."""

    reading = forms.ChoiceField(label=_("reading"), choices=_readings)
    reason = _reason(_("Why it is read so here; the head of the institution decides."))
    field_order = ("reading", "reason", "expires_at")

    def clean(self) -> dict[str, Any]:
        """The contradiction and the alternative chosen."""
        cleaned = dict(super().clean() or {})
        cleaned["contradiction"], _slash, cleaned["alternative"] = cleaned.pop("reading", "").partition("/")
        return cleaned


class EndForm(forms.Form):
    """Something ends before its term."""

    reason = _reason(_("It is kept with the record."))


class CalendarForm(forms.Form):
    """A year's notice of public holidays."""

    text = forms.CharField(
        label=_("notice"),
        max_length=70_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("The State Council's notice as it was published, or the data form (TOML). Nothing is guessed."),
    )
