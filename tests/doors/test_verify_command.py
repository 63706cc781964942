"""`xingdun verify` and `xingdun ledger` as an auditor uses them: with the database, or with a file and nothing else."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import UTC, datetime

import psycopg
import pytest

from installation import eventually
from xingdun.audit.errors import ExportUnreadable
from xingdun.audit.export_file import verify_export
from xingdun.audit.services import canonical, moment
from xingdun.kernel.merkle.errors import MerkleError

YEAR = 2021
INSERT = """
INSERT INTO audit_entry (id, at, actor, action, about, under, outcome, address, details, sealed, content)
VALUES (%s, %s, 'system:test', 'test.write', 'test.thing:1', '', 'done', '', '{}', '', %s)
"""


@pytest.fixture
def sealed(installation):
    """A platform whose entries are sealed; the oldest are of a month long ago (their keys are lower: sealed first)."""
    with psycopg.connect(installation.owner, autocommit=True) as owner:
        owner.execute("SELECT audit_month_open(%s)", [f"{YEAR}-03-01"])
        for number in range(20):
            at = datetime(YEAR, 3, 5, number, tzinfo=UTC)
            facts = {"about": "test.thing:1", "action": "test.write", "actor": "system:test", "address": ""}
            facts |= {"at": moment(at), "details": {}, "institution": "", "key": str(number), "outcome": "done"}
            owner.execute(INSERT, [number - 100, at, canonical({**facts, "sealed": "", "under": ""})])
    part = installation.start("seal", role="sealer")
    installation.all_sealed()
    eventually((installation.data / "ledger" / "checkpoint").exists, "it is published")
    part.stop()
    return installation


def offline(*command):
    """A machine that knows nothing of the platform."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XINGDUN_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "xingdun", *map(str, command)], capture_output=True, text=True, env=environ, check=False
    )


def test_a_ledger_is_told_to_be_sound_here_and_elsewhere_until_an_entry_is_altered(sealed, tmp_path):
    done = sealed.run("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("sound\n")
    assert "waiting: 0" in sealed.run("ledger", "status").stdout
    an_export_is_checked_without_the_platform(sealed, tmp_path)
    the_first_bad_entry_is_named(sealed)


def the_first_bad_entry_is_named(sealed):
    with sealed.connected() as database:
        key = database.execute("SELECT max(id) - 1 FROM audit_entry").fetchone()[0]
        database.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        database.execute("UPDATE audit_entry SET actor = 'system:nobody' WHERE id = %s", [key])
    done = sealed.run("verify", "--format", "json")
    assert done.returncode == 3
    problem = json.loads(done.stdout)["problems"][0]
    assert (problem["kind"], problem["entry"]) == ("altered", key)


def an_export_is_checked_without_the_platform(sealed, tmp_path):
    file = tmp_path / "ledger.zip"
    assert sealed.run("ledger", "export", "--out", str(file)).returncode == 0
    keys = shutil.copy(sealed.data / "ledger" / "keys.txt", tmp_path / "keys.txt")
    done = offline("verify", file, "--keys", keys)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(tmp_path / "changed.zip", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"test.write", b"test.wrote", 1))
    refused = offline("verify", tmp_path / "changed.zip", "--keys", keys, "--format", "json")
    assert (refused.returncode, json.loads(refused.stdout)["problems"][0]["index"]) == (3, 0)
    (tmp_path / "text.zip").write_text("no zip")
    assert "XD-AUDIT-005" in offline("verify", tmp_path / "text.zip").stderr
    with zipfile.ZipFile(file) as source:
        held = {name: source.read(name) for name in source.namelist()}
    for broken in ({"retired.json": b"[" * 100_000}, {"leaves.sha256": b"0" * (200 << 20)}, {"retired.json": b"\xff"}):
        with zipfile.ZipFile(tmp_path / "broken.zip", "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in {**held, **broken}.items():
                target.writestr(name, content)
        with pytest.raises(ExportUnreadable):
            verify_export(tmp_path / "broken.zip")
    for at in range(0, file.stat().st_size, 13):  # whatever breaks in the archive, nothing but a refusal comes of it
        turned = bytearray(file.read_bytes())
        turned[at] ^= 0xFF
        (tmp_path / "turned.zip").write_bytes(turned)
        with suppress(ExportUnreadable, MerkleError):
            verify_export(tmp_path / "turned.zip")


def test_an_old_month_leaves_and_everything_is_still_sound(sealed, tmp_path):
    assert sealed.run("ledger", "retire").stdout == f"{YEAR}-03\n"
    assert sealed.run("ledger", "retire", "--older-than", "5", "--yes").returncode == 2
    assert sealed.run("ledger", "retire", "--yes").stdout == f"{YEAR}-03: 20 entries have left\n"
    part = sealed.start("seal", role="sealer")
    sealed.all_sealed()
    part.stop()
    done = sealed.run("verify", "--format", "json")
    assert json.loads(done.stdout)["retired"] == {"entries": 20, "months": [f"{YEAR}-03"]}, done.stdout
    assert done.returncode == 0
    assert sealed.run("ledger", "export", "--out", str(tmp_path / "ledger.zip")).returncode == 0
    assert offline("verify", tmp_path / "ledger.zip").returncode == 0
