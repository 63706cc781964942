"""A proof pack: how a clause stood on a day, made from the database, checked with nothing but the file."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from pypdf import PdfReader

from xingdun.approvals import services as approvals
from xingdun.audit.errors import NotSealedYet
from xingdun.audit.models import Entry
from xingdun.audit.sealer import Sealer
from xingdun.audit.storage import FolderTileStore
from xingdun.audit.trust import policy_of
from xingdun.frame.checks import satisfied, violated
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import local
from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.merkle.checkpoint import Checkpoint
from xingdun.kernel.merkle.hashing import SHA256
from xingdun.kernel.merkle.note import NoteSigner
from xingdun.kernel.merkle.proof_file import LogProof
from xingdun.obligations import services
from xingdun.obligations.models import PostureChange
from xingdun.obligations.packs import errors, form
from xingdun.obligations.packs.checking import verify_pack
from xingdun.obligations.services.packs import Ledger, pack_create

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
CLAUSE = "MEASURES-11a"
DAY = timedelta(days=1)


@pytest.fixture
def keys():
    return [NoteSigner("xingdun/test", Signer.generate(algorithm)) for algorithm in ("ed25519", "sm2")]


@pytest.fixture
def book(as_owner, tmp_path, keys):
    """The ledger of the test: sealed whenever someone waits for it."""
    with as_owner():
        sealer = Sealer("xingdun/test", keys, FolderTileStore(tmp_path / "tiles"), [])
        sealer.open()

    def settle():
        with as_owner():
            sealer.seal()

    return Ledger(sealer.store, "".join(f"{key.key}\n" for key in keys), settle)


@pytest.fixture
def story(hospital, laws, networks):
    """Two networks are to be evaluated; one report is there, approved by two people, the other network has none."""
    evaluation = laws.duty("evaluation", subject="network", clauses=(CLAUSE, "INTERNET-8.2e"))
    laws.become(evaluation=evaluation, other=laws.duty("other"))
    networks |= {"IT": {}, "MED": {}}
    it, med = (hospital.departments[code] for code in ("IT", "MED"))
    process = approvals.process_open(
        about=it,
        title="等级测评",
        content={"network": "IT"},
        steps=[approvals.StepWanted(Role.HEAD), approvals.StepWanted(Role.DSO)],
        by=hospital.applicant,
        now=hospital.now,
    )
    for by in (hospital.head, hospital.dso):
        process = approvals.process_approve(process=process, by=by, now=hospital.now)
    for name, classification in (("测评报告.pdf", "internal"), ("漏洞清单.pdf", "confidential")):
        services.evidencefile_create(
            title=name,
            file=SimpleUploadedFile(name, PDF + name.encode() + b"%%EOF", "application/pdf"),
            duties=["evaluation"],
            subject=it.reference,
            classification=classification,
            by=hospital.security_admin,
            now=hospital.now,
        )
    laws.measure(
        "evaluation",
        lambda _: [satisfied([process], subject=it), violated([med], "no report", subject=med)],
    )
    laws.measure("other", lambda _: satisfied())
    services.posture_measure(institution=hospital.institution.pk, now=hospital.now)
    return hospital


@pytest.fixture
def make(story, book):
    def made(**more):
        facts = {"clause": CLAUSE, "by": story.dso, "roles": frozenset({Role.DSO}), "now": story.now} | more
        return pack_create(**{"institution": story.institution.pk, "ledger": book} | facts)

    return made


def members(pack):
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_pack_tells_and_proves_how_the_clause_stands(story, make, book):
    """Readable, whole, and checked by its own digests, proofs and signatures under the keys one trusts."""
    pack = make()
    report = verify_pack(pack.content, policy=policy_of(book.keys))
    assert report.faults == []
    assert (report.trust, report.clause, report.states) == ("given", CLAUSE, {"met": 1, "violated": 1})
    assert (report.decisions, report.evidence, report.withheld, report.unproven) == (2, 2, 0, 0)
    assert verify_pack(pack.content).trust == "inside"
    held = members(pack.content)
    index = json.loads(held[form.INDEX])
    assert index["clause"]["text"]["zh"]
    assert index["duties"][0]["because"]["zh"]
    assert {each["name"] for each in index["answers"]} == {"信息中心", "医务处"}
    assert sorted(each["person"] for each in index["decisions"]) == sorted([story.head.name, story.dso.name])
    assert PDF + "测评报告.pdf".encode() + b"%%EOF" in held.values()
    told = {
        json.loads(content)["action"] for path, content in held.items() if path.endswith(".json") and "entries" in path
    }
    assert {"approval.open", "approval.approve", "personalkey.create", "evidencefile.create"} <= told
    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(held["report.docx"])).paragraphs)
    printed = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(held["report.pdf"])).pages)
    assert f"{CLAUSE} · 杏林医院" in words
    for told in ("杏林医院", "Proof of a clause", story.head.name):
        assert told in printed.replace("\n", "")
    sealed = json.loads(held[form.SEAL_ENTRY])
    assert (sealed["action"], sealed["details"]["pack"]) == ("pack.create", pack.digest)
    assert Entry.objects.filter(action="pack.create", actor=story.dso.reference).count() == 1


def test_what_the_reader_may_not_see_goes_along_by_its_digest(story, make, book):
    pack = make(by=story.legal, roles=frozenset({Role.LEGAL}))
    report = verify_pack(pack.content, policy=policy_of(book.keys))
    assert (report.faults, report.evidence, report.withheld) == ([], 2, 1)
    index = json.loads(members(pack.content)[form.INDEX])
    withheld = next(each for each in index["evidence"] if not each["path"])
    assert (withheld["classification"], withheld["withheld"]) == ("confidential", "classification")
    assert withheld["sha256"]
    assert "漏洞清单.pdf".encode() + b"%%EOF" not in pack.content


def test_every_byte_counts_and_the_member_is_named(make, book, keys):
    """One byte of each member, and of the archive around it, is turned: the check says which member it was."""
    pack = make().content
    trusted = policy_of(book.keys)
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        places = archive.infolist()
    for one in places:
        start = one.header_offset + 30 + len(one.filename.encode())
        for at in {start, start + one.file_size - 1}:
            turned = bytearray(pack)
            turned[at] ^= 0x01
            report = verify_pack(bytes(turned), policy=trusted)
            assert {fault.member for fault in report.faults} == {one.filename}, (one.filename, at, report.faults)
    # the same within a sound archive: as who puts the pack together anew would do it
    held = members(pack)
    for path, content in held.items():
        turned = bytearray(content)
        turned[len(turned) // 2] ^= 0x01
        report = verify_pack(form.write({**held, path: bytes(turned)}), policy=trusted)
        assert path in {fault.member for fault in report.faults}, (path, report.faults)
        report = verify_pack(form.write({name: held[name] for name in held if name != path}), policy=trusted)
        assert path in {fault.member for fault in report.faults}, path
    assert [fault.kind for fault in verify_pack(form.write({**held, "more.txt": b"x"})).faults] == ["added"]
    # every byte that belongs to no member's content
    inside = set()
    for one in places:
        start = one.header_offset + 30 + len(one.filename.encode())
        inside |= set(range(start, start + one.file_size))
    around = [at for at in range(len(pack)) if at not in inside]
    for at in around[:: max(1, len(around) // 50)]:
        turned = bytearray(pack)
        turned[at] ^= 0x01
        try:
            found = verify_pack(bytes(turned), policy=trusted).faults
        except errors.PackUnreadable:
            continue
        assert found, at


def test_whoever_makes_a_pack_of_their_own_is_not_believed(make, book, keys):
    """A pack that proves itself under other keys passes only where its own keys are taken for true."""
    pack = make().content
    strangers = [NoteSigner("xingdun/test", Signer.generate(algorithm)) for algorithm in ("ed25519", "sm2")]
    others = policy_of("".join(f"{key.key}\n" for key in strangers))
    assert verify_pack(pack, policy=others).faults[0].member == form.SEAL_PROOF
    held = members(pack)
    index = json.loads(held[form.INDEX])
    index["answers"][0]["state"] = "not_applicable"
    report = verify_pack(form.write({**held, form.INDEX: form.text(index)}))
    assert [fault.member for fault in report.faults] == [form.INDEX]


def test_a_pack_made_to_break_its_reader_is_only_refused(keys):
    """Of a ledger of its own, and so proven as far as it goes: what lies in it is read within bounds."""
    posture = b"[" * 100_000
    index = {"form": form.FORM, "clause": {"id": CLAUSE}, "on": "2026-01-01", "made_at": "", "left_out": 0}
    index |= {"institution": {"id": "i", "name": "n"}, "answers": [], "entries": [], "duties": []}
    index["posture"] = {"digest": form.lines_digest(posture)}
    lines = "".join(f"{key.key}\n" for key in keys).encode()
    index["members"] = {form.POSTURE: form.digests(posture), form.KEYS: form.digests(lines)}
    told = {"action": form.SEALED_BY, "at": "", "institution": "i"}
    entry = form.text(told | {"details": {"pack": form.digests(form.text(index))["sha256"]}})
    note = Checkpoint("xingdun/test", 1, SHA256.leaf(entry)).sign(keys)
    held = {form.INDEX: form.text(index), form.POSTURE: posture, form.KEYS: lines, form.SEAL_ENTRY: entry}
    report = verify_pack(form.write({**held, form.SEAL_PROOF: str(LogProof(0, (), note)).encode()}))
    assert [(fault.member, "RecursionError" in fault.told) for fault in report.faults] == [(form.INDEX, True)]


def test_any_past_day_is_proven_by_what_was_sealed_then(story, make, book, laws, as_owner):
    """The posture of that day stands in the ledger by its digest; what came later changes nothing of it."""
    it, med = (story.departments[code] for code in ("IT", "MED"))
    later = story.now + 2 * DAY
    services.days_seal(institution=story.institution.pk, now=later)
    laws.measure("evaluation", lambda _: [satisfied([it], subject=it), satisfied([med], subject=med)])
    services.posture_measure(institution=story.institution.pk, now=later)
    on = local(story.now).date()
    report = verify_pack(make(on=on, now=later).content, policy=policy_of(book.keys))
    assert (report.faults, report.states, report.posture_sealed) == ([], {"met": 1, "violated": 1}, True)
    report = verify_pack(make(now=later).content, policy=policy_of(book.keys))
    assert (report.faults, report.states, report.posture_sealed) == ([], {"met": 2}, False)
    with as_owner():
        PostureChange.objects.filter(duty="evaluation", subject=med.reference, state="violated").update(state="met")
    with pytest.raises(errors.HistoryDiffers):
        make(on=on, now=later)


def test_what_cannot_be_proven_is_refused(story, make, book):
    with pytest.raises(errors.NoSuchClause, match=r"MEASURES-11"):
        make(clause="MEASURES-11zz")
    with pytest.raises(errors.DayAhead):
        make(on=local(story.now + DAY).date())
    with pytest.raises(errors.NothingKnownThen):
        make(on=local(story.now - DAY).date())
    with pytest.raises(errors.PackUnreadable):
        verify_pack(b"no zip")
    compressed = io.BytesIO()
    with zipfile.ZipFile(compressed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pack.json", "{}")
    with pytest.raises(errors.PackUnreadable):
        verify_pack(compressed.getvalue())


def test_it_is_made_by_page_and_by_program(story, book, monkeypatch):
    """The clause's page leads to it; the API gives the same file; who may not prove is refused."""
    monkeypatch.setattr("xingdun.doors.console.views.packs.ledger_here", lambda: book)
    browser = story.client(Role.DSO)
    assert f"obligations.pack/-/create/?clause={CLAUSE}" in browser.get(f"/law/clauses/{CLAUSE}/").content.decode()
    where = "/console/obligations.pack/-/create/"
    assert CLAUSE in browser.get(f"{where}?clause={CLAUSE}").content.decode()
    answer = browser.post(where, {"clause": CLAUSE})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert verify_pack(answer.content, policy=policy_of(book.keys)).faults == []
    refused = browser.post(where, {"clause": "MEASURES-11zz"})
    assert (refused.status_code, "XD-PACK-002" in refused.content.decode()) == (404, True)
    assert story.client(Role.APPLICANT).post(where, {"clause": CLAUSE}).status_code == 403
    sent = {"clause": CLAUSE, "on": local(story.now).date().isoformat()}
    answer = browser.post("/api/v1/obligations.pack/-/create", sent, content_type="application/json")
    assert verify_pack(answer.content, policy=policy_of(book.keys)).faults == []


def test_without_a_sealer_there_is_no_pack(make, monkeypatch, book):
    monkeypatch.setattr("xingdun.obligations.services.packs.PATIENCE", timedelta(0))
    with pytest.raises(NotSealedYet):
        make(ledger=Ledger(book.store, book.keys, lambda: None))
