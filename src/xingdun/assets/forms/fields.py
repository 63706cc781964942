"""Fields that several forms of networks ask in the same way."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models import Network
from xingdun.organisation.models import Department, Person


def words(label: Any, *, required: bool = True, most: int = 2000, help_text: Any = "") -> forms.CharField:
    """Several lines of text."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A date, chosen from a calendar."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=help_text,
    )


def department(label: Any) -> forms.ModelChoiceField:
    """A department; those of the institution are offered when the form is prepared."""
    return forms.ModelChoiceField(queryset=Department.objects.none(), label=label, required=False)


class OwnRecords(forms.Form):
    """A form whose choices are the institution's own records."""

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Offer the institution's departments and networks wherever one is asked for."""
        del record, roles, now
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = self.offered(field.queryset.model, person)

    def offered(self, model: Any, person: Person) -> QuerySet[Any]:
        """The records of `model` to choose from."""
        rows = model.objects.filter(institution=person.institution_id)
        return rows.filter(retired_at=None).order_by("code") if model is Network else rows.order_by("name")


RECEIPT_HELP = _("Leave both empty while the receipt has not come.")
