"""What follows here when people leave, and when who holds which role changes."""

from datetime import datetime
from typing import Any

from xingdun.approvals import services
from xingdun.keys import services as keys
from xingdun.organisation import services as organisation
from xingdun.organisation.models import Person


def connect() -> None:
    """Tell the organisation what to call."""
    for hooks, function in (
        (organisation.LEAVING_HOOKS, _after_leaving),
        (organisation.STAFFING_HOOKS, services.processes_look_again),
    ):
        if function not in hooks:
            hooks.append(function)


def _after_leaving(*, person: Person, why: str, by: Any, now: datetime) -> None:
    """Whoever has left signs nothing any more; what they signed stays checkable."""
    if why == "left":
        keys.personal_keys_retire(person=person.reference, by=by, now=now)
