"""A request after the gates: they have said who calls, in which roles, by which token, and when."""

from xingdun.doors.console.calls import Call as PageCall
from xingdun.organisation.models import Account, Token


class Call(PageCall):
    """Behind the gate `account` and `person` are there; before it, and on public pages, they may be None."""

    account: Account
    token: Token | None
