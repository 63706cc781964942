"""The words for records and actions of the table of rights."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import registers

ACTIONS: dict[str, Any] = {
    "view": _("see"),
    "create": _("add"),
    "update": _("change"),
    "leave": _("record leaving"),
    "reset_password": _("reset the password"),
    "end": _("end"),
    "revoke": _("revoke"),
    "scan": _("scan"),
    "protect": _("protect"),
    "stop": _("stop"),
    "resume": _("resume"),
    "confirm": _("confirm"),
    "override": _("override"),
    "send_back": _("send back"),
    "approve": _("approve"),
    "refuse": _("refuse"),
    "withdraw": _("withdraw"),
    "open": _("open"),
    "close": _("close"),
    "break_glass": _("break glass"),
    "review": _("review"),
}
RECORDS: dict[str, Any] = {
    "console.overview": _("overview"),
    "console.settings": _("settings"),
    "console.account": _("own account"),
    "organisation.token": _("API tokens"),
}


def action_words(action: str) -> Any:
    """An action in words."""
    return ACTIONS.get(action, action.replace("_", " "))


def record_words(key: str) -> Any:
    """The records of `domain.record` in words."""
    if key in RECORDS:
        return RECORDS[key]
    register = registers.get(key)
    return register.title if register else key
