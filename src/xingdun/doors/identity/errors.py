"""What the door refuses, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class NewPasswordFirst(Refusal):
    """A one-time password opens nothing but the page where it is replaced."""

    code = "XD-IDENTITY-001"
    what = _("Your password was made for one sign-in; nothing else opens before you choose a new one.")
    todo = _("Choose a new password first.")
    clauses = ("INTERNET-9.1d",)
    status = 403


class SecondFactorFirst(Refusal):
    """Administrators and the data security officer prove themselves in two ways."""

    code = "XD-IDENTITY-002"
    what = _("Your role asks for a second factor at sign-in, and you have none yet.")
    todo = _("Set up an authenticator app or a security key, then go on.")
    clauses = ("INTERNET-8.4a", "INTERNET-9.1d")
    status = 403


class NotDeclared(Refusal):
    """A view that names no permission is closed to everyone."""

    code = "XD-IDENTITY-003"
    what = _("This page is open to nobody: no permission is declared for it.")
    todo = _("Report it to your security administrator.")
    clauses = ("INTERNET-9.1d",)
    status = 403


class OutsideScope(Refusal):
    """A token does what its scopes say, at most."""

    code = "XD-IDENTITY-004"
    what = _("This token's scopes do not include the action {action}.")
    todo = _("Make a token with that scope, if your roles include it.")
    clauses = ("MEASURES-22.4a",)
    status = 403


class FormOfAnotherSite(Refusal):
    """A change over a session needs the proof that it comes from our own pages."""

    code = "XD-IDENTITY-005"
    what = _("The request does not prove that it comes from this platform's own pages.")
    todo = _("Reload the page and try again; programs send the X-CSRFToken header, or use a token.")
    status = 403
