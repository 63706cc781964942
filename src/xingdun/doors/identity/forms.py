"""The sign-in form."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """Login and password; sessions end with the browser, so nothing is remembered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("Login"), _("Password")
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)
        login.widget.attrs["autofocus"] = True
