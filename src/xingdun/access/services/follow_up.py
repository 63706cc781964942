"""What follows here when approvals end and when people leave."""

from datetime import datetime
from typing import Any

from xingdun.access.models import Grant, Request, RequestedColumn
from xingdun.access.services import grants
from xingdun.approvals import services as approvals
from xingdun.approvals.models import Decision, Process
from xingdun.audit import services as audit
from xingdun.organisation import services as organisation
from xingdun.organisation.models import Person

_STATES = {
    Process.State.APPROVED: Request.State.APPROVED,
    Process.State.REFUSED: Request.State.REFUSED,
}


def connect() -> None:
    """Tell the domains below what to call."""
    approvals.follow("access.request", _after_decision)
    if _after_leaving not in organisation.LEAVING_HOOKS:
        organisation.LEAVING_HOOKS.append(_after_leaving)


def _after_decision(*, process: Process, decision: Decision | None, by: Person, now: datetime) -> None:
    request = Request.objects.select_for_update().get(pk=process.about.partition(":")[2])
    if decision and decision.approves:
        _apply_changes(request, decision.changes, by)
    if process.state == Process.State.WITHDRAWN and by.pk != request.applicant_id:
        request.state, request.ended_at = Request.State.WITHDRAWN, now  # who asked does it by their own service
        request.save(update_fields=["state", "ended_at"])
        audit.record(actor=by, action="request.withdraw", about=request, now=now)
        return
    state = _STATES.get(Process.State(process.state))
    if state:
        request.state, request.decided_at = state, now
        request.save(update_fields=["state", "decided_at", "days"])
        audit.record(actor=by, action=f"request.{state.value}", about=request, now=now)


def _apply_changes(request: Request, changes: dict[str, Any], by: Person) -> None:
    """Cut and shorten as the approver said; `request_approve` has checked that nothing widens."""
    if changes.get("cut"):
        RequestedColumn.objects.filter(request=request, pk__in=changes["cut"]).update(cut_by=by)
    if changes.get("days"):
        request.days = changes["days"]
        request.save(update_fields=["days"])


def _after_leaving(*, person: Person, why: str, by: Person, now: datetime) -> None:
    """Whoever leaves or is suspended has no window open any more, in the same transaction (MEASURES-10d)."""
    for grant in Grant.objects.filter(person=person, closed_at__isnull=True):
        grants.grant_end(grant=grant, ending=Grant.Ending(why), by=by, now=now)
