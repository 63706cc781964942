"""Commands on a running platform: `prove` makes a pack that `verify`, and public tools alone, check elsewhere.

`export` writes the institution's files for other programs; `clock` counts by the years the institution imported.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.poam import PlanOfActionAndMilestones
from trestle.oscal.profile import Profile

from xingdun.doors.cli.main import main
from xingdun.obligations.packs import form

DOCS = Path(__file__).parents[2] / "docs" / "proofs.md"
NOTICE = """year = 2027
holidays = [
  { name = "new_year", from = 2027-01-01, to = 2027-01-03 },
  { name = "spring_festival", from = 2027-02-05, to = 2027-02-11 },
  { name = "qingming", from = 2027-04-03, to = 2027-04-05 },
  { name = "labour", from = 2027-05-01, to = 2027-05-03 },
  { name = "dragon_boat", from = 2027-06-09, to = 2027-06-09 },
  { name = "mid_autumn", from = 2027-09-15, to = 2027-09-15 },
  { name = "national_day", from = 2027-10-01, to = 2027-10-07 },
]
makeup = [2027-01-30, 2027-02-14]
"""
STORY = f"""
NOTICE = {NOTICE!r}
"""
STORY += """
from xingdun.runtime.loading import load_django
load_django()
from datetime import UTC, datetime, timedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from xingdun.approvals.models import Process
from xingdun.approvals.services import process_approve
from xingdun.frame.context import acting_in
from xingdun.frame.roles import Role
from xingdun.obligations import services
from xingdun.obligations.catalogue import load
from xingdun.organisation.models import Account, Department, Person
from xingdun.organisation.services import appointment_create, person_create

now = datetime.now(UTC)
clause = "MEASURES-10d"
duty = load().answering(clause)[0].key
with acting_in(Account.objects.first().institution_id):
    by = Person.objects.get(staff_number="0001")
    people = {}
    for number, role in enumerate((Role.DSO, Role.LEGAL, Role.HEAD), start=1):
        made = person_create(name=f"人员{number}", staff_number=f"9{number}", department=Department.objects.get(),
                             login=f"p{number}", by=by, now=now)
        people[role] = made["person"]
        appointment_create(person=made["person"], role=role, by=by, now=now)
    services.exemption_create(duty=duty, reason="无此业务", expires_at=now + timedelta(days=90), by=people[Role.DSO],
                              now=now)
    for role in (Role.LEGAL, Role.HEAD):
        process_approve(process=Process.objects.get(), by=people[role], now=now)
    pdf = b"%PDF-1.7\\n1 0 obj\\ntrailer\\n<<>>\\n%%EOF\\n"
    for name, classification in (("a.pdf", "internal"), ("b.pdf", "confidential")):
        services.evidencefile_create(title=name, file=SimpleUploadedFile(name, pdf + name.encode() + b"%%EOF",
                                                                          "application/pdf"),
                                     duties=[duty], classification=classification, by=people[Role.DSO], now=now)
    services.calendar_year_import(text=NOTICE, by=people[Role.DSO], now=now)
print(clause)
"""


@pytest.fixture
def platform(installation):
    """A platform with an exempted duty, two signatures over it, two evidence files, and its sealer at work."""
    told = subprocess.run(
        [sys.executable, "-c", STORY],
        env=installation.environ(DJANGO_SETTINGS_MODULE="xingdun.runtime.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    installation.clause = told.stdout.split()[-1]
    installation.start("seal", role="sealer")
    return installation


def offline(*command, folder):
    """A machine that knows nothing of the platform."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XINGDUN_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "xingdun", *map(str, command)],
        capture_output=True,
        text=True,
        env=environ,
        check=False,
        cwd=folder,
    )


