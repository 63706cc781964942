"""A witness over HTTP, as C2SP describes it: it cosigns what continues what it knows, and nothing else."""

import threading
import time
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from xingdun.audit.errors import RolledBack, WitnessUnusable
from xingdun.audit.models import Checkpoint as Record
from xingdun.audit.witnesses import HttpWitness
from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.merkle.checkpoint import Checkpoint
from xingdun.kernel.merkle.errors import ProofError
from xingdun.kernel.merkle.hashing import SHA256
from xingdun.kernel.merkle.note import Note, NoteSigner, verify_note
from xingdun.kernel.merkle.verify import verify_consistency

pytestmark = pytest.mark.django_db


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        status, answer = self.server.witness.judge(self.path, self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


class OutsideWitness:
    """What stands on somebody else's machine."""

    def __init__(self):
        self.known = None
        self.signer = NoteSigner("witness.example/w", Signer.generate("ed25519"), cosignature=True)
        self.server = HTTPServer(("127.0.0.1", 0), _Handler)
        self.server.witness = self
        self.address = f"http://127.0.0.1:{self.server.server_port}/w"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def judge(self, path, body):
        assert path == "/w/add-checkpoint"
        head, _, note = body.partition(b"\n\n")
        old, *proof = head.decode().split("\n")
        told = Checkpoint.parse(Note.parse(note).text)
        size = self.known.size if self.known else 0
        if int(old.removeprefix("old ")) != size:
            return 409, f"{size}\n".encode()
        if self.known:
            try:
                verify_consistency(
                    SHA256,
                    first=size,
                    second=told.size,
                    first_root=self.known.root,
                    second_root=told.root,
                    path=[b64decode(line) for line in proof],
                )
            except ProofError:
                return 422, b""
        self.known = told
        return 200, f"{self.signer.sign(Note.parse(note).text, time=int(time.time()))}\n".encode()


@pytest.fixture
def outside():
    made = OutsideWitness()
    yield made
    made.server.shutdown()
    made.server.server_close()


def note_at(size):
    return Note.parse(Record.objects.get(size=size).note)


def test_it_cosigns_a_ledger_that_grows(ledger, outside):
    witness = HttpWitness(outside.address, ledger.store)
    for size in (200, 400, 600):
        witness.tell(note_at(size))
    kept = witness.newest()
    assert Checkpoint.parse(kept.text).size == outside.known.size == 600
    assert verify_note(kept, [outside.signer.key])


def test_one_that_remembers_more_than_we_do_is_begun_with_where_it_stands(ledger, outside):
    HttpWitness(outside.address, ledger.store).tell(note_at(200))
    forgetful = HttpWitness(outside.address + "/", ledger.store)
    forgetful.tell(note_at(600))
    assert outside.known.size == 600


def test_another_history_is_not_cosigned(ledger, outside):
    HttpWitness(outside.address, ledger.store).tell(note_at(400))
    forged = Checkpoint("xingdun/test", 600, b"\x07" * 32, b"\x08" * 32).sign(ledger.signers)
    with pytest.raises(WitnessUnusable, match="422"):
        HttpWitness(outside.address, ledger.store).tell(forged)
    assert outside.known.size == 400


def test_a_deaf_witness_holds_nothing_up(ledger):
    with pytest.raises(WitnessUnusable):
        HttpWitness("http://127.0.0.1:9/w", ledger.store).tell(note_at(200))
    ledger.write()
    sealer = ledger.running
    sealer.witnesses = [HttpWitness("http://127.0.0.1:9/w", ledger.store)]
    assert sealer.seal() == 1


def test_its_cosigned_checkpoint_tells_of_a_database_set_back(ledger, outside, as_owner):
    from django.db import connection

    witness = HttpWitness(outside.address, ledger.store)
    witness.tell(note_at(600))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_checkpoint DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_checkpoint WHERE size > 400")
    ledger.store.publish("checkpoint", str(note_at(400)).encode())
    again = ledger.sealer()
    again.witnesses = [witness]
    with pytest.raises(RolledBack):
        again.open()
