"""Who is told of an approval: those who can decide the open step, and in the end whoever asked."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xingdun.approvals import selectors
from xingdun.approvals.models import Process, Step
from xingdun.messages import services as messages
from xingdun.messages.kinds import Kind, declare
from xingdun.organisation.models import Person

WAITING, ENDED = "approvals.waiting", "approvals.ended"


def _state(code: str) -> Any:
    return Process.State(code).label


declare(
    Kind(
        WAITING,
        _("a decision waits for me"),
        _("Something waits for your decision"),
        _("Step {order} of an approval asked for at {since} is open, and you may decide it."),
    ),
    Kind(
        ENDED,
        _("the end of what I asked for"),
        _("What you asked for: {state}"),
        _("The approval you asked for at {since} has ended: {state}."),
        words={"state": _state},
    ),
)


def deciders_told(*, process: Process, by: Any, now: datetime) -> None:
    """Tell everyone who may decide the step that is open, once a step; in the caller's transaction."""
    step = selectors.open_step(process)
    if step is None:
        return
    messages.message_send(
        kind=WAITING,
        to=selectors.able_to_decide(step, now=now, but=selectors.counted(process)),
        facts={"order": step.order, "since": process.opened_at},
        link=process,
        step=f"{process.reference}:{step.order}",
        by=by,
        now=now,
    )


def decision_told(*, process: Process, step: Step, by: Person, now: datetime) -> None:
    """After a decision on `step`: what is settled waits for nobody, the next step is told, the end to who asked."""
    if process.state != Process.State.OPEN:
        ended_told(process=process, by=by, now=now)
    elif selectors.open_step(process) == step:
        messages.message_settle(kind=WAITING, link=process, to=by, by=by, now=now)
    else:
        messages.message_settle(kind=WAITING, link=process, by=by, now=now)
        deciders_told(process=process, by=by, now=now)


def ended_told(*, process: Process, by: Any, now: datetime) -> None:
    """Nobody need decide any more; who asked reads how it ended, unless they ended it themselves."""
    messages.message_settle(kind=WAITING, link=process, by=by, now=now)
    if by != process.requested_by:
        messages.message_send(
            kind=ENDED,
            to=process.requested_by,
            facts={"state": str(process.state), "since": process.opened_at},
            link=process,
            by=by,
            now=now,
        )
