"""What a decision's signature covers: canonical JSON that anyone can put together again from the decision."""

import base64
from typing import Any, Final

from xingdun.approvals.models import Decision
from xingdun.audit import services as audit
from xingdun.kernel.crypto.signing import Verifier

FORM: Final = "xingdun/decision/v1"


def statement(decision: Decision) -> dict[str, Any]:
    """The facts of a decision that its person signs.

    content: SHA-256 in hex of what is approved. seat: whose seat it was; the person's own unless delegated. The words
    of a reason stand in the ledger under a key that can be destroyed, so they are not signed here.
    """
    return {
        "about": decision.process.about,
        "approves": decision.approves,
        "at": audit.moment(decision.at),
        "changes": decision.changes,
        "content": decision.content_digest,
        "delegation": audit.reference(decision.delegation) if decision.delegation else "",
        "form": FORM,
        "person": f"organisation.person:{decision.person_id}",
        "process": f"approvals.process:{decision.process_id}",
        "role": decision.step.role,
        "seat": f"organisation.person:{decision.seat_id}",
        "step": decision.step.order,
    }


def message(decision: Decision) -> bytes:
    """The bytes that are signed: UTF-8, keys sorted, no spaces."""
    return audit.canonical(statement(decision)).encode()


def is_genuine(decision: Decision) -> bool:
    """Whether the decision says what its person signed; needs the public key alone."""
    if decision.key is None:
        return False
    signature = base64.b64decode(decision.signature)
    return Verifier.from_pem(decision.key.public.encode()).accepts(message(decision), signature)
