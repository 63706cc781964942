"""The only way to write about access."""

from xingdun.access.services.audits import audit_text, internalaudit_create
from xingdun.access.services.grants import (
    grant_break_glass,
    grant_close,
    grant_end,
    grant_gone,
    grant_open,
    grant_review,
)
from xingdun.access.services.protection import source_protect
from xingdun.access.services.requests import (
    request_approve,
    request_create,
    request_refuse,
    request_withdraw,
)

__all__ = [
    "audit_text",
    "grant_break_glass",
    "grant_close",
    "grant_end",
    "grant_gone",
    "grant_open",
    "grant_review",
    "internalaudit_create",
    "request_approve",
    "request_create",
    "request_refuse",
    "request_withdraw",
    "source_protect",
]
