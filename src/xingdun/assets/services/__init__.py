"""The only way to write networks and what belongs to them."""

from xingdun.assets.services.evaluations import (
    agency_create,
    agency_renew,
    agency_withdraw,
    evaluation_plan,
    evaluation_record,
)
from xingdun.assets.services.filings import filing_receive, filing_send
from xingdun.assets.services.gradings import grading_opinion, grading_propose, grading_withdraw
from xingdun.assets.services.networks import network_create, network_launch, network_update
from xingdun.assets.services.protection import (
    plan_propose,
    retirement_propose,
    safeguard_assess,
    safeguards_assess,
)

__all__ = [
    "agency_create",
    "agency_renew",
    "agency_withdraw",
    "evaluation_plan",
    "evaluation_record",
    "filing_receive",
    "filing_send",
    "grading_opinion",
    "grading_propose",
    "grading_withdraw",
    "network_create",
    "network_launch",
    "network_update",
    "plan_propose",
    "retirement_propose",
    "safeguard_assess",
    "safeguards_assess",
]
