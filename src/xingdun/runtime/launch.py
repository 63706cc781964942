"""How child programs are started: they die with their parent, and databases never run as root."""

import ctypes
import os
import pwd
import shutil
import signal as signals
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xingdun.runtime.refusals import CannotChangeUser, FolderOfAnotherUser

_PDEATHSIG = 1  # PR_SET_PDEATHSIG (prctl(2))
# Used where there is no setpriv.
_DIE_WITH_PARENT = (
    "import ctypes, os, signal, sys\n"
    f"ctypes.CDLL(None).prctl({_PDEATHSIG}, getattr(signal, 'SIG' + sys.argv[1]))\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)
_CAPABILITY_BITS = {"dac_override": 1, "dac_read_search": 2}


def dying_with_parent(command: list[str], *, signal: str = "TERM") -> list[str]:
    """`command` so that the kernel sends it `signal` (INT, TERM, …) when the thread that started it ends.

    The bond is to the starting thread, so start such children from the main thread.
    """
    setpriv = shutil.which("setpriv")
    if setpriv:
        return [setpriv, "--pdeathsig", signal, *command]
    return [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, signal, *command]


def die_with(parent: int) -> None:
    """Let the kernel kill this process when the thread that forked it ends; `parent` is that thread's process."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signals.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was told
        os.kill(os.getpid(), signals.SIGKILL)


@dataclass(frozen=True, slots=True)
class DatabaseUser:
    """The system user a database server runs as: ourselves, or somebody without rights when we are root."""

    uid: int
    gid: int

    @classmethod
    def of(cls, folder: Path) -> "DatabaseUser":
        """Who shall own `folder`: its owner so far, else ourselves, else (for root) nobody.

        Raises FolderOfAnotherUser when it is somebody else's and we are not root.
        """
        owner = folder.stat().st_uid if folder.exists() else None
        ours = os.geteuid()
        if ours != 0:
            if owner not in (None, ours):
                raise FolderOfAnotherUser(folder=folder, owner=owner)
            return cls(ours, os.getegid())
        if owner:
            return cls(owner, folder.stat().st_gid)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def is_other(self) -> bool:
        """Whether root must step down to become this user."""
        return os.geteuid() == 0 and self.uid != 0

    def give(self, path: Path) -> None:
        """Make this user the owner of `path`."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def command(self, command: list[str], *, signal: str, reach: Iterable[Path]) -> list[str]:
        """`command` run as this user, dying with its parent, able to enter the folders above each of `reach`.

        A folder that only root may enter is passed by a capability to search folders, kept by the database
        alone; its mode stays as it is. Raises CannotChangeUser.
        """
        if not self.is_other:
            return dying_with_parent(command, signal=signal)
        setpriv = shutil.which("setpriv")
        if not setpriv:
            raise CannotChangeUser(reason="setpriv")
        step_down = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if not all(self._may_reach(path) for path in reach):
            capability = _search_capability()
            # access(2) forgets capabilities of everybody but root unless no_setuid_fixup is set, and
            # PostgreSQL looks for its own programs with access(2).
            step_down += [
                f"--inh-caps=+{capability}",
                f"--ambient-caps=+{capability}",
                "--securebits=+no_setuid_fixup",
            ]
        return [*step_down, "--pdeathsig", signal, *command]

    def _may_reach(self, path: Path) -> bool:
        """Whether this user can walk down to `path` and read it."""
        return all(self._may(above, stat.S_IXOTH) for above in path.parents) and self._may(path, stat.S_IROTH)

    def _may(self, path: Path, others: int) -> bool:
        found = path.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & (others << 6))
        if found.st_gid == self.gid:
            return bool(found.st_mode & (others << 3))
        return bool(found.st_mode & others)


def _search_capability() -> str:
    """The least capability that lets a process enter any folder; raises CannotChangeUser without one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    masks = dict(line.split(":\t", 1) for line in status.splitlines() if line.startswith("Cap"))
    held = int(masks["CapPrm"], 16) & int(masks["CapBnd"], 16)
    for name in ("dac_read_search", "dac_override"):
        if held & (1 << _CAPABILITY_BITS[name]):
            return name
    raise CannotChangeUser(reason="CAP_DAC_READ_SEARCH")
