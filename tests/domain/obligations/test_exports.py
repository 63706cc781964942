"""OSCAL files are read by compliance-trestle; the library keeps the rules that its loader states."""

import base64
import json
import re
from argparse import Namespace
from datetime import timedelta
from io import BytesIO

import pytest
import yaml
from click.testing import CliRunner
from django.utils import timezone
from trestle.core import validator_factory
from trestle.core.catalog.catalog_interface import CatalogInterface
from trestle.core.profile_resolver import ProfileResolver
from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.poam import PlanOfActionAndMilestones
from trestle.oscal.profile import Profile

from xingdun.assets import services as assets
from xingdun.assets.models import Finding, Network
from xingdun.audit.models import Entry
from xingdun.doors.cli.main import main
from xingdun.frame.checks import pending, satisfied, violated
from xingdun.frame.roles import Role
from xingdun.obligations import services
from xingdun.obligations.catalogue import load
from xingdun.obligations.errors import NothingMeasured, NothingOpen
from xingdun.obligations.exports.block_yaml import dump
from xingdun.obligations.exports.files import OWN, PUBLIC, own_file, public_file
from xingdun.obligations.models import Posture
from xingdun.obligations.services.exports import export_create

DAY = timedelta(days=1)
CONSOLE, API = "/console/obligations.posture/-/", "/api/v1/obligations.posture/-/"
# Where the story leaves four duties; the same duty stands alike behind each of its clauses.
STANDING = {
    "MEASURES-9a_obj.self-inspection": ("satisfied", "met"),
    "MEASURES-9b_obj.self-inspection": ("satisfied", "met"),
    "MEASURES-9d_obj.self-inspection-report": ("not-satisfied", "overdue"),
    "MEASURES-20a_obj.data-inventory-reviewed": ("not-satisfied", "due"),
    "MEASURES-2d_obj.network-departments": ("not-satisfied", "violated"),
}
# What the loader of CISO Assistant asks (docs/exports.md): keys, the form of a URN, parents that are there.
LIBRARY_KEYS = {"urn", "ref_id", "locale", "objects", "version"}
URN = re.compile(r"urn:[\w-]+:[\w-]+:[\w-]+(:[\w-]+)?:[\w\[\]().:-]+", re.ASCII)
NODE_KEYS = {"urn", "assessable", "depth", "ref_id", "implementation_groups", "translations"}
TEXTS = {"name", "description", "annotation", "typical_evidence"}


def read(model, content, folder):
    """The document as trestle reads it, sound by all of its validators."""
    folder.mkdir(parents=True)
    path = folder / "document.json"
    path.write_bytes(content)
    document = model.oscal_read(path)
    assert validator_factory.validator_factory.get(Namespace(mode="all")).model_is_valid(document, True, folder)
    return document


def uuids(value):
    """Every identifier a document declares."""
    if isinstance(value, dict):
        yield from (one for key, one in value.items() if key == "uuid")
        for one in value.values():
            yield from uuids(one)
    elif isinstance(value, list):
        for one in value:
            yield from uuids(one)


