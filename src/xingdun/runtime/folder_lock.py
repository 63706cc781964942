"""A lock on a folder that lives exactly as long as the processes that hold it."""

import fcntl
import os
import time
from pathlib import Path


class FolderHeld(Exception):  # noqa: N818 - a fact about the folder; callers turn it into their refusal
    """Another process holds the folder; `holder` is its process id, 0 when unknown."""

    def __init__(self, holder: int) -> None:
        super().__init__(holder)
        self.holder = holder


class FolderLock:
    """An flock(2) on `path`, which names its holder.

    The descriptor `fd` may be passed on to a child: then the lock lasts until the child and its children
    have ended too, even when the holder was killed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = -1

    def acquire(self, *, patience: float = 30.0) -> None:
        """Take the lock, or raise FolderHeld.

        At once when the holder lives; after `patience` seconds when it has died and its children are still
        on their way down.
        """
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder, alive = _holder(fd)
                if alive or time.monotonic() > deadline:
                    os.close(fd)
                    raise FolderHeld(holder) from None
                time.sleep(0.05)
            else:
                break
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()} {_started(os.getpid())}\n".encode(), 0)
        self.fd = fd

    def release(self) -> None:
        """Let go; does nothing when it is not held."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def _holder(fd: int) -> tuple[int, bool]:
    """The process named in the lock file, and whether that very process still runs."""
    pid, _, started = os.pread(fd, 100, 0).decode("ascii", "replace").strip().partition(" ")
    if not pid.isdigit():
        return 0, False
    return int(pid), _started(int(pid)) == started


def _started(pid: int) -> str:
    """When the process started, in ticks since boot (field 22 of /proc/PID/stat); empty when it is gone."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = line.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]
