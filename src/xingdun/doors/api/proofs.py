"""Proofs of ledger entries for programs; checked offline with `xingdun verify`."""

from typing import Literal

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from xingdun.doors.console.pages import page
from xingdun.doors.console.views import proofs
from xingdun.doors.identity.calls import Call

router = Router(tags=["audit.entry"])


@router.get(
    "/{pk}/content",
    operation_id="audit_entry_content",
    openapi_extra={"summary": _("What the leaf of an entry hashes")},
)
@page("audit.entry.view")
def content(request: Call, pk: str) -> HttpResponse:
    """The bytes that a verifier needs beside the proof."""
    return proofs.leaf(request, pk)


@router.get(
    "/{pk}/proof/{tree}", operation_id="audit_entry_proof", openapi_extra={"summary": _("The proof of an entry")}
)
@page("audit.entry.view")
def proof(request: Call, pk: str, tree: Literal["sha256", "sm3"]) -> HttpResponse:
    """A tlog-proof file of the entry in one of the two trees. Raises NotSealedYet."""
    return proofs.proof(request, pk, tree)
