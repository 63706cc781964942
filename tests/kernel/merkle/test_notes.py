"""Signed notes and checkpoints: what is believed, what is passed over, what is refused."""

import base64

import pytest

from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.merkle import (
    SHA256,
    SM3,
    Checkpoint,
    Note,
    NoteFormatError,
    NoteKey,
    NoteSignature,
    NoteSignatureError,
    NoteSigner,
    SignatureType,
    TrustPolicy,
    open_checkpoint,
    verify_note,
)

ORIGIN = "hospital.example/ledger"
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def note_signer(algorithm, name=ORIGIN, *, cosignature=False):
    return NoteSigner(name, Signer.generate(algorithm), cosignature=cosignature)


@pytest.fixture(scope="module")
def logs():
    return [note_signer("ed25519"), note_signer("sm2")]


@pytest.fixture(scope="module")
def witnesses():
    return [
        note_signer("ed25519", "province.example/w1", cosignature=True),
        note_signer("sm2", "city.example/w2", cosignature=True),
    ]


@pytest.fixture(scope="module")
def checkpoint():
    return Checkpoint(ORIGIN, 20852163, SHA256.leaf(b"root"), SM3.leaf(b"root"))


@pytest.fixture(scope="module")
def note(checkpoint, logs, witnesses):
    signed = checkpoint.sign(logs)
    return signed.signed(*(each.sign(signed.text, time=1_790_000_000) for each in witnesses))


def policy(logs, witnesses=(), *, signatures=1, quorum=0, origin=ORIGIN):
    keys = tuple(each.key for each in logs)
    return TrustPolicy(origin, keys, signatures, tuple(each.key for each in witnesses), quorum)


def test_the_specifications_example_verifies():
    note = Note.parse(EXAMPLE)
    (signed,) = verify_note(note, [NoteKey.parse(EXAMPLE_KEY)])
    assert signed.key.name == "example.com/foo"
    assert str(note) == EXAMPLE
    assert str(signed.key) == EXAMPLE_KEY


def test_a_checkpoint_signed_twice_and_cosigned_twice_opens(note, checkpoint, logs, witnesses):
    opened = open_checkpoint(bytes(note), policy(logs, witnesses, signatures=2, quorum=2))
    assert opened.checkpoint == checkpoint
    assert [each.key.type for each in opened.signed] == [SignatureType.ED25519, SignatureType.SM2]
    assert [each.time for each in opened.cosigned] == [1_790_000_000] * 2
    assert opened.checkpoint.root_of("sha256") == checkpoint.root
    assert opened.checkpoint.root_of("sm3") == checkpoint.sm3_root


def test_the_text_is_what_the_specification_says(checkpoint):
    root, sm3 = (base64.b64encode(each).decode() for each in (checkpoint.root, checkpoint.sm3_root))
    assert checkpoint.text == f"{ORIGIN}\n20852163\n{root}\nsm3-root {sm3}\n"
    assert Checkpoint.parse(checkpoint.text) == checkpoint
    other = Checkpoint(ORIGIN, 0, SHA256.empty, None, ("an extension", "and one more"))
    assert Checkpoint.parse(other.text) == other


def test_keys_nobody_knows_are_passed_over(note, logs):
    stranger = note_signer("sm2")
    crowded = note.signed(stranger.sign(note.text), NoteSignature("someone", b"\0\0\0\0", b"nonsense"))
    assert len(open_checkpoint(crowded, policy(logs[:1])).signed) == 1
    with pytest.raises(NoteSignatureError, match="none of the known keys"):
        open_checkpoint(note, policy([note_signer("ed25519")]))


def test_a_false_signature_of_a_known_key_spoils_the_note(note, logs):
    own = note.signatures[0]
    forged = NoteSignature(own.name, own.key_id, own.signature[:-1] + bytes([own.signature[-1] ^ 1]))
    for signatures in ((forged, *note.signatures[1:]), (*note.signatures, forged)):
        with pytest.raises(NoteSignatureError, match="false"):
            open_checkpoint(Note(note.text, signatures), policy(logs))


def test_another_key_with_the_same_name_and_id_signs_nothing(note, logs):
    impostor = note_signer("ed25519").signer
    line = NoteSignature(ORIGIN, logs[0].key.key_id, impostor.sign(note.text.encode()))
    with pytest.raises(NoteSignatureError, match="false"):
        open_checkpoint(Note(note.text, (line,)), policy(logs))


@pytest.mark.parametrize("place", range(4))
def test_reordered_lines_are_another_text(note, logs, place):
    lines = note.text.splitlines(keepends=True)
    lines.insert(0, lines.pop(place))
    if place:
        with pytest.raises(NoteSignatureError):
            open_checkpoint(Note("".join(lines), note.signatures), policy(logs))


@pytest.mark.parametrize("at", range(0, 130, 7))
def test_any_changed_character_of_the_text_is_seen(note, logs, at):
    text = note.text[:at] + chr(ord(note.text[at]) ^ 1) + note.text[at + 1 :]
    with pytest.raises((NoteSignatureError, NoteFormatError)):
        open_checkpoint(str(note).replace(note.text, text, 1), policy(logs))


