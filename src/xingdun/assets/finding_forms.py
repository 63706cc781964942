"""What the acts on findings and self-inspections ask of a person."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.assets import finding_selectors, selectors
from xingdun.assets.models import SEVERITIES, Evaluation, FindingBatch, FindingException, Inspection, Network, Origin
from xingdun.organisation.models import Department, Person
from xingdun.organisation.selectors import departments, people


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"})
    )


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class BatchForm(forms.Form):
    """A dated result, with a file of findings or without."""

    origin = forms.ChoiceField(choices=Origin.choices, label=_("origin"))
    title = forms.CharField(max_length=200, label=_("title"))
    performed_on = _day(_("made on"))
    performed_by = forms.CharField(max_length=120, label=_("made by"), help_text=_("Who made it: team or company."))
    network = forms.ModelChoiceField(
        queryset=Network.objects.none(),
        required=False,
        label=_("network"),
        help_text=_("Empty: the institution as a whole, as for rules and organisation."),
    )
    inspection = forms.ModelChoiceField(
        queryset=Inspection.objects.none(), required=False, label=_("part of the self-inspection")
    )
    evaluation = forms.ModelChoiceField(queryset=Evaluation.objects.none(), required=False, label=_("evaluation"))
    notice_number = forms.CharField(
        max_length=80,
        required=False,
        label=_("number of the notice"),
        help_text=_("Of an authority's notice; needed for what an authority found."),
    )
    conclusions = _words(_("conclusions"), required=False)
    file = forms.FileField(
        required=False,
        label=_("file of findings"),
        help_text=_("Nessus (.nessus), Greenbone XML, Trivy JSON, SARIF 2.1.0, or the sheet (a template is above)."),
    )

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Offer the networks in use, the open self-inspections and the evaluations."""
        del record, person, roles, now
        offered: dict[str, Any] = {
            "network": selectors.networks().filter(retired_at__isnull=True).order_by("code"),
            "inspection": finding_selectors.inspections().filter(concluded_at__isnull=True).order_by("-opened_at"),
            "evaluation": selectors.evaluations().order_by("-reported_on"),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    """One finding entered by hand."""

    title = forms.CharField(max_length=300, label=_("finding"))
    target = forms.CharField(max_length=300, label=_("target"), help_text=_("Host, system, rule or place."))
    severity = forms.ChoiceField(choices=SEVERITIES, label=_("severity"))
    identifier = forms.CharField(
        max_length=300, required=False, label=_("identifier"), help_text=_("CVE, clause or number in the report.")
    )
    port = forms.CharField(max_length=300, required=False, label=_("port"))
    component = forms.CharField(max_length=300, required=False, label=_("component or place"))
    cvss = forms.DecimalField(min_value=0, max_value=10, max_digits=3, decimal_places=1, required=False, label="CVSS")
    description = _words(_("description"), required=False)
    solution = _words(_("advice"), required=False)


class AssignForm(forms.Form):
    """Who mends it, why it was there, and how."""

    department = forms.ModelChoiceField(queryset=Department.objects.none(), label=_("responsible department"))
    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("responsible person"))
    cause = _words(_("cause"), help_text=_("Why it could arise: the weak point, in rules or technology."))
    plan = _words(_("rectification plan"))
    planned_on = _day(_("planned to be done on"), required=False)

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Offer the institution's departments and the people who work there."""
        del record, roles, now
        own_departments = departments().filter(institution=person.institution_id).order_by("name")
        staff = people().filter(institution=person.institution_id, left_at__isnull=True).order_by("name")
        self.fields["department"].queryset = own_departments  # type: ignore[attr-defined]
        self.fields["person"].queryset = staff  # type: ignore[attr-defined]


class FixForm(forms.Form):
    """What was done."""

    measures = _words(_("measures taken"), help_text=_("With what shows them: change order, version, picture."))
    fixed_on = _day(_("mended on"))


class RetestForm(forms.Form):
    """How it was retested, and what was seen."""

    passed = forms.TypedChoiceField(
        choices=(("yes", _("mended: close it")), ("no", _("still there: back into work"))),
        coerce=lambda word: word == "yes",
        label=_("outcome"),
    )
    retest = _words(_("retest"), help_text=_("How it was tested, and what was seen."))
    retest_batch = forms.ModelChoiceField(
        queryset=FindingBatch.objects.none(), required=False, label=_("shown by the result")
    )

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Offer the results of the same network since the mending."""
        del person, roles, now
        rows = finding_selectors.batches().order_by("-performed_on")
        if record is not None:
            since = record.fixed_at or record.registered_at
            rows = rows.filter(
                network=record.network_id, recorded_at__gte=since, performed_on__gte=timezone.localdate(since)
            )
        self.fields["retest_batch"].queryset = rows  # type: ignore[attr-defined]


class ExceptForm(forms.Form):
    """Leave not to mend for a time."""

    kind = forms.ChoiceField(choices=FindingException.Kind.choices, label=_("kind"))
    until = _day(_("until"))
    reason = _words(_("reasons"))
    compensation = _words(_("what stands in meanwhile"))


class InspectionForm(forms.Form):
    """A self-inspection to begin."""

    kind = forms.ChoiceField(choices=Inspection.Kind.choices, label=_("kind"))
    title = forms.CharField(max_length=200, label=_("title"))
    scope = _words(_("scope"))
    organisation = _words(_("who leads and takes part"))
    basis = _words(_("basis"), required=False)
    ordered_by = forms.CharField(max_length=120, required=False, label=_("ordered by"))
    order_number = forms.CharField(max_length=80, required=False, label=_("number of the order"))
    ordered_until = _day(_("to be reported by"), required=False)


class ConcludeForm(forms.Form):
    """How a self-inspection ended."""

    summary = _words(_("conclusion"))
    advice = _words(_("advice on rectification"))


class ReportForm(forms.Form):
    """To whom the rectification report went, and its receipt."""

    reported_to = forms.CharField(max_length=120, label=_("report received by"))
    reported_on = _day(_("report sent on"))
    receipt_number = forms.CharField(max_length=80, required=False, label=_("number of the receipt"))
    receipt_on = _day(_("date of the receipt"), required=False)
