"""The proof of a ledger entry, worked out before the reader's eyes."""

from dataclasses import dataclass
from typing import Any

from django import template

from xingdun.audit.errors import LedgerNotPrepared, NotSealedYet
from xingdun.audit.models import Entry
from xingdun.audit.proofs import prove
from xingdun.audit.selectors import leaf_of
from xingdun.kernel.merkle.checkpoint import Checkpoint
from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.hashing import SHA256, SM3
from xingdun.runtime import ledger
from xingdun.runtime.settings import ENVIRONMENT

register = template.Library()


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof as a page tells it. state: `verified`, `violated` (it fails) or `waiting` (not sealed yet)."""

    state: str
    index: int = 0
    size: int = 0
    leaf: str = ""
    leaf_sm3: str = ""
    path: tuple[str, ...] = ()
    root: str = ""
    note: str = ""
    problem: str = ""


@register.simple_tag
def entry_proof(entry: Entry) -> Shown:
    """Hash the entry's content, climb the path, compare with the signed root, check the signatures."""
    content = entry.content.encode()
    leaf, leaf_sm3 = SHA256.leaf(content), SM3.leaf(content)
    told: dict[str, Any] = {"leaf": leaf.hex(), "leaf_sm3": leaf_sm3.hex()}
    try:
        proof = prove(entry, ledger.store(ENVIRONMENT))
    except NotSealedYet:
        return Shown("waiting", **told)
    except (MerkleError, OSError) as error:
        return Shown("violated", **told, problem=str(error))
    checkpoint = Checkpoint.parse(proof.note.text)
    told |= {
        "index": proof.index,
        "size": checkpoint.size,
        "path": tuple(each.hex() for each in proof.path),
        "root": checkpoint.root.hex(),
        "note": str(proof.note),
    }
    kept = leaf_of(entry)
    if kept is None or bytes(kept.sha256) != leaf or bytes(kept.sm3) != leaf_sm3:
        return Shown("violated", **told, problem=f"leaf {proof.index}")
    try:
        proof.verify(content, ledger.policy(ENVIRONMENT))
    except (MerkleError, LedgerNotPrepared) as error:
        return Shown("violated", **told, problem=str(error))
    return Shown("verified", **told)
