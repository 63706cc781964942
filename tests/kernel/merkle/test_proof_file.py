"""A proof file shows an entry to someone who holds the log's key line and nothing else."""

import pytest

from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.merkle import (
    SHA256,
    SM3,
    Checkpoint,
    LogProof,
    MemoryTree,
    NoteFormatError,
    NoteSignatureError,
    NoteSigner,
    ProofError,
    TrustPolicy,
    inclusion_proof,
    root_at,
)

ORIGIN = "hospital.example/ledger"
ENTRIES = [b"entry %d" % number for number in range(100)]
TREES = {tree.name: MemoryTree(tree, tree.leaves(ENTRIES)) for tree in (SHA256, SM3)}


@pytest.fixture(scope="module")
def log():
    return NoteSigner(ORIGIN, Signer.generate("sm2"))


@pytest.fixture(scope="module")
def trust(log):
    return TrustPolicy(ORIGIN, (log.key,))


@pytest.fixture(scope="module")
def note(log):
    return Checkpoint(ORIGIN, 100, root_at(TREES["sha256"], 100), root_at(TREES["sm3"], 100)).sign([log])


def proof_of(index, note, tree="sha256", extra=None):
    return LogProof(index, tuple(inclusion_proof(TREES[tree], index, 100)), note, tree, extra)


@pytest.mark.parametrize("tree", ["sha256", "sm3"])
@pytest.mark.parametrize("extra", [None, b"", b"anything"])
def test_a_proof_reads_back_and_holds(note, trust, tree, extra):
    for index in (0, 1, 63, 64, 99):
        proof = proof_of(index, note, tree, extra)
        again = LogProof.parse(str(proof).encode())
        assert again == proof
        assert again.verify(ENTRIES[index], trust).checkpoint.size == 100


def test_the_file_is_laid_out_as_specified(note):
    lines = str(proof_of(64, note, extra=b"why")).split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra d2h5", "index 64"]
    assert lines[lines.index("") + 1] == ORIGIN
    assert str(note) in str(proof_of(64, note))


def test_a_log_of_one_entry_needs_no_path(log, trust):
    note = Checkpoint(ORIGIN, 1, SHA256.leaf(b"only")).sign([log])
    proof = LogProof.parse(str(LogProof(0, (), note)))
    assert proof.verify(b"only", trust).checkpoint.size == 1
    with pytest.raises(ProofError, match="no root of the sm3 tree"):
        LogProof(0, (), note, "sm3").verify(b"only", trust)


def test_another_entry_place_or_signer_is_refused(note, trust, log):
    proof = proof_of(42, note)
    with pytest.raises(ProofError):
        proof.verify(ENTRIES[41], trust)
    with pytest.raises(ProofError):
        LogProof(41, proof.path, note).verify(ENTRIES[42], trust)
    with pytest.raises(ProofError):
        LogProof(42, proof.path, note, "sm3").verify(ENTRIES[42], trust)
    with pytest.raises(NoteSignatureError):
        proof.verify(ENTRIES[42], TrustPolicy(ORIGIN, (NoteSigner(ORIGIN, Signer.generate("sm2")).key,)))


def test_every_line_of_the_file_matters(note, trust):
    lines = str(proof_of(42, note)).splitlines(keepends=True)
    for at in range(len(lines)):
        changed = [[*lines[:at], *lines[at + 1 :]], [*lines[:at], lines[at], *lines[at:]]]
        for text in map("".join, changed):
            if text.count("— ") == 2:
                continue  # the log's own line twice says nothing new
            with pytest.raises((NoteFormatError, NoteSignatureError, ProofError)):
                LogProof.parse(text).verify(ENTRIES[42], trust)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 42", "index 042"),
        ("index 42", "index -1"),
        ("index 42", "place 42"),
        ("index 42\n", "index 42\nAAAA\n"),
        ("index 42\n", "index 42\n!!!!\n"),
        ("index 42\n", "extra AAB=\nindex 42\n"),
        ("index 42\n", "index 42\n" + ("A" * 43 + "=\n") * 64),
    ],
)
def test_malformed_files_are_refused(note, old, new):
    with pytest.raises(NoteFormatError):
        LogProof.parse(str(proof_of(42, note)).replace(old, new, 1))
    with pytest.raises(NoteFormatError):
        LogProof.parse(b"\xff")
