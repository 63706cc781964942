"""What follows here when approvals end."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xingdun.approvals import services as approvals
from xingdun.approvals.models import Decision, Process
from xingdun.assets.models import FindingException, Grading, ProtectionPlan, Retirement
from xingdun.assets.services import exceptions, gradings, protection
from xingdun.organisation.models import Person

_CLOSERS: dict[Any, tuple[str, Callable[..., Any], Callable[[Any], dict[str, Any]]]] = {
    FindingException: ("exception", exceptions.exception_close, exceptions.content_of),
    Grading: ("grading", gradings.grading_close, gradings.content_of),
    ProtectionPlan: ("plan", protection.plan_close, protection.content_of_plan),
    Retirement: ("retirement", protection.retirement_close, protection.content_of_retirement),
}
_STATES = {
    Process.State.APPROVED: "approved",
    Process.State.REFUSED: "refused",
    Process.State.WITHDRAWN: "withdrawn",
}


def connect() -> None:
    """Tell the approvals what to call."""
    for model, (name, close, content_of) in _CLOSERS.items():
        label = model._meta.label_lower  # noqa: SLF001 - Django's documented API
        approvals.follow(label, _closing(model, name, close), _telling(model, content_of))


def _telling(model: Any, content_of: Callable[[Any], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    return lambda key: content_of(model.objects.get(pk=key))


def _closing(model: Any, name: str, close: Callable[..., Any]) -> Callable[..., None]:
    def ended(*, process: Process, decision: Decision | None, by: Person, now: datetime) -> None:
        del decision
        state = _STATES.get(Process.State(process.state))
        if state:
            record = model.objects.get(pk=process.about.partition(":")[2])
            close(**{name: record}, state=state, by=by, now=now)

    return ended
