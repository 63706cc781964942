"""What the acts of the inventory ask of a person."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingdun.data.models import Business, Column, NationalClass, Scan, Sensitivity, Source, StorageRecord, Subject
from xingdun.data.models.axes import LEVELS
from xingdun.data.services.scans import SAMPLE_ROWS
from xingdun.organisation.models import Department, Person
from xingdun.organisation.selectors import departments

_SECRET_ANSWERS = {"": None, "no": False, "yes": True}
_STATE_SECRET_HELP = _("“Confidential” grades data. A state secret is another matter: this platform may not hold it.")


class _InDepartment(forms.Form):
    """A form that names a department of the institution."""

    department = forms.ModelChoiceField(queryset=Department.objects.none(), label=_("department in charge"))

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Offer the institution's own departments."""
        del record, roles, now
        own = departments().filter(institution=person.institution_id).order_by("name")
        self.fields["department"].queryset = own  # type: ignore[attr-defined]


class SourceForm(_InDepartment):
    """A source to be registered."""

    name = forms.CharField(max_length=120, label=_("name"))
    kind = forms.ChoiceField(choices=Source.Kind.choices, label=_("kind"))
    address = forms.CharField(
        max_length=500,
        label=_("address"),
        help_text=_("postgresql://user@host:5432/database, or the whole path of a folder or file on the platform."),
    )
    secret = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label=_("password"),
        help_text=_("Kept sealed; it is never shown again."),
    )
    field_order = ("name", "kind", "address", "secret", "department")


class StorageForm(forms.Form):
    """Where and how a source keeps its data."""

    country = forms.RegexField(
        label=_("country or region"),
        regex=r"^[A-Za-z]{2}$",
        max_length=2,
        initial=StorageRecord.HOME,
        help_text=_("Two letters (ISO 3166-1): CN within the country; HK, MO and TW count as outside."),
    )
    place = forms.CharField(label=_("place"), max_length=200, help_text=_("The data centre or room."))
    hosting = forms.ChoiceField(label=_("hosting"), choices=StorageRecord.Hosting.choices)
    medium = forms.CharField(label=_("architecture and medium"), max_length=200)
    management = forms.CharField(label=_("management measures"), max_length=300, required=False)
    physical = forms.CharField(label=_("physical measures"), max_length=300, required=False)
    technical = forms.CharField(label=_("technical measures"), max_length=300, required=False)


class SourceChangeForm(SourceForm):
    """A source to be changed; its kind stays."""

    kind = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.pop("secret", None)
        self.fields["secret"].help_text = _("Empty: the one that is kept, unless the address changes.")


class ScanForm(forms.Form):
    """How much of each table is read."""

    mode = forms.ChoiceField(choices=Scan.Mode.choices, label=_("how much"), initial=Scan.Mode.SAMPLED)
    sample_rows = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10**9,
        label=_("rows of a sample"),
        initial=SAMPLE_ROWS,
        help_text=_("Tables with more rows are sampled; every row is read when “every row” is chosen."),
    )


def _answer(written: str) -> bool | None:
    return _SECRET_ANSWERS[written]


class StateSecretForm(forms.Form):
    """Asks about state secrets where “confidential” is suggested (DIGITAL-4.2.2d, MEASURES-33a)."""

    state_secret = forms.TypedChoiceField(
        choices=(("", _("not answered")), ("no", _("no, it is none")), ("yes", _("yes, it is a state secret"))),
        coerce=_answer,
        empty_value=None,
        required=False,
        label=_("is it a state secret?"),
        help_text=_STATE_SECRET_HELP,
    )

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Ask only where something confidential waits."""
        del person, roles, now
        waiting = [record] if isinstance(record, Column) else record.columns.filter(state=Column.State.SUGGESTED)
        if not any(column.suggested_sensitivity == Sensitivity.CONFIDENTIAL for column in waiting):
            del self.fields["state_secret"]


class OverrideForm(forms.Form):
    """Another grade than the suggested one, on every axis, and why."""

    business = forms.ChoiceField(choices=Business.choices, label=_("business class"))
    subject = forms.MultipleChoiceField(
        choices=Subject.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("subject category"),
        help_text=_("Several may hold; the stricter of what they ask counts."),
    )
    sensitivity = forms.ChoiceField(choices=Sensitivity.choices, label=_("sensitivity"))
    level = forms.TypedChoiceField(
        choices=[(level, str(level)) for level in LEVELS], coerce=int, label=_("national level")
    )
    national_class = forms.ChoiceField(choices=NationalClass.choices, label=_("national class"))
    state_secret = forms.TypedChoiceField(
        choices=StateSecretForm.base_fields["state_secret"].choices,  # type: ignore[attr-defined]
        coerce=_answer,
        empty_value=None,
        required=False,
        label=_("is it a state secret?"),
        help_text=_STATE_SECRET_HELP,
    )
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, label=_("reason"))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, label=_("reason"))


class AssignForm(_InDepartment):
    """Who is in charge of a dataset."""


class ReviewForm(forms.Form):
    """What the reviewer states about the inventory."""

    statement = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        label=_("statement"),
        help_text=_("You answer for the inventory as it stands now; what nobody has decided on is counted with it."),
    )
