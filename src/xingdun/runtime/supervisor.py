"""Keeps the parts of the platform running: starts them in order, restarts what dies, stops all in reverse."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Protocol, Self

from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate
from xingdun.runtime.launch import dying_with_parent
from xingdun.runtime.refusals import ProgramDidNotStart, StartRefusal

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
_LOOK_EVERY = 0.1


class Part(Protocol):
    """Something that is started, watched and stopped: a program or an embedded database."""

    name: str

    @property
    def running(self) -> bool:
        """Whether its process lives."""

    def start(self) -> object:
        """Start it and return when it is ready; raises a StartRefusal."""

    def stop(self) -> None:
        """Stop it cleanly and return when it is gone."""


class Program:
    """A child program whose lines of output are passed on, each behind its name.

    Args:
        name: what its lines are marked with.
        command: the program and its arguments.
        environ: its whole environment.
        say: takes its lines.
        ready: asked again and again after the start; None means ready at once.
        patience: seconds it may take to become ready.
        grace: seconds it may take to end before it is ended by force; what it did not finish is resumed.
        keep_open: descriptors it inherits, such as a folder's lock.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        say: Callable[[str], None],
        ready: Callable[[], bool] | None = None,
        patience: float = 60.0,
        grace: float = 10.0,
        keep_open: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.command = list(command)
        self.environ = {**environ, "PYTHONUNBUFFERED": "1"}
        self.say = say
        self.ready = ready
        self.patience = patience
        self.grace = grace
        self.keep_open = tuple(keep_open)
        self.process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready; raises ProgramDidNotStart. Call it from the main thread."""
        self._end_group()
        self.process = subprocess.Popen(
            dying_with_parent(self.command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=self.environ,
            pass_fds=self.keep_open,
            start_new_session=True,  # Ctrl-C is for the supervisor alone, which stops the parts in order
        )
        self._reader = threading.Thread(target=self._pass_on, args=(self.process.stdout,), daemon=True)
        self._reader.start()
        deadline = time.monotonic() + self.patience
        while self.ready and not self.ready():
            if not self.running:
                raise ProgramDidNotStart(name=self.name, reason=translate(_("it ended")))
            if time.monotonic() > deadline:
                self.stop()
                raise ProgramDidNotStart(name=self.name, reason=translate(_("it was not ready in time")))
            time.sleep(_LOOK_EVERY)

    def stop(self) -> None:
        """Ask it to end (SIGTERM), and end it by force when it does not in time."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._end_group()

    def _end_group(self) -> None:
        """End what a killed program left behind: its own children are in its process group."""
        process, self.process = self.process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if self._reader:
            self._reader.join(timeout=5)

    def _pass_on(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self.say(f"{self.name:<9}| {line.rstrip()}")


class StopAsked(BaseException):
    """Somebody wants the platform to end: raised by the signal's arrival, wherever the supervisor waits."""


@dataclass(slots=True)
class _Watch:
    """What the supervisor remembers of a part: when it was started, and when it may be started again."""

    part: Part
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float | None = None
    restarts: int = field(default=0)


class Supervisor:
    """Runs parts until SIGINT or SIGTERM; one that dies is started again, each time after a longer pause.

    A context: inside it the two signals ask for the end, and on leaving it every part is stopped.
    """

    def __init__(self, *, say: Callable[[str], None] = print) -> None:
        self.say = say
        self._watches: list[_Watch] = []
        self._stopping = False

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.stop()
        return kind is StopAsked

    def start(self, part: Part) -> None:
        """Start `part` and watch over it from now on; raises what its start raises."""
        watch = _Watch(part)
        self._watches.append(watch)
        watch.started = time.monotonic()
        part.start()

    def run(self) -> None:
        """Watch over the parts until a signal asks to stop (raises StopAsked, which the context takes)."""
        while True:
            time.sleep(_LOOK_EVERY)
            for watch in self._watches:
                if not watch.part.running:
                    self._mend(watch)

    def stop(self) -> None:
        """Stop every part, the last started first."""
        self._stopping = True
        while self._watches:
            self._watches.pop().part.stop()

    def _mend(self, watch: _Watch) -> None:
        """Set the time of the next start, or start when it has come."""
        now = time.monotonic()
        if watch.again_at is None:
            if now - watch.started > STEADY_AFTER:
                watch.pause = FIRST_PAUSE
            watch.again_at = now + watch.pause
            ended = translate(_("{name} ended; starting it again in {seconds:g} s"))
            self.say(ended.format(name=watch.part.name, seconds=watch.pause))
            watch.pause = min(watch.pause * 2, LONGEST_PAUSE)
        elif now >= watch.again_at:
            watch.again_at = None
            watch.started = now
            watch.restarts += 1
            try:
                watch.part.start()
            except StartRefusal as refusal:
                self.say(str(refusal))
            else:
                self.say(translate(_("{name} runs again")).format(name=watch.part.name))

    def _on_signal(self, number: int, _frame: object) -> None:
        del number
        if not self._stopping:
            self._stopping = True
            raise StopAsked


def print_line(line: str) -> None:
    """Write one line to standard output, whole and at once; a reader that has gone away is no error."""
    with suppress(BrokenPipeError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
