"""Kill -9 at random moments: every acknowledged write is there with exactly one entry, and the ledger is sound.

Evidence stands with its content or not at all, and the posture has followed every entry, none of them twice.

The short form runs in the suite; `make soak` runs 200 rounds.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from installation import eventually
from xingdun.runtime.ports import any_free

NURSERY = str(Path(__file__).with_name("nursery.py"))
ROUNDS, SOAK_ROUNDS = 6, 200
ENOUGH = 20
DEPARTMENTS = ("writer-a", "writer-b", "caller")
WRITERS = (*DEPARTMENTS, "bringer")
PARTS = ("seal", "worker", "web", *WRITERS)
VICTIMS = ("database", *PARTS)
LOOK = """
import hashlib, json
from xingdun.runtime.loading import load_django
load_django()
from itertools import groupby
from django.utils import timezone
from xingdun.assets.models import Network
from xingdun.frame.context import acting_in
from xingdun.obligations.models import EvidenceFile, PostureChange
from xingdun.obligations.services import posture_follow
from xingdun.obligations.services.evidence import content_of
from xingdun.organisation.models import Account

institution = Account.objects.values_list("institution", flat=True).first()
with acting_in(institution):
    posture_follow(institution=institution, now=timezone.now())
    measured_again = len(posture_follow(institution=institution, now=timezone.now()).changes)
    told = ("duty", "subject", "was", "state", "due_at", "detail", "evidence")
    steps = PostureChange.objects.order_by("duty", "subject", "at", "id").values_list(*told)
    torn = []
    for _, each in groupby(steps, key=lambda step: step[:2]):
        before = ("",)
        for step in each:
            if step[2] != before[0] or step[3:] == before:
                torn.append(step[:4])
            before = step[3:]
    files = list(EvidenceFile.objects.all())
    print(json.dumps({
        "measured": sorted(
            PostureChange.objects.filter(duty="network-departments", was="").values_list("subject", flat=True)
        ),
        "measured_again": measured_again,
        "torn": torn,
        "networks": {each.reference: each.code for each in Network.objects.all()},
        "evidence": {each.title: hashlib.sha256(content_of(each)).hexdigest() == each.sha256 for each in files},
    }))
"""
NOBODY_WRITES = "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = %s"


class Platform:
    """The parts that are killed, and what the writers were told."""

    def __init__(self, installation):
        self.installation = installation
        self.addresses = {role: installation.environ(role)["XINGDUN_DATABASE_URL"] for role in ("web", "sealer")}
        self.writing_as = urlsplit(self.addresses["web"]).username
        self.nursery = subprocess.Popen(
            [sys.executable, NURSERY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=installation.environ(XINGDUN_PORT=str(any_free())),
        )
        self.parts = {}
        self.starts = 0

    def __enter__(self):
        self.mend()
        return self

    def __exit__(self, *_):
        self.nursery.kill()
        self.nursery.communicate()

    def mend(self):
        """Start what does not run, and wait until both writers get through again."""
        self.installation.server.start()
        for name in PARTS:
            if not self.running(name):
                self._start(name)
        for name in WRITERS:
            size = self.log(name).stat().st_size
            eventually(lambda: self.log(name).stat().st_size > size, f"{name} writes")  # noqa: B023 - asked at once

    def running(self, name):
        with suppress(ProcessLookupError, KeyError):
            os.kill(self.parts[name], 0)
            return True
        return False

    def log(self, name):
        return self.installation.data / f"{name}.out"

    def _start(self, name):
        self.starts += 1
        url = self.addresses["sealer" if name == "seal" else "web"]
        self.log(name).touch()
        self.nursery.stdin.write(f"{name} {name[-1]}{self.starts} {url} {self.log(name)}\n")
        self.nursery.stdin.flush()
        self.parts[name] = int(self.nursery.stdout.readline())

    def kill(self, name):
        if name == "database":
            self.installation.crash_database()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self.parts[name], signal.SIGKILL)
            eventually(lambda: not self.running(name), f"{name} ends")

    def has_something_to_show(self):
        """Whether enough was written and taken back, however few writes came between two kills."""
        departments, networks = self.acknowledged(*DEPARTMENTS), self.acknowledged("bringer")
        return len(departments[0]) > ENOUGH and departments[1] and all(networks)

    def acknowledged(self, *names):
        """What was acknowledged to these writers, and what was taken back."""
        lines = [line for name in names for line in self.log(name).read_text().splitlines()]
        assert not [line for line in lines if " " in line], "a writer told of something else than its writes"
        return {line for line in lines if "taken-back" not in line}, {line for line in lines if "taken-back" in line}


def test_no_acknowledged_write_is_lost_whatever_is_killed(installation, soak, record_property):
    seed = random.randrange(1 << 30)
    record_property("seed", seed)
    chance = random.Random(seed)
    with Platform(installation) as platform:
        for _ in range(SOAK_ROUNDS if soak else ROUNDS):
            time.sleep(chance.uniform(0.1, 1.5))
            for name in chance.sample(VICTIMS, chance.randint(1, len(VICTIMS))):
                platform.kill(name)
                time.sleep(chance.choice((0, 0, chance.uniform(0, 0.3))))
            platform.mend()
        eventually(platform.has_something_to_show, "each kind of writer wrote and took back")
        for name in (*WRITERS, "web", "worker"):
            platform.kill(name)
        # A commit the server was already carrying out when its client died may still come after the kill.
        eventually(lambda: installation.ask(NOBODY_WRITES, platform.writing_as), "the last commit ends")
        installation.all_sealed()
        assert platform.running("seal"), platform.log("seal").read_text()
    check(installation, *platform.acknowledged(*DEPARTMENTS))
    check_followed(installation, *platform.acknowledged("bringer"))


def check(installation, written, taken_back):
    with installation.connected() as database:
        departments = database.execute("SELECT 'organisation.department:' || id, code FROM organisation_department")
        departments = dict(departments.fetchall())
        told = database.execute(
            "SELECT e.about FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id"
            " WHERE e.action = 'department.create'"
        )
        told = Counter(about for (about,) in told)
    kept = {code for code in departments.values() if "-" in code}
    assert len(written) > ENOUGH
    assert taken_back
    assert written - kept == set(), "acknowledged and lost"
    assert {code for code in kept if "taken-back" in code} == set(), "taken back and kept"
    assert set(told.values()) == {1}, "an entry that stands twice"
    assert set(told) - set(departments) == set(), "an entry without its write"
    assert {code for about, code in departments.items() if about not in told} & kept == set(), (
        "a write without its entry"
    )
    verified = installation.run("verify", "--format", "json", role="sealer")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    report = json.loads(verified.stdout)
    assert report["size"] == installation.ask("SELECT count(*) FROM audit_entry")


def check_followed(installation, written, taken_back):
    """What the worker and the uploads left, looked at as a worker does that starts again."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=installation.environ(DJANGO_SETTINGS_MODULE="xingdun.runtime.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    kept = set(found["networks"].values())
    assert written
    assert taken_back
    assert written - kept == set(), "acknowledged and lost"
    assert taken_back & kept == set(), "taken back and kept"
    assert found["evidence"] == dict.fromkeys(kept, True), "evidence without its network or its content"
    assert found["measured"] == sorted(found["networks"]), "a change not followed, or one followed twice"
    assert (found["torn"], found["measured_again"]) == ([], 0)
