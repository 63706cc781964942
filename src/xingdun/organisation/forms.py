"""The forms of the organisation's actions."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.frame.roles import Role
from xingdun.organisation.models import Department, Institution, Person, PersonnelRecord, Post

PROFILE = (
    "name",
    "english_name",
    "kind",
    "tier",
    "region_code",
    "persons_held",
    "internet_hospital",
    "critical_infrastructure",
    "face_recognition",
    "cross_border",
    "cloud",
    "artificial_intelligence",
    "blockchain",
    "authorised_body",
)


class ProfileForm(forms.Form):
    """The facts that decide which duties apply."""

    locals().update(forms.fields_for_model(Institution, fields=PROFILE))


class PersonField(forms.CharField):
    """Someone who works here: by staff number, login, name when nobody else bears it, or key."""

    default_error_messages = {
        "nobody": _("Nobody here has this staff number, login or name."),
        "several": _("Several people bear this name; write the staff number."),
    }

    def prepare_value(self, value: Any) -> Any:
        """A key that came with the address is shown as the staff number it stands for."""
        with suppress(ValueError, TypeError):
            return Person.objects.filter(pk=UUID(value)).values_list("staff_number", flat=True).first() or value
        return value

    def clean(self, value: Any) -> Person | None:
        """The person meant."""
        written = super().clean(value)
        if not written:
            return None
        found = Q(staff_number=written) | Q(account__login__iexact=written) | Q(name=written)
        with suppress(ValueError):
            found |= Q(pk=UUID(written))
        people = list(Person.objects.filter(found)[:2])
        exact = [person for person in people if person.staff_number == written]
        if not people:
            raise ValidationError(self.error_messages["nobody"], code="nobody")
        if len(people) > 1 and not exact:
            raise ValidationError(self.error_messages["several"], code="several")
        return (exact or people)[0]


def moment_field(label: Any, help_text: Any) -> forms.DateTimeField:
    """A moment that may be left open."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


class DepartmentForm(forms.Form):
    """What a department is called and where it belongs."""

    name = forms.CharField(label=_("name"), max_length=120)
    english_name = forms.CharField(label=_("English name"), max_length=120, required=False)
    parent = forms.ModelChoiceField(label=_("belongs to"), queryset=Department.objects.all(), required=False)


class NewDepartmentForm(DepartmentForm):
    """A department and its code."""

    code = forms.CharField(label=_("code"), max_length=32)
    field_order = ("code", "name", "english_name", "parent")


class PersonForm(forms.Form):
    """What may be corrected about a person."""

    name = forms.CharField(label=_("name"), max_length=80)
    department = forms.ModelChoiceField(label=_("department"), queryset=Department.objects.all())
    employer = forms.CharField(
        label=_("outside employer"),
        max_length=200,
        required=False,
        help_text=_("Of a third party's staff: who employs them. Empty for own staff."),
    )


class NewPersonForm(PersonForm):
    """A person and the login of their account."""

    staff_number = forms.CharField(label=_("staff number"), max_length=40)
    login = forms.RegexField(
        label=_("login"),
        regex=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        max_length=64,
        help_text=_("Letters, digits, dots, dashes and underscores."),
        error_messages={
            "invalid": _("Use letters, digits, dots, dashes and underscores, beginning with a letter or digit.")
        },
    )
    field_order = ("name", "staff_number", "department", "employer", "login")


class LeaveForm(forms.Form):
    """Why someone leaves."""

    reason = forms.CharField(
        label=_("reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class SuspendForm(forms.Form):
    """Why someone is kept out for now."""

    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AppointmentForm(forms.Form):
    """Who is appointed to what, and for how long."""

    person = PersonField(label=_("person"), help_text=_("Staff number, login, or full name."))
    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    department = forms.ModelChoiceField(
        label=_("department"),
        queryset=Department.objects.all(),
        required=False,
        help_text=_("The one they head, or decide for; leave it empty for the whole institution."),
    )
    starts_at = moment_field(_("from"), _("Empty: from now on."))
    ends_at = moment_field(_("until"), _("Empty: until it is ended."))

    def clean(self) -> dict[str, Any]:
        """A head heads something, and a term ends after it begins."""
        given = super().clean() or {}
        starts, ends = given.get("starts_at"), given.get("ends_at")
        if given.get("role") == Role.DEPARTMENT_HEAD and not given.get("department"):
            self.add_error("department", _("Name the department this person heads."))
        if isinstance(starts, datetime) and isinstance(ends, datetime) and ends <= starts:
            self.add_error("ends_at", _("The end must lie after the beginning."))
        return given


class EndForm(LeaveForm):
    """Why a role ends."""


class PostForm(forms.Form):
    """Who holds which post, with which duties, by which letter."""

    person = PersonField(label=_("person"), help_text=_("Staff number, login, or full name."))
    kind = forms.ChoiceField(label=_("post"), choices=Post.Kind.choices)
    department = forms.ModelChoiceField(label=_("department in charge"), queryset=Department.objects.all())
    duties = forms.CharField(label=_("duties"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    document = forms.CharField(label=_("letter of appointment"), max_length=200)
    full_time = forms.BooleanField(label=_("full time"), required=False)
    certified = forms.BooleanField(label=_("held with a certificate"), required=False)
    phone = forms.CharField(label=_("phone"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """Who must be reached has a phone."""
        given = super().clean() or {}
        if given.get("kind") == Post.Kind.EMERGENCY and not given.get("phone"):
            self.add_error("phone", _("A member of the emergency team must be reached: give the phone."))
        return given


class PersonnelRecordForm(forms.Form):
    """What was established about a person."""

    kind = forms.ChoiceField(label=_("what"), choices=PersonnelRecord.Kind.choices)
    document = forms.CharField(
        label=_("document"), max_length=200, help_text=_("Its number, or where it is filed; no identity numbers.")
    )
    issuer = forms.CharField(label=_("issued by"), max_length=200, required=False)
    passed = forms.BooleanField(label=_("without objection"), required=False, initial=True)
    done_at = moment_field(_("done"), _("Empty: now."))
    expires_at = moment_field(_("valid until"), _("Empty: without end."))
