import pytest
from django.db import connection, transaction

from xingdun.audit import proofs
from xingdun.audit import services as audit
from xingdun.audit.errors import NotSealedYet, RolledBack
from xingdun.audit.export import export
from xingdun.audit.export_file import verify_export
from xingdun.audit.models import Checkpoint, Entry, Leaf, Pending
from xingdun.audit.trust import policy_of
from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.hashing import SHA256, SM3
from xingdun.kernel.merkle.proof_file import LogProof

pytestmark = pytest.mark.django_db


def test_every_committed_entry_is_sealed_once_and_the_ledger_is_sound(ledger):
    assert Leaf.objects.count() == Entry.objects.count() == 600
    assert not Pending.objects.exists()
    report = ledger.verify()
    assert report.sound, report.problems
    assert report.entries == report.size == 600


def test_each_round_signs_one_checkpoint_and_the_witness_keeps_it(ledger):
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [200, 400, 600]
    assert (ledger.folder / "witness" / "600.note").exists()


def test_a_write_that_is_rolled_back_leaves_no_entry(ledger):
    with transaction.atomic():
        ledger.write()
        transaction.set_rollback(True)
    assert ledger.running.seal() == 0
    assert ledger.verify().sound


def test_an_entry_outside_a_transaction_is_refused(transactional_db, hospital):
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(actor="system:test", action="test", about="test:1", now=hospital.now)


@pytest.mark.parametrize("tree", [SHA256, SM3], ids=lambda tree: tree.name)
def test_an_entry_is_proven_by_a_file_that_checks_itself(ledger, tree):
    entry = Entry.objects.order_by("id")[123]
    text = str(proofs.prove(entry, ledger.store, tree=tree))
    opened = LogProof.parse(text).verify(entry.content.encode(), policy_of(ledger.keys))
    assert opened.checkpoint.size == 600
    with pytest.raises(MerkleError):
        LogProof.parse(text).verify(entry.content.encode() + b" ", policy_of(ledger.keys))


def test_an_entry_has_no_proof_before_it_is_sealed(ledger):
    ledger.write()
    with pytest.raises(NotSealedYet):
        proofs.prove(Entry.objects.order_by("-id").first(), ledger.store)


def test_a_sealer_that_died_before_writing_its_tiles_is_followed_by_one_that_writes_them(ledger, monkeypatch):
    from xingdun.audit.storage import FolderTileStore

    ledger.write(300)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(FolderTileStore, "put", die)
        with pytest.raises(KeyboardInterrupt):
            ledger.running.seal()
    after = ledger.sealer()
    after.open()
    ledger.write(5)
    after.seal()
    report = ledger.verify()
    assert report.sound, report.problems
    assert report.size == 905


def test_a_torn_tile_at_the_edge_is_written_again_from_the_leaves(ledger):
    tile = next(path for path in ledger.store.folder.rglob("tile/0/*.p/*") if path.is_file())
    tile.write_bytes(tile.read_bytes()[:100])
    ledger.sealer().open()
    assert ledger.verify().sound


def test_a_changed_tile_is_told(ledger):
    tile = ledger.store.folder / "tile/0/001"
    tile.write_bytes(bytes(len(tile.read_bytes())))
    assert ledger.verify().problems[0].index == 256


def test_nothing_is_sealed_onto_a_database_that_was_set_back(ledger):
    """Setting back a backup removes the newest leaves and checkpoints; the folder and the witness remember."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_checkpoint DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_checkpoint WHERE size > 400")
    with pytest.raises(RolledBack):
        ledger.sealer().open()


def test_an_export_is_checked_with_nothing_else(ledger, tmp_path):
    file = tmp_path / "ledger.zip"
    assert export(file, keys=ledger.keys) == 600
    report, checkpoint = verify_export(file, policy=policy_of(ledger.keys))
    assert (report.size, report.sealed, checkpoint.size) == (600, 600, 600)


def test_personal_words_are_not_readable_in_the_ledger(hospital):
    with transaction.atomic():
        written = audit.record(
            actor=hospital.dso, action="test", about="test:1", now=hospital.now, reason="患者张三的病历"
        )
    entry = Entry.objects.get(pk=written.pk)
    assert "张三" not in entry.content
    from xingdun.keys import services as keys

    assert keys.open_personal_words(hospital.institution.pk, entry.sealed) == "患者张三的病历"
