"""Entering networks, changing them, taking them into operation, and importing them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xingdun.assets.forms.fields import OwnRecords, day, department, words
from xingdun.assets.models import Technology


class KnownFacts(OwnRecords):
    """What may be known of a network, and may change."""

    name = forms.CharField(label=_("name"), max_length=120)
    competent_department = department(_("competent department"))
    operating_department = department(_("operating department"))
    it_department = department(_("IT department"))
    user_department = department(_("user department"))
    purpose = words(_("function"), required=False)
    service_scope = forms.CharField(label=_("service scope"), max_length=200, required=False)
    service_objects = forms.CharField(label=_("served"), max_length=200, required=False)
    data_description = words(_("data held"), required=False)
    technologies = forms.MultipleChoiceField(
        label=_("new technology"), choices=Technology, required=False, widget=forms.CheckboxSelectMultiple
    )
    persons_held = forms.IntegerField(
        label=_("persons whose data are held"),
        required=False,
        min_value=0,
        help_text=_("From 100,000 on, a network of level 2 is evaluated every three years."),
    )
    carries_internet_care = forms.BooleanField(
        label=_("carries care over the internet"), required=False, help_text=_("Such a network has level 3 at least.")
    )
    launch_planned_on = day(_("launch planned on"), required=False)


class NetworkForm(KnownFacts):
    """A network to be entered."""

    code = forms.CharField(label=_("code"), max_length=40)
    new = forms.BooleanField(
        label=_("newly built"),
        required=False,
        initial=True,
        help_text=_("A new network is graded when it is planned, and tested before it goes live."),
    )
    in_operation_since = day(_("in operation since"), required=False, help_text=_("Empty while it is planned."))
    field_order = ("code", "name", "new", "in_operation_since", "launch_planned_on")


class NetworkChangeForm(KnownFacts):
    """A network to be changed."""


class LaunchForm(forms.Form):
    """Since when a network runs."""

    in_operation_since = day(_("in operation since"))


class ImportForm(forms.Form):
    """A workbook of networks."""

    file = forms.FileField(
        label=_("workbook (.xlsx)"),
        help_text=_(
            "Made from the template; 50,000 rows at most. If one cell is wrong, nothing is taken over."
            " More than 500 rows are taken over in the background; the page shows how far it is."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
