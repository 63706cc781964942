"""What people ask for, what was granted, and where it is enforced."""

from xingdun.access.models.audits import InternalAudit
from xingdun.access.models.grants import Grant
from xingdun.access.models.protection import Protection
from xingdun.access.models.requests import LegalBasis, Purpose, Recipient, Request, RequestedColumn, RowRule

__all__ = [
    "Grant",
    "InternalAudit",
    "LegalBasis",
    "Protection",
    "Purpose",
    "Recipient",
    "Request",
    "RequestedColumn",
    "RowRule",
]