def test_a_note_cut_anywhere_never_shows_another_state(note, checkpoint, logs):
    whole = bytes(note)
    for end in range(len(whole)):
        try:
            opened = open_checkpoint(whole[:end], policy(logs))
        except (NoteFormatError, NoteSignatureError):
            continue
        assert opened.checkpoint == checkpoint


def test_too_few_signatures_or_witnesses_are_not_enough(note, logs, witnesses):
    only_ed25519 = Note(note.text, note.signatures[:1])
    assert open_checkpoint(only_ed25519, policy(logs)).signed
    with pytest.raises(NoteSignatureError, match="1 of the log's keys"):
        open_checkpoint(only_ed25519, policy(logs, signatures=2))
    with pytest.raises(NoteSignatureError, match="1 witnesses"):
        open_checkpoint(Note(note.text, note.signatures[:3]), policy(logs, witnesses, quorum=2))


def test_one_key_counts_once_however_often_it_signed(note, logs, witnesses):
    again = note.signed(logs[1].sign(note.text), witnesses[0].sign(note.text, time=1_790_000_001))
    opened = open_checkpoint(again, policy(logs[1:], witnesses[:1]))
    assert (len(opened.signed), len(opened.cosigned)) == (1, 1)
    assert note.signed(note.signatures[0]) == note
    twin = NoteSigner("other.example", witnesses[0].signer, cosignature=True)
    with pytest.raises(NoteFormatError, match="count twice"):
        policy(logs, [witnesses[0], twin], quorum=2)


def test_a_witness_alone_is_not_the_log(note, logs, witnesses):
    with pytest.raises(NoteSignatureError, match="0 of the log's keys"):
        open_checkpoint(Note(note.text, note.signatures[2:]), policy(logs, witnesses))


def test_a_cosignature_moved_in_time_is_false(note, logs, witnesses):
    line = note.signatures[2]
    later = NoteSignature(line.name, line.key_id, (1_800_000_000).to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(NoteSignatureError, match="false"):
        open_checkpoint(Note(note.text, (*note.signatures[:2], later)), policy(logs, witnesses))
    for wrong in (b"short", b"\xff" * 72):
        with pytest.raises(NoteSignatureError, match="malformed"):
            witnesses[0].key.verify(note.text, wrong)


def test_a_logs_signature_is_not_taken_for_a_cosignature_nor_the_other_way(note, logs):
    same_key = NoteSigner(ORIGIN, logs[0].signer, cosignature=True)
    assert same_key.key.key_id != logs[0].key.key_id
    with pytest.raises(NoteSignatureError, match="none of the known"):
        verify_note(note, [same_key.key])
    with pytest.raises(NoteFormatError, match="with its time"):
        same_key.sign(note.text)
    with pytest.raises(NoteFormatError, match="without one"):
        logs[0].sign(note.text, time=1)


def test_another_logs_checkpoint_is_refused(note, logs):
    with pytest.raises(NoteSignatureError, match="not of"):
        open_checkpoint(note, policy(logs, origin="other.example/ledger"))


@pytest.mark.parametrize("kind", list(SignatureType))
def test_key_lines_read_back(kind):
    key = NoteSigner("a.example/b", Signer.generate(kind.algorithm), cosignature=kind.timestamped).key
    assert NoteKey.parse(str(key)) == key
    assert key.type is kind


@pytest.mark.parametrize(
    "line",
    [
        "",
        "example.com/foo",
        EXAMPLE_KEY[:-1],
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("foo", "bar"),
        EXAMPLE_KEY.replace("+Ae", "+Ke"),
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AQ==",
    ],
)
def test_damaged_key_lines_are_refused(line):
    with pytest.raises(NoteFormatError):
        NoteKey.parse(line)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        "text\n\n— name\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAAA=".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "te\txt\n\n— name AAAAAAA=\n".encode(),
        "te\rxt\n\n— name AAAAAAA=\n".encode(),
        b"\xff\n\nname\n",
        "\n\n— name AAAAAAA=\n".encode(),
        b"text\n\n" + "— name AAAAAAA=\n".encode() * 101,
        b"a" * (1 << 20) + b"\n\n",
        "text\n\n\ud800\n",
    ],
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(NoteFormatError):
        Note.parse(text)


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        f"origin\n1\n{ROOT}",
        "origin\n1\n",
        f"\n1\n{ROOT}\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n 1\n{ROOT}\n",
        f"origin\n१\n{ROOT}\n",
        f"origin\n99999999999999999999\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-1]}\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{ROOT}\n\nextension\n",
        f"origin\n1\n{ROOT}\nsm3-root AAAA\n",
        f"origin\n1\n{ROOT}\nextension\nsm3-root {ROOT}\n",
        f"origin\n1\n{ROOT}\nsm3-root {ROOT}\nsm3-root {ROOT}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteFormatError):
        Checkpoint.parse(text)


@pytest.mark.parametrize("signatures", [0, 3])
def test_a_policy_nobody_could_fail_or_meet_is_refused(logs, signatures):
    with pytest.raises(NoteFormatError):
        policy(logs, signatures=signatures)


def test_a_policy_keeps_logs_and_witnesses_apart(logs, witnesses):
    with pytest.raises(NoteFormatError):
        policy(witnesses)
    with pytest.raises(NoteFormatError):
        policy(logs, logs)
    with pytest.raises(NoteFormatError):
        policy(logs, witnesses, quorum=3)
