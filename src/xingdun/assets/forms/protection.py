"""Grading, filing, evaluating, planning, assessing and retiring."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingdun.assets.forms.fields import RECEIPT_HELP, OwnRecords, day, words
from xingdun.assets.forms.matrices import NO_HARM, SIDES, Matrix, matrices
from xingdun.assets.models import (
    LEVELS,
    Agency,
    Degree,
    Evaluation,
    Grading,
    Network,
    ProtectionPlan,
    Recipient,
    Retirement,
    Safeguard,
)
from xingdun.assets.services.protection import asked_of
from xingdun.organisation.models import Person

_LEVELS = [(level, str(level)) for level in LEVELS]
_STANDS = [choice for choice in Safeguard.State.choices if choice[0] != Safeguard.State.OPEN]


def _degree(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", NO_HARM), *Degree.choices], required=False)


class GradingForm(forms.Form):
    """Harm to three objects from two sides; the level follows, or is raised with a reason (GB/T 22240)."""

    page = "assets/grading_form.html"
    information_citizens = _degree(_("information: rights of citizens and organisations"))
    information_society = _degree(_("information: social order and public interest"))
    information_nation = _degree(_("information: national security"))
    service_citizens = _degree(_("service: rights of citizens and organisations"))
    service_society = _degree(_("service: social order and public interest"))
    service_nation = _degree(_("service: national security"))
    level = forms.TypedChoiceField(
        label=_("level"),
        choices=[("", _("as the matrices and the rules ask")), *_LEVELS],
        coerce=int,
        empty_value=None,
        required=False,
    )
    reason = words(_("why it is raised"), required=False)
    expert_review = words(_("expert review"), required=False, help_text=_("Who reviewed it, and what they found."))
    expert_reviewed_on = day(_("experts met on"), required=False)
    determined_earlier_on = day(
        _("determined before, on"),
        required=False,
        help_text=_("Only when the level was determined before the network was entered here."),
    )

    def prepare(self, **_facts: Any) -> None:
        """The level starts from the matrices, not from the one in force."""
        self.initial.pop("level", None)

    def clean(self) -> dict[str, Any]:
        """At least one harm is chosen: a form sent off untouched would propose the lowest level."""
        cleaned = self.cleaned_data
        if not any(cleaned.get(name) for name in self.fields if name.partition("_")[0] in SIDES):
            self.add_error(None, _("Choose the harm in at least one row: without any, no level follows."))
        return cleaned

    def matrices(self) -> tuple[Matrix, ...]:
        """The two matrices, with what was chosen in them."""
        return tuple(matrices(self))

    def others(self) -> list[forms.BoundField]:
        """The fields that stand in no matrix."""
        return [bound for bound in self if bound.name.partition("_")[0] not in SIDES]


class OpinionForm(forms.Form):
    """What the superior authority replied."""

    opinion = forms.ChoiceField(label=_("opinion of the authority"), choices=Grading.Opinion)
    opinion_number = forms.CharField(label=_("number of its reply"), max_length=80)
    opinion_on = day(_("date of its reply"))


class FilingForm(forms.Form):
    """What was sent to an authority; what it is follows from what is due."""

    recipient = forms.ChoiceField(label=_("recipient"), choices=Recipient)
    organ = forms.CharField(label=_("received by"), max_length=120, help_text=_("The name of the organ."))
    filed_on = day(_("sent on"))
    receipt_number = forms.CharField(
        label=_("number of the receipt"), max_length=80, required=False, help_text=RECEIPT_HELP
    )
    receipt_on = day(_("date of the receipt"), required=False)


class ReceiptForm(forms.Form):
    """A receipt that came."""

    receipt_number = forms.CharField(label=_("number of the receipt"), max_length=80)
    receipt_on = day(_("date of the receipt"))


class AgencyForm(forms.Form):
    """An evaluation agency."""

    name = forms.CharField(label=_("name"), max_length=120)
    certificate_number = forms.CharField(label=_("number of its certificate"), max_length=80)
    valid_from = day(_("valid from"))
    valid_until = day(_("valid until"))

    def clean(self) -> dict[str, Any]:
        """The certificate has a term."""
        cleaned = super().clean() or {}
        if cleaned.get("valid_from") and cleaned.get("valid_until") and cleaned["valid_until"] < cleaned["valid_from"]:
            self.add_error("valid_until", _("It ends before it begins."))
        return cleaned


class RenewForm(forms.Form):
    """A certificate that was renewed."""

    valid_until = day(_("valid until"))


class WithdrawnForm(forms.Form):
    """A certificate that was withdrawn."""

    withdrawn_on = day(_("certificate withdrawn on"))


class EvaluationForm(OwnRecords):
    """A test of a network, by its report."""

    kind = forms.ChoiceField(label=_("kind"), choices=Evaluation.Kind)
    agency = forms.ModelChoiceField(
        label=_("agency"), queryset=Agency.objects.none(), required=False, help_text=_("Needed for an MLPS evaluation.")
    )
    level = forms.TypedChoiceField(
        label=_("level evaluated"), choices=[("", "-"), *_LEVELS], coerce=int, empty_value=None, required=False
    )
    report_number = forms.CharField(label=_("number of the report"), max_length=80)
    reported_on = day(_("date of the report"))
    score = forms.DecimalField(label=_("score"), required=False, min_value=0, max_value=100, decimal_places=2)
    conclusion = forms.ChoiceField(label=_("conclusion"), choices=Evaluation.Conclusion)
    issues = forms.IntegerField(label=_("issues found"), min_value=0, initial=0)
    rectification_plan = words(_("rectification plan"), required=False)


class RectificationForm(forms.Form):
    """How the issues are mended."""

    rectification_plan = words(_("rectification plan"))


class PlanForm(OwnRecords):
    """One centre and three protections."""

    kind = forms.ChoiceField(label=_("kind"), choices=ProtectionPlan.Kind)
    network = forms.ModelChoiceField(
        label=_("network"), queryset=Network.objects.none(), required=False, help_text=_("Of a construction plan.")
    )
    title = forms.CharField(label=_("title"), max_length=200)
    management_centre = words(_("security management centre"), most=20_000)
    communication_network = words(_("protection of the communication network"), most=20_000)
    area_boundary = words(_("protection of area boundaries"), most=20_000)
    computing_environment = words(_("protection of the computing environment"), most=20_000)


class AssessForm(forms.Form):
    """How one safeguard stands."""

    state = forms.ChoiceField(label=_("state"), choices=_STANDS)
    evidence = words(_("what shows it"), help_text=_("What was seen, and where it is kept."))


class AssessManyForm(AssessForm):
    """How several safeguards of a network stand."""

    safeguards = forms.MultipleChoiceField(label=_("safeguards"), choices=(), widget=forms.CheckboxSelectMultiple)
    field_order = ("safeguards", "state", "evidence")

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Offer the network's own list."""
        del person, roles, now
        self.initial = {}
        self.fields["safeguards"].choices = [  # type: ignore[attr-defined] # a choice field
            (key, each.title) for key, each in asked_of(record).items()
        ]


class RetirementForm(forms.Form):
    """The end of a network."""

    reason = words(_("reasons"))
    risk_assessment = words(_("risk assessment"), most=20_000)
    risk_assessed_on = day(_("risks assessed on"))
    destruction_method = forms.ChoiceField(label=_("what became of the data"), choices=Retirement.Method)
    destroyed_on = day(_("data destroyed or sealed on"))
    destruction_witness = forms.CharField(label=_("witnessed by"), max_length=120)
    destruction_record = forms.CharField(label=_("number of the record of it"), max_length=80)
