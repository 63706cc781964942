"""Whom a reader of the ledger believes: the log's name and public keys, as one small text file."""

from pathlib import Path

from xingdun.kernel.merkle.checkpoint import TrustPolicy
from xingdun.kernel.merkle.note import NoteKey

KEYS_FILE = "keys.txt"


def policy_of(lines: str) -> TrustPolicy:
    """The policy a keys file tells: one verifier line a key, all under the log's one name; each key must have signed.

    Raises NoteFormatError.
    """
    keys = tuple(NoteKey.parse(line) for line in lines.splitlines() if line.strip() and not line.startswith("#"))
    return TrustPolicy(origin=keys[0].name if keys else "", log_keys=keys, signatures=max(len(keys), 1))


def policy_in(folder: Path) -> TrustPolicy:
    """The policy kept beside the tiles; raises FileNotFoundError, NoteFormatError."""
    return policy_of((folder / KEYS_FILE).read_text())