def referred(value):
    """Every identifier a document points to."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key.endswith("-uuid"):
                yield one
            elif key == "href" and one.startswith("#"):
                yield one[1:]
            yield from referred(one)
    elif isinstance(value, list):
        for one in value:
            yield from referred(one)


def test_the_law_is_an_oscal_catalog_and_a_library(tmp_path):
    for kind, (name, _, _) in PUBLIC.items():
        answer = CliRunner().invoke(main, ["export", kind, "--out", str(tmp_path / name)], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        assert (tmp_path / name).read_bytes() == public_file(kind).content, "the same state is the same file"

    content = (tmp_path / "oscal-catalog.json").read_bytes()
    catalog = read(Catalog, content, tmp_path / "trestle")
    controls = [one for group in catalog.groups for article in group.groups for one in article.controls]
    assert [one.id for one in controls] == list(load().clauses)
    answered = next(one for one in controls if one.id == "MEASURES-27a")
    told = {part.name: part for part in answered.parts}
    assert load().clauses["MEASURES-27a"].text.zh in told["statement"].prose
    deadlines = [part for one in answered.parts for part in one.parts or () if part.name == "deadline"]
    assert deadlines, "clocks go along"
    ids = {one.id for one in controls} | set(uuids(json.loads(content)))
    assert set(referred(json.loads(content))) <= ids

    library = yaml.safe_load((tmp_path / "xingdun-library.yaml").read_text(encoding="utf-8"))
    check_library(library)


def check_library(library):
    assert library.keys() >= LIBRARY_KEYS
    assert isinstance(library["version"], int)
    assert URN.fullmatch(library["urn"])
    framework = library["objects"]["framework"]
    assert framework.keys() >= {"urn", "ref_id", "requirement_nodes"}
    nodes = framework["requirement_nodes"]
    seen = {library["urn"]: {}, framework["urn"]: {}}
    groups = {one["ref_id"] for one in framework["implementation_groups_definition"]}
    previous = 0
    for node in nodes:
        assert node.keys() >= NODE_KEYS, node["urn"]
        assert URN.fullmatch(node["urn"])
        assert node["urn"] == node["urn"].lower(), "the loader makes them lower case"
        assert node["urn"] not in seen
        assert node["depth"] <= previous + 1, "no level is jumped"
        if node["depth"] > 1:
            assert seen[node["parent_urn"]]["depth"] == node["depth"] - 1, "a parent stands before its children"
        assert node["implementation_groups"]
        assert groups >= set(node["implementation_groups"])
        assert node["translations"]["en"].keys() == node.keys() & TEXTS
        assert all(isinstance(node[name], str) for name in node.keys() & TEXTS)
        seen[node["urn"]], previous = node, node["depth"]
    assert len({node["ref_id"] for node in nodes}) == len(nodes)
    clauses = {node["ref_id"]: node for node in nodes if node["depth"] == 3}
    assert clauses.keys() == load().clauses.keys()
    assert {key for key, node in clauses.items() if not node["assessable"]} == {
        key for key, clause in load().clauses.items() if clause.kind == "inform"
    }
    for key, clause in load().clauses.items():
        assert clauses[key]["description"] == clause.text.zh
        told = clauses[key]["annotation"], clauses[key]["translations"]["en"]["annotation"]
        assert all(clause.applies in one for one in told if clause.applies != "true"), (
            "the exact condition stands there"
        )
        for one in (*told, clauses[key].get("typical_evidence", "- ")):
            assert all(line.startswith("- ") for line in one.splitlines()), "a list: Markdown has no bare line breaks"
    assert any("时限：" in node["annotation"] for node in clauses.values())
    told = clauses["MEASURES-27a"]["annotation"]
    assert "效力：规范性文件" in told, "words, not keys"
    assert {"第 27 条", "Article 27"} == {
        one
        for node in nodes
        if node["ref_id"] == "MEASURES-art-27"
        for one in (node["name"], *node["translations"]["en"].values())
    }


def test_yaml_says_exactly_what_is_given():
    told = {"text": "是: no\n- # 'x' \"y\" \u2028\x85\ufeff\t", "empty": [], "none": None, "yes": "no", "on": True}
    nested = {"list": [{"a": 1, "b": {"c": ["2026-01-01", "1e3", "~"]}}, {"a": 2}], **told}
    assert yaml.safe_load(dump(nested | {"a: b": 1})) == nested | {"a: b": 1}


@pytest.fixture
def story(hospital, measure):
    """Duties met until a day, due, overdue and violated, the rest as it is measured, and a finding to mend."""
    now = hospital.now
    network = Network.objects.create(
        institution=hospital.institution, code="HIS", name="医院信息系统", registered_at=now - DAY
    )
    measure("self-inspection", lambda _: satisfied([hospital.departments["IT"]], due_at=now + 30 * DAY))
    measure("self-inspection-report", lambda _: pending(now - DAY))
    measure("data-inventory-reviewed", lambda _: pending(now + 9 * DAY))
    measure("network-departments", lambda _: [violated([network], "no department answers for it", subject=network)])
    told = (
        '<NessusClientData_v2><Report name="r"><ReportHost name="10.1.0.5"><ReportItem port="445" protocol="tcp" '
        'severity="4" pluginID="1" pluginName="SMB\nv1"><cve>CVE-2017-0144</cve><solution>停用 SMB v1</solution>'
        "</ReportItem></ReportHost></Report></NessusClientData_v2>"
    )
    file = BytesIO(told.encode())
    file.name = "scan.nessus"
    assets.batch_record(
        origin="vulnerability_scan",
        title="扫描",
        performed_on=timezone.localdate(now),
        performed_by="信息中心",
        network=network,
        file=file,
        by=hospital.security_admin,
        now=now,
    )
    return hospital


@pytest.mark.django_db
def test_an_institution_stands_in_oscal_as_it_stands_here(story, tmp_path):
    key, now = story.institution.pk, story.now
    with pytest.raises(NothingMeasured):
        own_file("oscal-assessment", institution=key, now=now)
    services.posture_measure(institution=key, now=now)
    made = {kind: own_file(kind, institution=key, now=now).content for kind in OWN}
    services.posture_measure(institution=key, now=now)
    assert made == {kind: own_file(kind, institution=key, now=now).content for kind in OWN}

    profile = read(Profile, made["oscal-profile"], tmp_path / "profile")
    (chosen,) = profile.imports[0].include_controls
    applying = {
        clause
        for clause, duties in load().answers.items()
        if Posture.objects.filter(duty__in=duties).exclude(state="not_applicable", subject="").exists()
    }
    assert applying <= set(chosen.with_ids)
    left_out = {one.document_ids[0].identifier: one for one in profile.back_matter.resources}
    assert left_out.keys() == load().clauses.keys() - set(chosen.with_ids)
    assert all("不适用" in one.description for one in left_out.values()), "each with its reason"
    resolved = resolve(made["oscal-profile"], tmp_path / "workspace")
    assert set(CatalogInterface(resolved).get_control_ids()) == set(chosen.with_ids)

    results = read(AssessmentResults, made["oscal-assessment"], tmp_path / "results")
    (carried,) = results.back_matter.resources
    assert results.import_ap.href == f"#{carried.uuid}"
    read(AssessmentPlan, base64.b64decode(carried.base64.value), tmp_path / "plan")
    (result,) = results.results
    status = {one.target.target_id: one.target.status for one in result.findings}
    assert {key: (status[key].state.value, status[key].remarks) for key in STANDING} == STANDING
    met = next(one for one in result.observations if one.title == "self-inspection")
    assert met.expires == now + 30 * DAY
    assert met.relevant_evidence[0].description == story.departments["IT"].reference
    unknown = [one for one in result.findings if one.target.status.remarks == "unknown"]
    assert unknown
    assert {one.target.status.state.value for one in unknown} == {"not-satisfied"}, "what is not known is never met"

    poam = read(PlanOfActionAndMilestones, made["oscal-poam"], tmp_path / "poam")
    red = Posture.objects.filter(state__in=Posture.RED)
    assert len(poam.poam_items) == red.count() + 1
    assert {one.uuid for one in result.risks} < {one.uuid for one in poam.risks}, "one risk, one identifier"
    weak = next(one for one in poam.risks if one.title == "SMB v1")
    assert {(one.name, one.value) for one in weak.props} >= {("cve", "CVE-2017-0144"), ("network", "HIS")}
    assert weak.remediations[0].description == "停用 SMB v1"
    assert weak.remediations[0].tasks[0].timing.on_date.date == weak.deadline
    for kind in ("oscal-assessment", "oscal-poam"):
        content = json.loads(made[kind])
        assert set(referred(content)) <= set(uuids(content)), "nothing points into the void"

    takes_files(story, made)
    Posture.objects.filter(state__in=Posture.RED).delete()
    Finding.objects.all().delete()
    with pytest.raises(NothingOpen):
        own_file("oscal-poam", institution=key, now=now)


def resolve(profile, workspace):
    """The catalog that trestle makes of the profile and our catalog."""
    (workspace / ".trestle").mkdir(parents=True)
    (workspace / ".trestle" / "config.ini").touch()
    here = profile.replace(b'"oscal-catalog.json"', b'"trestle://catalogs/xingdun/catalog.json"')
    for name, content in (("catalog", public_file("oscal-catalog").content), ("profile", here)):
        folder = workspace / f"{name}s" / "xingdun"
        folder.mkdir(parents=True)
        (folder / f"{name}.json").write_bytes(content)
    return ProfileResolver.get_resolved_profile_catalog(workspace, workspace / "profiles/xingdun/profile.json")


def takes_files(story, made):
    """From the page, the API and the command line; each is told to the ledger, and roles without the right get none."""
    client = story.client(Role.AUDITOR)
    for kind in (*OWN, *PUBLIC):
        key = kind.replace("-", "_")
        for stem in (CONSOLE + key + "/", API + key):
            answer = client.get(stem)
            assert answer.status_code == 200, stem
            assert answer.content == (made[kind] if kind in made else public_file(kind).content)
            assert "attachment" in answer.headers["Content-Disposition"]
    for role in (Role.DEPARTMENT_HEAD, Role.APPLICANT):
        assert story.client(role).get(API + "oscal_poam").status_code == 403
    before = Entry.objects.filter(action="register.download").count()
    assert before >= 2 * len([*OWN, *PUBLIC])
    export_create(kind="oscal-profile", institution=story.institution.pk, by="system:cli", now=story.now)
    assert Entry.objects.filter(action="register.download").count() == before + 1
