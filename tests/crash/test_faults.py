"""Two sealers, a lost key, a full disk, a clock that jumps: a clear error or a clean resume, and nothing lost."""

import json
import resource
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from installation import eventually
from xingdun.audit import services as audit
from xingdun.audit.models import Entry, Leaf

WRITE = """
INSERT INTO audit_entry (at, actor, action, about, under, outcome, address, details, sealed, content)
SELECT now(), 'system:test', 'test.write', 'test.thing:' || n, '', 'done', '', '{}', '',
    '{"about":"test.thing:' || n || '","action":"test.write","actor":"system:test","address":"","at":"' ||
    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","details":{},"institution":"","key":"' ||
    gen_random_uuid() || '","outcome":"done","sealed":"","under":""}'
FROM generate_series(1, %s) n
"""


def write(installation, count=500):
    with installation.connected() as database:
        database.execute(WRITE, [count])


def is_sound(installation):
    done = installation.run("verify", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["size"] == installation.ask("SELECT count(*) FROM audit_entry")


def sealer(installation, name="seal"):
    return installation.start("seal", role="sealer", name=name)


def holds_the_lock(installation):
    return installation.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted") > 0


def test_of_two_sealers_one_waits_and_takes_over(installation):
    first = sealer(installation, "first")
    eventually(lambda: holds_the_lock(installation), "the first seals")
    second = sealer(installation, "second")
    eventually(lambda: "XD-AUDIT-001" in second.told(), "the second says that it waits")
    write(installation)
    installation.all_sealed()
    first.kill()
    write(installation)
    installation.all_sealed()
    assert second.running
    second.stop()
    assert second.process.returncode == 0
    assert is_sound(installation)


def test_a_full_disk_stops_the_sealing_with_a_clear_error_and_nothing_is_lost(installation):
    """No file may grow past 4 KB, so a tile that fills up cannot be written."""
    part = sealer(installation)
    eventually(lambda: holds_the_lock(installation), "it seals")
    _, most = resource.prlimit(part.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(part.pid, resource.RLIMIT_FSIZE, (4096, most))
    write(installation)
    eventually(lambda: "XD-AUDIT-011" in part.told(), "it says so")
    write(installation)
    assert part.running
    assert part.told().count("XD-AUDIT-011") <= 2, "once for a trouble, not once a second"
    resource.prlimit(part.pid, resource.RLIMIT_FSIZE, (most, most))
    installation.all_sealed()
    eventually(lambda: "sealing goes on" in part.told(), "it says that it goes on")
    part.stop()
    assert is_sound(installation)
    drafts = [path for path in (installation.data / "ledger").rglob(".*") if path.is_file()]
    assert drafts == []


def test_a_database_that_goes_away_is_told_and_waited_for(installation):
    part = sealer(installation)
    eventually(lambda: holds_the_lock(installation), "it seals")
    installation.crash_database()
    eventually(lambda: "XD-AUDIT-012" in part.told(), "it says so")
    installation.server.start()
    write(installation)
    installation.all_sealed()
    assert part.running
    part.stop()
    assert is_sound(installation)


@pytest.mark.parametrize("part", ["seal", "web", "worker"])
def test_without_the_root_key_nothing_starts_and_no_new_key_is_made(installation, part):
    key = installation.data / "secrets" / "root.key"
    key.rename(key.with_suffix(".lost"))
    done = installation.run(part, XINGDUN_PORT="0", XINGDUN_LANGUAGE="en")
    assert done.returncode == 1
    assert "XD-KEYS-001" in done.stderr
    assert "Traceback" not in done.stderr
    assert not key.exists()


@pytest.mark.parametrize("part", ["seal", "verify"])
def test_a_database_that_is_away_is_a_clear_error(installation, part):
    installation.server.stop()
    if part == "seal":
        running = sealer(installation)
        eventually(lambda: "XD-AUDIT-012" in running.told(), "it says so")
    else:
        done = installation.run(part)
        assert "XD-RUNTIME-014" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_a_clock_that_jumps_leaves_the_order_and_the_proof(ledger):
    """Forward past the months that stand ready, and back behind what was sealed."""
    real = datetime.now(UTC)
    for jump in (timedelta(days=500), timedelta(days=-45), timedelta()):
        now = real + jump
        ledger.running.clock = lambda now=now: now
        with transaction.atomic():
            for number in range(50):
                audit.record(actor=ledger.hospital.dso, action="test.write", about=f"test.thing:{number}", now=now)
        ledger.running._open_months()
        assert ledger.running.seal() == 50
    assert Leaf.objects.count() == Entry.objects.count() == 750
    report = ledger.verify()
    assert report.sound, report.problems
    restarted = ledger.sealer()
    restarted.open()
    assert restarted.seal() == 0
