"""What the institution runs: networks, their levels, filings, plans, safeguards, evaluations and ends."""

from xingdun.assets.models.evaluations import Agency, Evaluation
from xingdun.assets.models.gradings import Degree, Filing, Grading, Recipient
from xingdun.assets.models.networks import DEPARTMENTS, LEVELS, Network, Technology
from xingdun.assets.models.protection import ProtectionPlan, Retirement, Safeguard

__all__ = [
    "DEPARTMENTS",
    "LEVELS",
    "Agency",
    "Degree",
    "Evaluation",
    "Filing",
    "Grading",
    "Network",
    "ProtectionPlan",
    "Recipient",
    "Retirement",
    "Safeguard",
    "Technology",
]
