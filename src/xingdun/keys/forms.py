"""What the acts on keys and products ask of a person."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CipherProductForm(forms.Form):
    """A cryptographic product or service and its certificate."""

    name = forms.CharField(label=_("name"), max_length=200)
    vendor = forms.CharField(label=_("vendor"), max_length=200)
    certificate = forms.CharField(
        label=_("product certificate"),
        max_length=120,
        help_text=_("The number of its commercial cryptography certificate."),
    )
    used_for = forms.CharField(label=_("used for"), max_length=300)
    valid_until = forms.DateTimeField(
        label=_("certificate valid until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
