"""Is the installation well? Each thing is looked at by itself; what is wrong says how to mend it."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from xingdun.frame.errors import Refusal
from xingdun.kernel.crypto import selftest
from xingdun.runtime.environment import Environment
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate

MEGABYTE = 1_000_000
ROOM_WARNED = 5_000 * MEGABYTE
ROOM_NEEDED = 500 * MEGABYTE


class State(StrEnum):
    """How one thing is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its key, its name, how it is, what was found, and how to mend it.

    Words are in the reader's language.
    """

    key: str
    title: str
    state: State
    found: str
    mend: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing failed; a warning may wait."""
        return self.state is not State.FAILED

    def told(self) -> dict[str, str]:
        """As JSON tells it."""
        return {
            "key": self.key,
            "title": self.title,
            "state": str(self.state),
            "found": self.found,
            "mend": self.mend,
        }


def well(key: str, title: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(key, translate(title), State.OK, found)


def ill(key: str, title: str, found: str, mend: str, *, state: State = State.FAILED) -> Finding:
    """Something to mend."""
    return Finding(key, translate(title), state, found, mend)


def refused(key: str, title: str, refusal: Refusal) -> Finding:
    """What a refusal says."""
    told = refusal.explain()
    return ill(key, title, f"{told.code}: {told.what}", told.todo)


def examine(environment: Environment, now: datetime) -> Iterator[Finding]:
    """Look at everything, the machine first; Django stands. What the database holds is left out when it is away."""
    from xingdun.runtime import health_database, health_ledger

    yield cryptography()
    yield root_key()
    yield from data_folder(environment)
    reached = health_database.reached()
    yield reached
    if reached.state is State.FAILED:
        return
    yield health_database.version()
    migrations = health_database.migrations()
    yield migrations
    if migrations.state is State.FAILED:
        return
    looks: tuple[Callable[[], Finding], ...] = (
        health_database.rights,
        health_database.row_security,
        health_database.size,
        health_database.clock,
        lambda: health_database.worker(now),
        health_ledger.signing_keys,
        lambda: health_ledger.published(environment),
        lambda: health_ledger.sealing(now),
        lambda: health_ledger.time_of_newest(now),
        lambda: health_ledger.retention(now),
    )
    for look in looks:
        yield look()
    yield from health_ledger.witnesses(environment)


def cryptography() -> Finding:
    """Every algorithm gives the answers its standard publishes."""
    title = _("Cryptography")
    results = selftest.run()
    wrong = [each for each in results if not each.ok]
    if wrong:
        told = "; ".join(f"{each.name}: {each.detail}" for each in wrong)
        mend = translate(_("Reinstall the package cryptography and the system's libcrypto; nothing starts until then."))
        return ill("cryptography", title, told, mend)
    names = ", ".join(each.name for each in results)
    told = translate(_("{count} algorithms give the published answers: {names}"))
    return well("cryptography", title, told.format(count=len(results), names=names))


def root_key() -> Finding:
    """The root key's file opens, and nobody else may read it."""
    from xingdun.keys import root

    title = _("Root key")
    try:
        root.load()
    except Refusal as refusal:
        return refused("root-key", title, refusal)
    mode = stat.S_IMODE(root.path().stat().st_mode)
    if mode & 0o077:
        told = translate(_("{path} may be read by others (mode {mode:o})")).format(path=root.path(), mode=mode)
        return ill("root-key", title, told, f"chmod 600 {root.path()}", state=State.WARNING)
    return well("root-key", title, str(root.path()))


def data_folder(environment: Environment) -> Iterator[Finding]:
    """The data folder can be written, and there is room."""
    title = _("Data folder")
    folder = environment.data
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        mend = translate(_("Mend its owner or rights, or set XINGDUN_DATA to the right folder."))
        yield ill("data", title, translate(_("{path} cannot be written")).format(path=folder), mend)
        return
    yield well("data", title, str(folder))
    yield _room(folder)


def _room(folder: Path) -> Finding:
    title = _("Disk space")
    free = shutil.disk_usage(folder).free
    found = translate(_("{free:,} MB free")).format(free=free // MEGABYTE)
    if free >= ROOM_WARNED:
        return well("disk", title, found)
    mend = translate(_("Make room on the disk that holds {path}; writing stops when it is full.")).format(path=folder)
    return ill("disk", title, found, mend, state=State.WARNING if free >= ROOM_NEEDED else State.FAILED)
