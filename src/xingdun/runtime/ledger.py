"""The ledger's place in this installation: its folder, its name, its keys, its witnesses, its sealer."""

import logging
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from xingdun.audit.errors import LedgerFolderUnusable, LedgerNotPrepared, LedgerStopped, SealerRuns
from xingdun.audit.sealer import Sealer
from xingdun.audit.storage import FolderTileStore
from xingdun.audit.trust import KEYS_FILE, policy_in
from xingdun.audit.witnesses import Witness, witness
from xingdun.kernel.merkle.checkpoint import TrustPolicy
from xingdun.kernel.merkle.note import NoteSigner
from xingdun.keys import services as keys
from xingdun.runtime.environment import Environment

logger = logging.getLogger(__name__)
_AGAIN_AFTER = 1.0  # seconds
_NAMED_BY = 16  # hex digits of the Ed25519 key's id in the log's name


def folder(environment: Environment) -> Path:
    """Where the tiles, the published checkpoint and the public keys lie."""
    return environment.data / "ledger"


def store(environment: Environment) -> FolderTileStore:
    """The tiles in that folder."""
    return FolderTileStore(folder(environment))


def policy(environment: Environment) -> TrustPolicy:
    """Whom to believe about this ledger; raises LedgerNotPrepared."""
    try:
        return policy_in(folder(environment))
    except FileNotFoundError:
        raise LedgerNotPrepared(folder=folder(environment)) from None


def witnesses(environment: Environment) -> list[Witness]:
    """Who keeps our checkpoints outside."""
    return [witness(address, store(environment)) for address in environment.witnesses]


def signers() -> list[NoteSigner]:
    """The keys that sign checkpoints, under the log's name: `xingdun/` and the first digits of its Ed25519 key's id."""
    found = keys.signers(keys.LEDGER)
    named = next((each.key_id[:_NAMED_BY] for each in found if each.algorithm == "ed25519"), "")
    return [NoteSigner(f"xingdun/{named}", each) for each in found]


def prepare(environment: Environment) -> None:
    """Open this month and the next two, make the ledger's keys once, and tell its public ones beside the tiles.

    Run by the database's owner after migrating; safe to run again. Raises KeyFileMissing.
    """
    from django.db import connection

    now = datetime.now(UTC)
    with connection.cursor() as cursor:  # first: an entry written before its month is open lies outside for good
        for ahead in range(3):
            cursor.execute("SELECT audit_month_open(%s)", [(now + timedelta(days=31 * ahead)).date()])
    keys.signing_keys_ensure(name=keys.LEDGER, now=now)
    lines = "".join(f"{signer.key}\n" for signer in signers())
    store(environment).publish(KEYS_FILE, lines.encode())


def sealer(environment: Environment) -> Sealer:
    """The sealer of this installation; `open()` it before use. Raises LedgerNotPrepared."""
    found = signers()
    if not found:
        raise LedgerNotPrepared(folder=folder(environment))
    return Sealer(found[0].name, found, store(environment), witnesses(environment))


def seal(environment: Environment) -> None:
    """Seal until told to end (SIGTERM, SIGINT).

    While another sealer holds the lock, this one waits for it. When the database or the folder fails, it says so
    once and stands again on the last checkpoint as soon as they are back: committed entries wait, none is lost.
    Raises LedgerNotPrepared, RolledBack, TilesDiffer, KeyFileMissing, KeyFileUnusable.
    """
    from django.db import InterfaceError, OperationalError, connection

    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    told = ""
    trouble: SealerRuns | LedgerFolderUnusable | LedgerStopped
    while not ending.is_set():
        try:
            made = sealer(environment)
            made.open()
            if told:
                logger.info("sealing goes on")
                told = ""
            made.run(should_stop=ending.is_set, wait=ending.wait)
        except SealerRuns as refusal:
            trouble = refusal
        except OSError as problem:
            trouble = LedgerFolderUnusable(folder=folder(environment), problem=problem.strerror or problem)
        except (OperationalError, InterfaceError) as problem:
            trouble = LedgerStopped(problem=" ".join(str(problem).split()))
        else:
            return
        connection.close()
        if trouble.code != told:
            logger.error(str(trouble), extra={"code": trouble.code})
            told = trouble.code
        ending.wait(_AGAIN_AFTER)
