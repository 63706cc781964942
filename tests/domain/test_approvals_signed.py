"""Decisions are signed by their person's key, and anyone checks them with the public key alone."""

import base64
import json
import subprocess

import pytest
from django.db import DatabaseError, transaction

from xingdun.approvals import services, signatures
from xingdun.approvals.models import Decision
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.keys import services as keys
from xingdun.keys.models import PersonalKey
from xingdun.organisation import services as organisation

pytestmark = pytest.mark.django_db
DSO, HEAD = services.StepWanted(Role.DSO), services.StepWanted(Role.HEAD)


@pytest.fixture
def decided(hospital):
    """An approval of two steps, the first approved by the head, the second by the officer."""
    process = services.process_open(
        about=hospital.departments["RES"],
        title="科研取数",
        content={"fields": ["diagnosis"]},
        steps=(HEAD, DSO),
        by=hospital.applicant,
        now=hospital.now,
    )
    for by in (hospital.head, hospital.dso):
        process = services.process_approve(process=process, by=by, now=hospital.now)
    return process


@pytest.mark.usefixtures("watched")
def test_a_decision_is_signed_and_stays_checkable_after_its_person_has_left(hospital, decided, tmp_path):
    decision = decided.decisions.get(person=hospital.dso)
    told = json.loads(signatures.message(decision))
    assert told["content"] == services.content_digest({"fields": ["diagnosis"]})
    assert (told["about"], told["step"], told["approves"]) == (decided.about, 2, True)
    assert told["person"] == told["seat"] == hospital.dso.reference
    assert decision.key.algorithm == "sm2"
    assert signatures.is_genuine(decision)
    entry = Entry.objects.get(action="approval.approve", actor=hospital.dso.reference)
    assert entry.details["signature"] == decision.signature, "the ledger holds the signature itself"
    made = Entry.objects.get(action="personalkey.create", about=decision.key.reference)
    assert made.details["person"] == hospital.dso.reference, "and whose key it is"

    organisation.person_leave(person=hospital.dso, by=hospital.system_admin, now=hospital.now)
    decision = Decision.objects.get(pk=decision.pk)
    assert decision.key.retired_at
    assert decision.key.sealed_private == ""
    assert signatures.is_genuine(decision)
    (tmp_path / "key.pem").write_text(decision.key.public)
    (tmp_path / "statement").write_bytes(signatures.message(decision))
    (tmp_path / "signature").write_bytes(base64.b64decode(decision.signature))
    openssl = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -digest sm3 -in statement -sigfile signature"
    told = subprocess.run(
        [*openssl.split(), "-pkeyopt", "distid:1234567812345678"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr


def test_an_altered_decision_is_found_and_the_web_can_alter_none(hospital, decided, as_owner):
    decision = decided.decisions.get(person=hospital.dso)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(reason="改")
    with pytest.raises(DatabaseError), transaction.atomic():
        PersonalKey.objects.filter(pk=decision.key_id).update(public="")
    with pytest.raises(DatabaseError), transaction.atomic():
        PersonalKey.objects.filter(pk=decision.key_id).delete()
    with as_owner():
        Decision.objects.filter(pk=decision.pk).update(changes={"days": 365})
    assert not signatures.is_genuine(Decision.objects.get(pk=decision.pk))


def test_one_key_a_person_and_algorithm(hospital, decided):
    before = PersonalKey.objects.count()
    assert before == 2
    for algorithm, count in (("sm2", before), ("ed25519", before + 1)):
        record, signature = keys.personal_sign(
            institution=hospital.institution.pk,
            person=hospital.dso.reference,
            message=b"x",
            by=hospital.dso,
            now=hospital.now,
            algorithm=algorithm,
        )
        assert (record.algorithm, PersonalKey.objects.count()) == (algorithm, count)
        assert signature
