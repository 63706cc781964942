"""The only way to ask for approvals, to decide, to take back, and to leave one's seat to another for a time."""

from xingdun.approvals.services.deciding import process_approve, process_decide, process_refuse
from xingdun.approvals.services.delegations import delegation_create, delegation_end
from xingdun.approvals.services.ending import process_ask_again, process_withdraw
from xingdun.approvals.services.following import follow, followers
from xingdun.approvals.services.opening import StepWanted, content_digest, process_open
from xingdun.approvals.services.standing import processes_look_again

__all__ = [
    "StepWanted",
    "content_digest",
    "delegation_create",
    "delegation_end",
    "follow",
    "followers",
    "process_approve",
    "process_ask_again",
    "process_decide",
    "process_open",
    "process_refuse",
    "process_withdraw",
    "processes_look_again",
]
