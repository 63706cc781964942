"""The forms of the particulars that filings ask for; everything may be filled in bit by bit."""

from datetime import datetime
from typing import Any

from django import forms
from django.forms.models import fields_for_model, model_to_dict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.assets import finding_selectors
from xingdun.assets.models import PRODUCTS, InstitutionParticulars, NetworkParticulars
from xingdun.organisation.models import Person
from xingdun.organisation.selectors import departments

_OWN = ("id", "institution", "network")  # said by who asks and where, not typed in


class _InstitutionForm(forms.Form):
    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Offer the departments, and what was entered before."""
        del record, roles, now
        own = departments().filter(institution=person.institution_id).order_by("name")
        self.fields["department"].queryset = own  # type: ignore[attr-defined]
        _begin_with(self, finding_selectors.institution_particulars().first())


class _NetworkForm(forms.Form):
    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Begin with what was entered before. record: the network."""
        del person, roles, now
        if record is not None:
            _begin_with(self, finding_selectors.network_particulars().filter(network=record.pk).first())


def _begin_with(form: forms.Form, kept: Any) -> None:
    if kept is not None:
        form.initial = model_to_dict(kept, fields=list(form.fields)) | dict(form.initial)


def _several(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(choices=choices, required=False, label=label, widget=forms.CheckboxSelectMultiple)


def _number(name: str, most: int) -> forms.IntegerField:
    label = NetworkParticulars._meta.get_field(name).verbose_name  # type: ignore[union-attr] # noqa: SLF001 - Django's API
    return forms.IntegerField(min_value=0, max_value=most, required=False, label=label)


def _share(of: str) -> forms.IntegerField:
    """How much of the product counted by the field `of` is domestic, in per cent."""
    counted = NetworkParticulars._meta.get_field(of).verbose_name  # type: ignore[union-attr] # noqa: SLF001 - the same
    label = format_lazy("{}{}", counted, _("; of these domestic, per cent"))
    return forms.IntegerField(min_value=0, max_value=100, required=False, label=label)


def _form(name: str, base: type[forms.Form], model: Any, **instead: forms.Field) -> type[forms.Form]:
    """A form with the model's own fields, so that labels, lengths and choices are said once."""
    return type(name, (base,), {**fields_for_model(model, exclude=_OWN), **instead, "__doc__": model.__doc__})


InstitutionParticularsForm = _form("InstitutionParticularsForm", _InstitutionForm, InstitutionParticulars)
NetworkParticularsForm = _form(
    "NetworkParticularsForm",
    _NetworkForm,
    NetworkParticulars,
    interconnection=_several(_("connected to"), NetworkParticulars.Interconnection.choices),
    services=_several(_("security services"), NetworkParticulars.Service.choices),
    **{f"{kind}_number": _number(f"{kind}_number", 1_000_000) for kind in PRODUCTS},
    **{f"{kind}_share": _share(f"{kind}_number") for kind in PRODUCTS},
)