def lines_of_the_docs():
    """The lines of the page, in order: (language, text)."""
    return re.findall(r"^```(sh|python)\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_a_pack_is_made_and_checked_with_nothing_else(platform, tmp_path):
    file = tmp_path / "pack.zip"
    made = platform.run("prove", "--clause", platform.clause, "--out", str(file))
    assert made.returncode == 0, made.stderr
    keys = shutil.copy(platform.data / "ledger" / "keys.txt", tmp_path / "keys.txt")

    told = offline("verify", file, "--keys", keys, folder=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "trust: the keys you gave" in told.stdout
    assert told.stdout.endswith("sound\n")
    found = json.loads(offline("verify", file, "--format", "json", folder=tmp_path).stdout)
    assert (found["trust"]["keys"], found["pack"]["clause"], found["pack"]["decisions"]) == (
        "inside",
        platform.clause,
        2,
    )
    assert (found["pack"]["evidence"], found["pack"]["withheld"]) == (2, 1), "the command line reads nothing secret"
    whole = platform.run("prove", "--clause", platform.clause, "--out", str(tmp_path / "whole.zip"), "--as", "p1")
    assert whole.returncode == 0, whole.stderr
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        assert len([name for name in archive.namelist() if name.startswith("evidence/")]) == 2

    turned = bytearray(file.read_bytes())
    place = turned.index(b"%PDF-1.7\n1 0 obj")
    turned[place + 3] ^= 1
    (tmp_path / "turned.zip").write_bytes(turned)
    told = offline("verify", tmp_path / "turned.zip", "--keys", keys, "--format", "json", folder=tmp_path)
    assert told.returncode == 3
    assert [each["member"].partition("/")[0] for each in json.loads(told.stdout)["problems"]] == ["evidence"]

    what_is_no_trust_and_what_lies_to_the_eye(file, keys, tmp_path)
    what_cannot_be_made_is_told(platform, str(tmp_path / "none.zip"))
    what_the_institution_imported_counts(platform)
    files_for_other_programs_are_written(platform, tmp_path)

    # the page's lines, with public tools alone
    here = tmp_path
    for language, lines in lines_of_the_docs():
        command = ["bash", "-euo", "pipefail", "-c", lines] if language == "sh" else [sys.executable, "-I", "-c", lines]
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
        assert done.returncode == 0, lines + done.stdout + done.stderr
        here = tmp_path / "pack"
    assert len(lines_of_the_docs()) == 5
    evidence = next((here / "evidence").iterdir())
    evidence.write_bytes(evidence.read_bytes() + b"x")
    checks = lines_of_the_docs()[0][1].replace("unzip -q pack.zip -d pack && cd pack\n", "")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", checks], cwd=here, capture_output=True, check=False)
    assert done.returncode != 0


@pytest.mark.parametrize(
    "command",
    [("prove", "--clause", "MEASURES-11a"), ("export", "oscal-catalog"), ("ledger", "export")],
    ids=lambda one: one[0],
)
def test_where_a_file_cannot_be_written_is_told_before_any_work(command, tmp_path):
    for out in (tmp_path / "nowhere" / "file", tmp_path):
        told = CliRunner().invoke(main, [*command, "--out", str(out)])
        assert (told.exit_code, "--out" in told.output) == (2, True), told.output
    assert not list(tmp_path.iterdir())


def what_is_no_trust_and_what_lies_to_the_eye(file, keys, folder):
    """A file of keys that is none is named before anything is judged; a pack cannot draw its own verdict."""
    noted = folder / "noted.txt"
    noted.write_text("\ufeff# read out over the telephone\n" + Path(keys).read_text())
    assert offline("verify", file, "--keys", noted, folder=folder).returncode == 0
    for none in (b"", b"hello", b"\xff\xfe\x00"):
        noted.write_bytes(none)
        told = offline("verify", file, "--keys", noted, folder=folder)
        assert (told.returncode, "--keys" in told.stderr) == (2, True)
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    index = json.loads(held[form.INDEX])
    index["clause"]["id"], index["institution"]["name"] = "\ud800\x1b[8m", "x\nsound"
    forged = folder / "forged.zip"
    forged.write_bytes(form.write({**held, form.INDEX: json.dumps(index).encode()}))
    told = offline("verify", forged, folder=folder)
    assert (told.returncode, "sound" in told.stdout.splitlines(), "\x1b" in told.stdout) == (3, False, False)
    told = offline("verify", forged, "--format", "json", folder=folder)
    assert (told.returncode, json.loads(told.stdout)["pack"]["institution"]) == (3, "x\nsound")


def what_cannot_be_made_is_told(platform, out):
    told = platform.run("prove", "--clause", "MEASURES-10zz", "--out", out)
    assert (told.returncode, "XD-PACK-002" in told.stderr) == (1, True)
    assert platform.run("prove", "--clause", platform.clause, "--on", "gestern", "--out", out).returncode == 2
    told = platform.run("prove", "--clause", platform.clause, "--as", "system", "--out", out)
    assert "XD-FRAME-001" in told.stderr
    assert not Path(out).exists()


def what_the_institution_imported_counts(platform):
    asked = ("clock", "mlps-filing", "--from", "2026-12-20T10:00", "--format", "json")
    plain, told = (json.loads(platform.run(*asked, *more).stdout) for more in ((), ("--imported",)))
    assert (plain["due"][:10], plain["provisional"]) == ("2027-01-01", True)
    assert (told["due"][:10], told["provisional"]) == ("2027-01-04", False)
    assert told["calendar"]["imported"] == [2027]
    assert told["calendar"]["institution"]


def files_for_other_programs_are_written(platform, folder):
    for kind, model in (
        ("oscal-profile", Profile),
        ("oscal-assessment", AssessmentResults),
        ("oscal-poam", PlanOfActionAndMilestones),
    ):
        file = folder / f"{kind}.json"
        taken = platform.run("export", kind, "--out", str(file))
        assert taken.returncode == 0, taken.stderr
        assert model.oscal_read(file)
    kept = platform.ask("SELECT count(*) FROM audit_entry WHERE action = 'register.download'")
    assert kept == 3, "the ledger keeps who took them"
