"""Evidence that people bring: checked, sealed, counted until it expires, read by those who may."""

import hashlib
import io
import random
import zipfile
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test.utils import CaptureQueriesContext

from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.kernel.crypto import sm3
from xingdun.keys.models import DataKey
from xingdun.obligations import evidence_errors as errors
from xingdun.obligations import selectors, services
from xingdun.obligations.catalogue import load
from xingdun.obligations.errors import NoSuchDuty
from xingdun.obligations.media import MediaError, sniff
from xingdun.obligations.models import EvidenceContent, EvidenceFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DUTY, OTHER = list(load().duties)[:2]
TYPES = "[Content_Types].xml"
WORD = {TYPES: b"x", "word/document.xml": b"x"}
MACROS = b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'


def packed(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return made.getvalue()


@pytest.fixture
def bring(hospital):
    def made(data=PDF, name="等级测评报告.pdf", kind="application/pdf", **facts):
        given = {"title": "等级测评报告", "duties": [DUTY], "by": hospital.security_admin, "now": hospital.now} | facts
        return services.evidencefile_create(file=SimpleUploadedFile(name, data, kind), **given)

    return made


def test_evidence_is_sealed_counts_until_it_expires_and_serves_all_its_duties(hospital, bring):
    now, later = hospital.now, hospital.now + timedelta(days=30)
    it = hospital.departments["IT"]
    evidence = bring(duties=[DUTY, OTHER], expires_at=later)
    assert (evidence.sha256, evidence.sm3) == (hashlib.sha256(PDF).hexdigest(), sm3.digest(PDF).hex())
    sealed = bytes(EvidenceContent.objects.get(evidence=evidence).sealed)
    assert PDF not in sealed
    assert b"PDF" not in sealed
    entry = Entry.objects.get(action="evidencefile.create")
    assert (entry.about, entry.details["sha256"], entry.details["sm3"]) == (
        evidence.reference,
        evidence.sha256,
        evidence.sm3,
    )
    for duty in (DUTY, OTHER):
        assert list(selectors.valid_evidence(duty, "", now)) == [evidence]
        assert list(selectors.valid_evidence(duty, it.reference, now)) == [evidence], "as a whole: for each subject"
    assert not selectors.valid_evidence(DUTY, "", later)
    assert not selectors.valid_evidence(DUTY, "", now - timedelta(seconds=1)), "nor before it was brought"

    ahead = bring(data=PDF + b"%%EOF", duties=[], subject=it.reference, counts_from=now + timedelta(days=1))
    assert not selectors.evidence_about(it.reference, now)
    assert list(selectors.evidence_about(it.reference, now + timedelta(days=1))) == [ahead]
    services.evidencefile_serve(evidencefile=ahead, duties=[DUTY], subject=it.reference, by=hospital.dso, now=now)
    after = now + timedelta(days=1)
    assert selectors.evidence_for([DUTY], after) == {(DUTY, ""): [evidence], (DUTY, it.reference): [ahead]}
    services.evidencefile_withdraw(evidencefile=evidence, reason="报告有误", by=hospital.dso, now=after)
    assert selectors.evidence_for([DUTY], after) == {(DUTY, it.reference): [ahead]}
    assert list(selectors.valid_evidence(DUTY, "", now)) == [evidence], "what it showed before stays"
    with pytest.raises(errors.EvidenceWithdrawn):
        services.evidencefile_withdraw(evidencefile=evidence, reason="再撤", by=hospital.dso, now=after)
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidenceFile.objects.filter(pk=evidence.pk).update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidenceContent.objects.filter(evidence=evidence).delete()


def test_content_is_read_by_those_who_may_and_each_reading_is_told(hospital, bring):
    secret = bring(classification="confidential")
    read = {"evidencefile": secret, "now": hospital.now}
    assert services.evidencefile_read(**read, roles=frozenset({Role.AUDITOR}), by=hospital.auditor) == PDF
    assert Entry.objects.filter(action="evidencefile.read", actor=hospital.auditor.reference).count() == 1
    with pytest.raises(errors.EvidenceConfidential):
        services.evidencefile_read(**read, roles=frozenset({Role.APPLICANT}), by=hospital.applicant)
    address = f"/console/obligations.evidencefile/{secret.pk}/content"
    answer = hospital.client(Role.DSO).get(address)
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    assert hospital.client(Role.APPLICANT).get(address).status_code == 403
    with hospital.other.acting():
        assert not selectors.evidence_files().exists()


def test_it_is_brought_by_page_and_by_program(hospital):
    stem = "/console/obligations.evidencefile/"
    browser = hospital.client(Role.DSO)
    form = {"title": "制度", "file": SimpleUploadedFile("制度.pdf", PDF, "application/pdf"), "duties": [DUTY]}
    answer = browser.post(f"{stem}-/create/", {**form, "classification": "internal"})
    assert answer.status_code == 302, answer.content.decode()
    evidence = EvidenceFile.objects.get()
    page = browser.get(f"{stem}{evidence.pk}/").content.decode()
    assert evidence.sha256 in page
    assert f"{stem}{evidence.pk}/content" in page
    lying = {**form, "file": SimpleUploadedFile("制度.pdf", b"PK not a pdf", "application/pdf")}
    refused = browser.post(f"{stem}-/create/", {**lying, "classification": "internal"})
    assert refused.status_code == 422
    assert "XD-EVIDENCE-003" in refused.content.decode()
    body = {"title": "记录", "duties": [DUTY], "file": {"name": "a.txt", "content": "5Lya6K6u57qq6KaB"}}
    answer = browser.post(
        "/api/v1/obligations.evidencefile/-/create", body, content_type="application/json", secure=False
    )
    assert answer.status_code == 200, answer.content
    assert EvidenceFile.objects.get(name="a.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    ("data", "name", "kind", "refusal"),
    [
        (b"", "a.pdf", "application/pdf", errors.EvidenceEmpty),
        (b" \n\t", "a.txt", "text/plain", errors.EvidenceEmpty),
        (PDF, "a.docx", "", errors.EvidenceLies),
        (PDF, "a.pdf", "image/png", errors.EvidenceLies),
        (b"MZ\x90\x00\x03", "a.pdf", "application/pdf", errors.EvidenceUnknown),
        (b"\x7fELF\x02\x01", "a.txt", "", errors.EvidenceUnknown),
        (b"<html><script>x</script>", "a.txt", "text/plain", errors.EvidenceUnknown),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "image/png", errors.EvidenceUnknown),
        (b"%PDF-1.7 cut off", "a.pdf", "application/pdf", errors.EvidenceUnknown),
        (b"\x89PNG\r\n\x1a\n", "a.png", "image/png", errors.EvidenceUnknown),
        (b"PK\x03\x04 no archive", "a.zip", "application/zip", errors.EvidenceUnknown),
        (b"{not json", "a.json", "application/json", errors.EvidenceUnknown),
        (packed(**{"a.txt": b"x"}), "a.docx", "", errors.EvidenceLies),
        (packed(**{"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "a.zip", "", errors.EvidenceLies),
        (
            packed(**{"[Content_Types].xml": b"x", "word/document.xml": b"x", "word/vbaProject.bin": b"x"}),
            "a.docx",
            "",
            errors.EvidenceUnknown,
        ),
        (WORD | {"word/x.bin": b"x", TYPES: MACROS}, "a.docx", "", errors.EvidenceUnknown),
        (WORD | {"xl/workbook.xml": b"x"}, "a.docx", "", errors.EvidenceUnknown),
        ({"报告.pdf": b"MZ\x90\x00"}, "a.zip", "", errors.EvidenceUnknown),
        ({"报告.pdf": b"plain"}, "a.zip", "", errors.EvidenceUnknown),
        ({"../a.txt": b"plain"}, "a.zip", "", errors.EvidenceUnknown),
        ({"C:\\a.txt": b"plain"}, "a.zip", "", errors.EvidenceUnknown),
        (PDF + packed(**{"a.txt": b"x"}), "a.pdf", "", errors.EvidenceUnknown),
        (b"\xff\xd8\xff\xe0\xff\xd9" + packed(**{"a.txt": b"x"}), "a.jpg", "", errors.EvidenceUnknown),
        (b"%PDF-<script>obj</script>%%EOF", "a.pdf", "", errors.EvidenceUnknown),
        (b"\x89PNG\r\n\x1a\n<script>IEND\xaeB`\x82", "a.png", "", errors.EvidenceUnknown),
        (b"<!-- --><svg onload='x'/>", "a.txt", "", errors.EvidenceUnknown),
        (b"\xef\xbb\xbf \n", "a.txt", "", errors.EvidenceEmpty),
        (packed(**{f"{n}": b"" for n in range(10_001)}), "a.zip", "", errors.EvidenceBomb),
        (packed(a=packed(b=packed(c=b"x"))), "a.zip", "", errors.EvidenceBomb),
    ],
)
def test_what_is_no_evidence_is_refused_and_nothing_is_kept(bring, data, name, kind, refusal):
    data = packed(**data) if isinstance(data, dict) else data
    with pytest.raises(refusal):
        bring(data=data, name=name, kind=kind)
    assert not EvidenceFile.objects.exists()
    assert not Entry.objects.exists()
    assert not DataKey.objects.exists()


def test_bounds(hospital, bring, monkeypatch):
    monkeypatch.setattr("xingdun.obligations.media.MOST_UNPACKED", 1000)
    monkeypatch.setattr("xingdun.obligations.media._Budget.__init__.__defaults__", (1000, 10_000), raising=False)
    monkeypatch.setattr("xingdun.obligations.services.evidence.LARGEST", 2 * 1024 * 1024)
    with pytest.raises(errors.EvidenceTooLarge):
        bring(data=PDF + b"%" * (2 * 1024 * 1024), name="大.pdf")
    bring()
    with pytest.raises(errors.EvidenceKept):
        bring(title="又一份")
    for wrong, refusal in (
        ({"duties": []}, errors.EvidenceServesNothing),
        ({"duties": ["no-such-duty"]}, NoSuchDuty),
        ({"subject": "organisation.person:nobody"}, errors.EvidenceSubjectUnknown),
        ({"subject": hospital.other.departments["IT"].reference}, errors.EvidenceSubjectUnknown),
        ({"expires_at": hospital.now}, errors.EvidencePeriod),
    ):
        with pytest.raises(refusal):
            bring(data=PDF + b"%%EOF", **wrong)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "a.PDF", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR....IEND\xaeB`\x82", "a.png", "image/png"),
        (b"\xff\xd8\xff\xe0....\xff\xd9", "a.jpeg", "image/jpeg"),
        (b"II*\x00\x08\x00\x00\x00\x01\x00" + b"\x00" * 12, "a.tif", "image/tiff"),
        ("会议纪要".encode("gb18030"), "a.txt", "text/plain"),
        ("姓名,部门\n".encode("utf-8-sig"), "a.csv", "text/csv"),
        (b'{"a": 1}', "a.json", "application/json"),
        (packed(**{"OFD.xml": b"x"}), "a.ofd", "application/ofd"),
        (packed(**{"a.txt": b"x", "图/empty.log": b"", "b.pdf": PDF}), "a.zip", "application/zip"),
        (b"<134>Oct 11 22:14:15 his-fw: deny", "a.log", "text/plain"),
    ],
)
def test_what_serves_is_known_by_its_bytes(data, name, kind):
    found = sniff(data, name)
    assert found.type == kind
    assert found.claimed_by(name, kind)
    assert found.claimed_by(name, "application/octet-stream")


def test_a_broken_archive_is_refused_whatever_is_broken_in_it():
    """Each byte of its directory and each way of packing: never anything but a refusal."""
    drawn = random.Random(1)
    for way in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", way) as archive:
            archive.writestr("a.txt", b"plain " * 20)
        for _ in range(400):
            broken = bytearray(made.getvalue())
            for _ in range(3):
                broken[drawn.randrange(4, len(broken))] = drawn.choice([0, 1, 9, 12, 14, 99, 255])
            with suppress(MediaError):
                sniff(bytes(broken), "a.zip")


@pytest.mark.parametrize("name", ["\u202etxt.exe\u202c.txt", "a\n.txt", "../../a.txt"])
def test_a_name_a_program_sends_holds_only_what_can_be_seen(hospital, name):
    browser = hospital.client(Role.DSO)
    body = {"title": "记录", "duties": [DUTY], "file": {"name": name, "content": "5Lya6K6u57qq6KaB"}}
    address = "/api/v1/obligations.evidencefile/"
    assert browser.post(f"{address}-/create", body, content_type="application/json").status_code == 200
    kept = EvidenceFile.objects.get()
    assert kept.name == "".join(sign for sign in name.rpartition("/")[2] if sign.isprintable())
    assert browser.get(f"/console/obligations.evidencefile/{kept.pk}/content").status_code == 200
    half = body | {"title": "半\ud800"}
    assert browser.post(f"{address}-/create", half, content_type="application/json").status_code == 400
    for nothing in ("", "..", "\n"):
        body["file"]["name"] = nothing
        assert browser.post(f"{address}-/create", body, content_type="application/json").status_code == 422


def test_the_list_costs_the_same_for_any_number(hospital, bring, django_assert_max_num_queries):
    from django.db import connection

    counts = []
    for number in range(3):
        bring(data=PDF + b"%" * (number + 1) + b"%%EOF", duties=[DUTY, OTHER])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(selectors.evidence_files())
        counts.append(len(queries))
    assert set(counts) == {2}
