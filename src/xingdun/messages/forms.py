"""What channels and preferences ask of a person."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from xingdun.frame.roles import Role
from xingdun.messages import selectors
from xingdun.messages.kinds import kinds
from xingdun.messages.models import Channel, Preference
from xingdun.organisation.models import Person


class ChannelForm(forms.Form):
    """A way out to be registered."""

    name = forms.CharField(max_length=80, label=_("name"))
    kind = forms.ChoiceField(choices=Channel.Kind.choices, label=_("kind"))
    address = forms.CharField(
        max_length=1000,
        label=_("address"),
        help_text=_("The sender's mail address, or the group robot's whole address as its platform shows it."),
    )
    secret = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label=_("secret"),
        help_text=_("DingTalk and Feishu: what messages are signed with. Kept sealed; it is never shown again."),
    )
    role = forms.ChoiceField(
        required=False,
        choices=[("", _("everybody's")), *Role.choices],
        label=_("whose urgent messages the group is told"),
    )


def _offered(*, urgent: bool | None = None) -> list[tuple[str, str]]:
    """The kinds people may choose of, by name."""
    found = [one for one in kinds.values() if one.key != "messages.test" and urgent in (None, one.urgent)]
    return sorted((one.key, str(one.title)) for one in found)


class PreferenceForm(forms.Form):
    """Where and when one wants to be told."""

    mail = forms.EmailField(
        required=False, max_length=200, label=_("mail address"), help_text=_("Empty: nothing is sent to you by mail.")
    )
    at_once = forms.MultipleChoiceField(
        required=False,
        choices=lazy(_offered, list),
        widget=forms.CheckboxSelectMultiple,
        label=_("by mail at once"),
        help_text=_("Alarms come at once unless you choose the digest for them."),
    )
    digest = forms.MultipleChoiceField(
        required=False,
        choices=lazy(_offered, list),
        widget=forms.CheckboxSelectMultiple,
        label=_("by mail in the daily digest"),
        help_text=_("What you choose nothing for comes here, alarms apart."),
    )
    never = forms.MultipleChoiceField(
        required=False,
        choices=lazy(lambda: _offered(urgent=False), list),
        widget=forms.CheckboxSelectMultiple,
        label=_("not by mail"),
        help_text=_("You still find them among your messages here."),
    )

    def prepare(self, *, record: Any, person: Person, roles: Any, now: datetime) -> None:
        """Show what was chosen before."""
        del record, roles, now
        chosen = selectors.preferences_of(person)
        self.initial["mail"] = selectors.mail_of(person)
        for name, mode in (
            ("at_once", Preference.Mode.AT_ONCE),
            ("digest", Preference.Mode.DIGEST),
            ("never", Preference.Mode.NEVER),
        ):
            self.initial[name] = [key for key, value in chosen.items() if value == mode]
