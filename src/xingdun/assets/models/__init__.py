"""What the institution runs: networks, their levels, filings, plans, safeguards, evaluations, findings and ends."""

from xingdun.assets.models.evaluations import Agency, Evaluation
from xingdun.assets.models.findings import SEVERITIES, Finding, FindingException
from xingdun.assets.models.gradings import Degree, Filing, Grading, Recipient
from xingdun.assets.models.imports import ImportContent, ImportFault, NetworkImport
from xingdun.assets.models.inspections import METHODS, FindingBatch, Inspection, Origin
from xingdun.assets.models.networks import DEPARTMENTS, LEVELS, Network, Technology
from xingdun.assets.models.particulars import PRODUCTS, InstitutionParticulars, NetworkParticulars
from xingdun.assets.models.protection import ProtectionPlan, Retirement, Safeguard

__all__ = [
    "DEPARTMENTS",
    "LEVELS",
    "METHODS",
    "PRODUCTS",
    "SEVERITIES",
    "Agency",
    "Degree",
    "Evaluation",
    "Filing",
    "Finding",
    "FindingBatch",
    "FindingException",
    "Grading",
    "ImportContent",
    "ImportFault",
    "Inspection",
    "InstitutionParticulars",
    "Network",
    "NetworkImport",
    "NetworkParticulars",
    "Origin",
    "ProtectionPlan",
    "Recipient",
    "Retirement",
    "Safeguard",
    "Technology",
]
