"""The supervisor: parts start in order, a killed one comes back, all end together and in reverse."""

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from xingdun.runtime.refusals import ProgramDidNotStart
from xingdun.runtime.supervisor import Program, Supervisor

# A platform of two parts; each part writes its process id and, when told to end, its name.
PLATFORM = """
import os, sys
from pathlib import Path
from xingdun.runtime.supervisor import Program, Supervisor, print_line
folder = Path(sys.argv[1])
PART = '''
import os, signal, subprocess, sys, time
name, folder = sys.argv[1:]
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(300)"])
open(f"{folder}/{name}.child", "w").write(str(child.pid))
def end(*_):
    open(f"{folder}/ended", "a").write(name + "\\\\n")
    child.kill()
    os._exit(0)
signal.signal(signal.SIGTERM, end)
open(f"{folder}/{name}.new", "w").write(str(os.getpid()))
os.rename(f"{folder}/{name}.new", f"{folder}/{name}.pid")
print("hello from", name)
time.sleep(300)
'''
with Supervisor(say=print_line) as supervisor:
    for name in ("first", "second"):
        pid = folder / f"{name}.pid"
        supervisor.start(Program(name, [sys.executable, "-S", "-c", PART, name, str(folder)],
                                 environ=os.environ, say=print_line, ready=pid.exists))
    print_line("all run")
    supervisor.run()
print_line("stopped")
"""


def eventually(check, seconds=240):
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def platform(tmp_path):
    """A running platform; `.part(name)` is the process id of a part."""
    with subprocess.Popen(
        [sys.executable, "-c", PLATFORM, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        process.part = lambda name: int((tmp_path / f"{name}.pid").read_text())
        process.child_of = lambda name: int((tmp_path / f"{name}.child").read_text())
        process.ended = lambda: (tmp_path / "ended").read_text().split()
        process.head = []
        for line in process.stdout:
            process.head.append(line.rstrip())
            if line == "all run\n":
                break
        yield process
        process.kill()
    eventually(lambda: not any(lives(process.part(name)) for name in ("first", "second")))


def test_lines_are_marked_with_the_part_they_come_from(platform):
    platform.terminate()
    lines = [*platform.head, *platform.stdout.read().splitlines()]
    assert "first    | hello from first" in lines
    assert "second   | hello from second" in lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_parts_in_reverse_order(platform, number):
    platform.send_signal(number)
    output = platform.stdout.read()
    assert platform.wait(240) == 0
    assert output.endswith("stopped\n")
    assert "Traceback" not in output
    assert platform.ended() == ["second", "first"]


def test_a_killed_part_runs_again_and_leaves_no_children(platform):
    before, orphan = platform.part("first"), platform.child_of("first")
    os.kill(before, signal.SIGKILL)
    eventually(lambda: platform.part("first") != before)
    assert not lives(orphan)
    assert lives(platform.part("first"))
    assert lives(platform.part("second"))


def test_parts_die_with_a_killed_supervisor(platform):
    parts = [platform.part("first"), platform.part("second")]
    platform.kill()
    platform.wait()
    eventually(lambda: not any(map(lives, parts)))


def test_a_part_that_keeps_dying_is_tried_after_longer_and_longer_pauses(tmp_path):
    starts = []
    said = []
    pauses = []

    class Dying:
        name = "dying"
        running = False

        def start(self):
            starts.append(time.monotonic())

        def stop(self):
            pass

    supervisor = Supervisor(say=said.append)
    supervisor.start(Dying())
    watch = supervisor._watches[0]
    while len(starts) < 3:
        pauses.append(watch.pause)
        supervisor._mend(watch)
        time.sleep(0.02)
    wanted = sorted(set(pauses))[:2]
    assert wanted == [0.5, 1.0]
    assert all(later - earlier >= pause for pause, (earlier, later) in zip(wanted, pairwise(starts), strict=True))
    assert watch.pause == 2.0
    assert any("0.5" in line for line in said)


def test_a_part_that_ends_at_once_is_a_clear_error():
    said = []
    program = Program(
        "broken",
        [sys.executable, "-S", "-c", "print('no such thing'); raise SystemExit(3)"],
        environ=os.environ,
        say=said.append,
        ready=lambda: False,
    )
    with pytest.raises(ProgramDidNotStart, match="broken"):
        program.start()
    program.stop()
    assert said == ["broken   | no such thing"]


def test_a_part_that_is_never_ready_is_stopped():
    program = Program(
        "slow",
        [sys.executable, "-S", "-c", "import time; time.sleep(300)"],
        environ=os.environ,
        say=print,
        ready=lambda: False,
        patience=0.5,
    )
    with pytest.raises(ProgramDidNotStart, match="slow"):
        program.start()
    assert not program.running


def test_a_part_that_will_not_end_is_ended_by_force(tmp_path):
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); open('up', 'w'); time.sleep(300)"
    program = Program(
        "deaf",
        ["env", "-C", str(tmp_path), sys.executable, "-S", "-c", deaf],
        environ=os.environ,
        say=print,
        ready=(tmp_path / "up").exists,
        grace=0.5,
    )
    program.start()
    pid = program.process.pid
    program.stop()
    assert not lives(pid)
