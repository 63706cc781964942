"""Is the ledger well: sealed in time, published no further than it stands, witnessed, with keys that open?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from xingdun.audit import retention as periods
from xingdun.audit.errors import LedgerNotPrepared, RolledBack
from xingdun.audit.models import Checkpoint, Pending
from xingdun.audit.sealer import LOCK
from xingdun.audit.verification import SEALING_TAKES
from xingdun.audit.witnesses import NEWEST
from xingdun.frame.errors import Refusal
from xingdun.kernel.merkle.checkpoint import Checkpoint as SignedCheckpoint
from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.note import Note
from xingdun.runtime import ledger
from xingdun.runtime.environment import Environment
from xingdun.runtime.health import Finding, State, ill, refused, well
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate

CLOCK_MAY_LAG = timedelta(seconds=5)
_SEALER = """
SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
AND (classid::bigint << 32 | objid::bigint) = %s
AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


def _sealed() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def signing_keys() -> Finding:
    """The keys that sign checkpoints open under the root key."""
    title = _("Signing keys")
    try:
        signers = ledger.signers()
    except Refusal as refusal:
        return refused("signing-keys", title, refusal)
    if not signers:
        mend = translate(_("Run `xingdun up --prepare-only` with the owner's address of the database."))
        return ill("signing-keys", title, translate(_("none were made")), mend)
    return well("signing-keys", title, ", ".join(str(each.key).split("+")[0] for each in signers[:1]))


def published(environment: Environment) -> Finding:
    """The published checkpoint is no newer than the database: else the database was set back."""
    title = _("Published checkpoint")
    try:
        ledger.policy(environment)
        note = ledger.store(environment).get(NEWEST)
        size = SignedCheckpoint.parse(Note.parse(note).text).size if note else 0
    except LedgerNotPrepared as refusal:
        return refused("published", title, refusal)
    except (MerkleError, OSError) as problem:
        mend = translate(_("Run `xingdun verify`; keep the folder as evidence."))
        return ill("published", title, str(problem), mend)
    last = _sealed()
    if size > (last.size if last else 0):
        return refused("published", title, RolledBack(database=last.size if last else 0, published=size))
    return well("published", title, translate(_("{size} entries")).format(size=size))


def sealing(now: datetime) -> Finding:
    """A sealer runs, and no entry waits long."""
    title = _("Sealing of the ledger")
    oldest = Pending.objects.order_by("entry_id").values_list("at", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(_SEALER, [LOCK])
        (runs,) = cursor.fetchone()
    mend = translate(_("Start `xingdun seal`, or everything with `xingdun up`; its log says what stops it."))
    if oldest is not None and now - oldest > SEALING_TAKES:
        found = translate(_("entries have waited since {time}")).format(time=f"{oldest:%Y-%m-%d %H:%M:%S %Z}")
        return ill("sealing", title, found, mend)
    if not runs:
        return ill("sealing", title, translate(_("no sealer runs")), mend, state=State.WARNING)
    return well("sealing", title, translate(_("a sealer runs, and nothing waits long")))


def time_of_newest(now: datetime) -> Finding:
    """The newest checkpoint is not of the future: else the clock was set back."""
    title = _("Clock and ledger")
    last = _sealed()
    if last is None:
        return well("clock-jump", title, translate(_("nothing is sealed yet")))
    found = translate(_("last sealed at {time}")).format(time=f"{last.at:%Y-%m-%d %H:%M:%S %Z}")
    if last.at - now > CLOCK_MAY_LAG:
        mend = translate(_("The clock went back, or had jumped ahead: set it by a time server (NTP)."))
        return ill("clock-jump", title, found, mend)
    return well("clock-jump", title, found)


def retention(now: datetime) -> Finding:
    """Months whose period is over are let go by order, with `xingdun ledger retire`."""
    title = _("Retention of the ledger")
    months = periods.months_past(now=now)
    if months:
        found = translate(_("{count} months are past their retention")).format(count=len(months))
        mend = translate(_("Run `xingdun ledger retire` when they need not be kept longer."))
        return ill("retention", title, found, mend, state=State.WARNING)
    return well("retention", title, translate(_("no month is past its retention")))


def witnesses(environment: Environment) -> Iterator[Finding]:
    """Each witness answers, and none has seen more than the database holds."""
    title = _("Witness")
    last = _sealed()
    size = last.size if last else 0
    kept = ledger.witnesses(environment)
    if not kept:
        mend = translate(_("Set XINGDUN_WITNESSES to a folder on another machine: it shows a database set back."))
        yield ill("witness", title, translate(_("nobody outside keeps checkpoints")), mend, state=State.WARNING)
    for each in kept:
        try:
            note = each.newest()
            seen = SignedCheckpoint.parse(note.text).size if note else 0
        except Refusal as refusal:
            yield refused("witness", title, refusal)
            continue
        except MerkleError as problem:
            mend = translate(_("Run `xingdun verify`; keep the folder as evidence."))
            yield ill("witness", title, f"{each.name}: {problem}", mend)
            continue
        if size and not seen:
            found = translate(_("{name} keeps no checkpoint")).format(name=each.name)
            mend = translate(_("Check that the folder is there and that the sealer may write it."))
            yield ill("witness", title, found, mend, state=State.WARNING)
        elif seen > size:
            yield refused("witness", title, RolledBack(database=size, published=seen))
        else:
            yield well("witness", title, translate(_("{name}: {size} entries")).format(name=each.name, size=seen))
