"""The proof of a ledger entry, as a file that checks itself."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from xingdun.audit.proofs import prove
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.records import record_of
from xingdun.frame.errors import NotFound
from xingdun.frame.registers import registers
from xingdun.kernel.merkle.hashing import tree_hash
from xingdun.kernel.merkle.proof_file import FIRST_LINES
from xingdun.runtime import ledger
from xingdun.runtime.settings import ENVIRONMENT


@page("audit.entry.view")
@require_safe
def proof(request: Call, pk: str, tree: str) -> HttpResponse:
    """The proof file in the tree of that name (sha256 or sm3). Raises NotSealedYet, NotFound."""
    del request
    if tree not in FIRST_LINES:
        raise NotFound
    entry = record_of(registers["audit.entry"], pk)
    found = prove(entry, ledger.store(ENVIRONMENT), tree=tree_hash(tree))
    name = f"entry-{entry.pk}.{tree}.tlog-proof"
    response = HttpResponse(str(found), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page("audit.entry.view")
@require_safe
def leaf(request: Call, pk: str) -> HttpResponse:
    """The bytes that the leaf hashes: what a verifier needs beside the proof."""
    del request
    entry = record_of(registers["audit.entry"], pk)
    response = HttpResponse(entry.content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{entry.pk}.json"'
    return response
