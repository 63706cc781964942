"""What the API refuses, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class MethodNotAllowed(Refusal):
    """The address is there, but not for this method."""

    code = "XD-API-001"
    what = _("The method {method} is not there for this address.")
    todo = _("Look the operation up in /api/openapi.json.")
    status = 405


class NotAvailable(Refusal):
    """The record's state does not allow the action now."""

    code = "XD-API-002"
    what = _("The record is in a state that does not allow “{action}”.")
    todo = _("Read the record again; its `actions` say what can be done now.")
    status = 409


class NotJson(Refusal):
    """The body cannot be read."""

    code = "XD-API-003"
    what = _("The body is not a JSON object.")
    todo = _("Send a JSON object with the fields of the operation; nothing was written.")
    status = 400


class Fault(Refusal):
    """Something the program did not foresee."""

    code = "XD-API-004"
    what = _("Something went wrong here that should not have. Nothing was half written.")
    todo = _("Try again. If it happens again, tell the system administrator the time and the address.")
    status = 500
