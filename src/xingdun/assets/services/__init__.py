"""The only way to write networks and what belongs to them."""

from xingdun.assets.services.batches import batch_record
from xingdun.assets.services.evaluations import (
    agency_create,
    agency_renew,
    agency_withdraw,
    evaluation_plan,
    evaluation_record,
)
from xingdun.assets.services.exceptions import exceptions_expire, finding_except
from xingdun.assets.services.filings import filing_receive, filing_send
from xingdun.assets.services.findings import finding_add, finding_assign, finding_fix, finding_retest
from xingdun.assets.services.gradings import grading_opinion, grading_propose, grading_withdraw
from xingdun.assets.services.imports import import_begin, import_end, import_stop, import_take_over, networks_import
from xingdun.assets.services.inspections import inspection_conclude, inspection_open, inspection_report
from xingdun.assets.services.networks import network_create, network_launch, network_update, sample_networks
from xingdun.assets.services.particulars import institution_particulars_keep, network_particulars_keep
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
    "batch_record",
    "evaluation_plan",
    "evaluation_record",
    "exceptions_expire",
    "filing_receive",
    "filing_send",
    "finding_add",
    "finding_assign",
    "finding_except",
    "finding_fix",
    "finding_retest",
    "grading_opinion",
    "grading_propose",
    "grading_withdraw",
    "import_begin",
    "import_end",
    "import_stop",
    "import_take_over",
    "inspection_conclude",
    "inspection_open",
    "inspection_report",
    "institution_particulars_keep",
    "network_create",
    "network_launch",
    "network_particulars_keep",
    "network_update",
    "networks_import",
    "plan_propose",
    "retirement_propose",
    "safeguard_assess",
    "safeguards_assess",
    "sample_networks",
]
