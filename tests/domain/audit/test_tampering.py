"""An attacker who owns the database changes the ledger; verification names the first bad entry."""

import shutil

import pytest
from django.db import Error, connection, transaction

from xingdun.audit.export import export
from xingdun.audit.export_file import verify_export
from xingdun.audit.models import Checkpoint, Entry
from xingdun.audit.trust import policy_of
from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.merkle.checkpoint import Checkpoint as SignedCheckpoint
from xingdun.kernel.merkle.errors import LogMismatchError, MerkleError
from xingdun.kernel.merkle.hashing import SHA256, SM3
from xingdun.kernel.merkle.note import NoteSigner

pytestmark = pytest.mark.django_db


def tamper(*statements, tables=("audit_entry", "audit_leaf", "audit_checkpoint")):
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def nth(number):
    return Entry.objects.order_by("id")[number]


@pytest.mark.parametrize("table", ["audit_entry", "audit_leaf", "audit_checkpoint"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_even_the_owner_meets_a_trigger(ledger, table, verb):
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'organisation.person:0'",
        "action = 'test.other'",
        "about = 'test.thing:x'",
        "outcome = 'denied'",
        "address = '10.0.0.1'",
        "details = '{}'",
        "at = at + interval '1 microsecond'",
        "institution_id = NULL",
        "content = replace(content, 'test.write', 'test.wrote')",
    ],
)
def test_an_altered_entry_is_named(ledger, change):
    entry = nth(345)
    tamper(f"UPDATE audit_entry SET {change} WHERE id = {entry.pk}")
    problem = ledger.verify().problems[0]
    assert (problem.kind, problem.index, problem.entry) == ("altered", 345, entry.pk)


def test_an_entry_altered_together_with_its_leaf_is_named(ledger):
    entry = nth(345)
    content = entry.content.replace("test.write", "test.wrote")
    leaf = (SHA256.leaf(content.encode()).hex(), SM3.leaf(content.encode()).hex())
    tamper(
        f"UPDATE audit_entry SET action = 'test.wrote', content = '{content}' WHERE id = {entry.pk}",
        f"UPDATE audit_leaf SET sha256 = '\\x{leaf[0]}', sm3 = '\\x{leaf[1]}' WHERE entry_id = {entry.pk}",
    )
    problem = ledger.verify().problems[0]
    assert (problem.index, problem.entry) == (345, entry.pk)


def test_a_deleted_entry_is_named(ledger):
    entry = nth(345)
    tamper(f"DELETE FROM audit_entry WHERE id = {entry.pk}")
    problem = ledger.verify().problems[0]
    assert (problem.kind, problem.index, problem.entry) == ("deleted", 345, entry.pk)


def test_an_entry_deleted_with_its_leaf_is_named(ledger):
    entry = nth(345)
    tamper(f"DELETE FROM audit_entry WHERE id = {entry.pk}", f"DELETE FROM audit_leaf WHERE entry_id = {entry.pk}")
    assert ledger.verify().problems[0].index == 345


def test_reordered_entries_are_named(ledger):
    tamper(
        "UPDATE audit_leaf SET index = -1 WHERE index = 345",
        "UPDATE audit_leaf SET index = 345 WHERE index = 346",
        "UPDATE audit_leaf SET index = 346 WHERE index = -1",
    )
    assert ledger.verify().problems[0].index == 345


def test_an_entry_inserted_past_the_sealer_is_named(ledger):
    tamper("CREATE TEMP TABLE copied AS SELECT * FROM audit_entry ORDER BY id LIMIT 1")
    tamper("UPDATE copied SET id = 900000", "INSERT INTO audit_entry SELECT * FROM copied")
    problem = ledger.verify().problems[0]
    assert (problem.kind, problem.entry) == ("inserted", 900000)


def test_an_entry_inserted_with_a_leaf_is_named(ledger):
    tamper("CREATE TEMP TABLE copied AS SELECT * FROM audit_entry ORDER BY id LIMIT 1")
    tamper(
        "UPDATE copied SET id = 900000",
        "INSERT INTO audit_entry SELECT * FROM copied",
        "UPDATE audit_leaf SET index = index + 1000000 WHERE index >= 345",
        "INSERT INTO audit_leaf SELECT 345, 900000, at, sha256, sm3 FROM audit_leaf WHERE index = 0",
        "UPDATE audit_leaf SET index = index - 999999 WHERE index >= 1000000",
    )
    assert ledger.verify().problems[0].index == 345


def test_a_cut_tail_is_told(ledger):
    tamper(
        "DELETE FROM audit_leaf WHERE index >= 500",
        "DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_leaf)",
    )
    assert "truncated" in ledger.kinds()


def test_a_database_set_back_is_told_by_the_published_checkpoint(ledger):
    shutil.rmtree(ledger.folder / "witness")
    set_back(400)
    assert ledger.kinds()[0] == "rolled-back"


def test_a_database_set_back_with_its_folder_is_told_by_the_witness(ledger):
    set_back(400)
    ledger.store.publish("checkpoint", Checkpoint.objects.get(size=400).note.encode())
    assert "rolled-back" in ledger.kinds()


def set_back(size):
    tamper(
        f"DELETE FROM audit_checkpoint WHERE size > {size}",
        f"DELETE FROM audit_leaf WHERE index >= {size}",
        "DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_leaf)",
    )


def test_a_ledger_rewritten_and_signed_with_another_key_is_told(ledger):
    forger = NoteSigner("xingdun/test", Signer.generate("ed25519"))
    record = Checkpoint.objects.get(size=600)
    forged = SignedCheckpoint("xingdun/test", 600, b"\x01" * 32, b"\x02" * 32).sign([forger])
    tamper(f"UPDATE audit_checkpoint SET note = '{forged}' WHERE size = {record.size}")
    assert "checkpoint" in ledger.kinds()


def test_an_old_checkpoint_that_was_rewritten_is_told(ledger):
    note = Checkpoint.objects.get(size=400).note.replace("\n400\n", "\n399\n")
    tamper(f"UPDATE audit_checkpoint SET note = '{note}' WHERE size = 400")
    assert ledger.kinds()


@pytest.mark.parametrize("number", [0, 300, 599])
def test_an_export_with_one_changed_line_is_refused(ledger, tmp_path, number):
    import zipfile

    file, forged = tmp_path / "ledger.zip", tmp_path / "forged.zip"
    export(file, keys=ledger.keys)
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "entries.ndjson":
                lines = data.split(b"\n")
                lines[number] = lines[number].replace(b"test.write", b"test.wrote")
                data = b"\n".join(lines)
            target.writestr(name, data)
    with pytest.raises(LogMismatchError) as told:
        verify_export(forged, policy=policy_of(ledger.keys))
    assert told.value.first == number


def test_an_export_signed_by_a_stranger_is_refused(ledger, tmp_path):
    export(tmp_path / "ledger.zip", keys=ledger.keys)
    stranger = NoteSigner("xingdun/test", Signer.generate("ed25519"))
    with pytest.raises(MerkleError):
        verify_export(tmp_path / "ledger.zip", policy=policy_of(f"{stranger.key}\n"))
