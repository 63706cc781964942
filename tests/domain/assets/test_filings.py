"""Papers for the authorities: complete in Word and in print, or refused with the names of what is missing."""

import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from django.utils import timezone, translation

from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.assets import services
from xingdun.assets.filings.errors import FilingIncomplete, NothingGraded, RectificationIncomplete
from xingdun.assets.models import PRODUCTS, Grading, Network
from xingdun.frame.registers import registers
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
HOSTILE = "<b>&amp; # $x$ \"引号\" '单' {{ 7*7 }} *粗* @a 〇"


def download(register, key, record, person, now):
    one = next(one for one in registers[register].downloads if one.key == key)
    return one.make(record=record, by=person, now=now)


def words_of(file):
    """All words of a Word file or a PDF, without spaces and line breaks."""
    if file.name.endswith(".pdf"):
        found = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(file.content)).pages)
    else:
        document = docx.Document(BytesIO(file.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        found = "".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return "".join(found.split())


@pytest.fixture
def network(hospital):
    """A level 3 network, graded and reviewed."""
    departments = hospital.departments
    network = Network.objects.create(
        institution=hospital.institution,
        code="HIS",
        name="医院信息系统",
        purpose="门诊、住院业务",
        data_description=f"诊疗数据 {HOSTILE}",
        competent_department=departments["MED"],
        operating_department=departments["IT"],
        it_department=departments["IT"],
        user_department=departments["MED"],
        in_operation_since=timezone.localdate(hospital.now) - timedelta(days=400),
        registered_at=hospital.now,
        level=3,
        level_determined_at=hospital.now,
        state="graded",
    )
    Grading.objects.create(
        institution=hospital.institution,
        network=network,
        information_society="serious",
        information_citizens="particular",
        service_society="general",
        information_level=3,
        service_level=2,
        least=3,
        level=3,
        expert_review="专家一致同意定为第三级。",
        state="approved",
        proposed_by=hospital.security_admin,
        proposed_at=hospital.now,
        determined_at=hospital.now,
    )
    return network


def fill_in(hospital, network):
    owner = {
        "address": "杏林路 1 号",
        "postal_code": "310000",
        "region": "浙江省杭州市",
        "head_name": "院长姓名",
        "head_title": "院长",
        "head_phone": "0571-1",
        "department": hospital.departments["IT"],
        "contact_name": "𠮷先生",
        "contact_title": "主任",
        "contact_phone": "0571-2",
        "contact_mobile": "1380000",
        "contact_email": "it@example.org",
        "subordination": "city",
        "form": "public",
    }
    services.institution_particulars_keep(**owner, by=hospital.security_admin, now=hospital.now)
    told = {
        "business": "public",
        "scope": "city",
        "served": "both",
        "coverage": "local",
        "nature": "dedicated",
        "interconnection": ["own"],
        "services": ["risk"],
        "structure": "核心交换机与防火墙",
        "business_description": "挂号收费。",
        "information_description": "电子病历",
        "service_description": "连续诊疗",
        "topology": "拓扑图.pdf",
        "rules": "制度汇编.pdf",
        "design": "方案.pdf",
        "product_list": "产品清单.xlsx",
        "expert_opinion": "评审意见.pdf",
        "evaluation_report": "测评报告.pdf",
    }
    told |= {f"{kind}_number": 2 for kind in PRODUCTS} | {f"{kind}_share": 60 for kind in PRODUCTS}
    return services.network_particulars_keep(network=network, **told, by=hospital.security_admin, now=hospital.now)


def test_grading_report_and_filing_form(hospital, network, watched):
    given = ("assets.network", network, hospital.dso, hospital.now)

    def take(key):
        return download(given[0], key, *given[1:])

    with translation.override("en"):
        for key, wanted in (
            ("grading_report_docx", "structure"),
            ("filing_form_pdf", "postal code"),
            ("filing_form_docx", "kind of business"),
        ):
            with pytest.raises(FilingIncomplete) as refused:
                take(key)
            assert wanted in refused.value.facts["missing"]
    particulars = fill_in(hospital, network)
    with translation.override("en"), pytest.raises(FilingIncomplete) as refused:
        take("filing_form_docx")
    assert refused.value.facts["missing"].endswith("attached: opinion of the authority")
    assert "," not in refused.value.facts["missing"], "nothing else is missing"
    services.network_particulars_keep(
        network=network, authority_opinion="批复.pdf", by=hospital.security_admin, now=hospital.now
    )
    particulars.refresh_from_db()
    assert particulars.topology == "拓扑图.pdf"

    with translation.override("en"):  # the paper is in Chinese, whoever takes it
        reports = [take("grading_report_docx"), take("grading_report_pdf")]
        forms = [take("filing_form_docx"), take("filing_form_pdf")]
    for report in reports:
        told = words_of(report)
        for wanted in (
            "网络安全等级保护定级报告",
            "S3A2G3",
            "【第三级】",
            "社会秩序、公共利益",
            "专家一致同意",
            "承载业务：挂号收费；网络功能：门诊",
            "杏林医院",
        ):
            assert wanted in told, (wanted, report.name)
        assert "".join(HOSTILE.split()) in told
    for form in forms:
        told = words_of(form)
        for wanted in ("表一", "表二", "表三", "表四", "1/1", "院长姓名", "拓扑图.pdf", "330100", "第三级1个", "60%"):
            assert wanted in told, (wanted, form.name)
    assert "𠮷先生" in words_of(forms[0])
    assert "〔U+20BB7〕先生" in words_of(forms[1]), "what the print font lacks is told, not lost"
    assert "☑事业单位" in words_of(forms[0])
    assert reports[0].name.startswith("定级报告-HIS")
    assert take("filing_form_docx").content == forms[0].content

    Grading.objects.update(state="withdrawn", determined_at=None)
    with pytest.raises(NothingGraded):
        take("grading_report_pdf")


def test_rectification_report(hospital, network, watched):
    now, today = hospital.now, timezone.localdate(hospital.now)
    by = {"by": hospital.security_admin, "now": now}
    inspection = services.inspection_open(
        kind="ordered",
        title="专项自查",
        scope="全院",
        organisation="领导小组",
        ordered_by="市卫生健康委员会",
        order_number="卫网〔2026〕3 号",
        ordered_until=today + timedelta(days=30),
        **by,
    )
    for method in ("document_check", "vulnerability_scan", "penetration_test"):
        batch = services.batch_record(
            origin=method, title="结果", performed_on=today, performed_by="信息中心", inspection=inspection, **by
        )
    rest = {"target": "10.0.0.1", "severity": "low", **by}
    finding = services.finding_add(findingbatch=batch, title=f"弱口令 {HOSTILE}", **rest)
    other = services.finding_add(findingbatch=batch, title="旧版本组件", **{**rest, "severity": "high"})
    services.inspection_conclude(inspection=inspection, summary="可控", advice="补制度", by=hospital.dso, now=now)
    given = (inspection.__class__.objects.get(pk=inspection.pk), hospital.dso, now)
    with pytest.raises(RectificationIncomplete) as refused:
        download("assets.inspection", "report_docx", *given)
    assert "旧版本组件" in refused.value.facts["missing"]

    work = {"department": hospital.departments["IT"], "person": hospital.system_admin, "cause": "无策略", "plan": "改"}
    for one in (finding, other):
        services.finding_assign(finding=one, **work, by=hospital.dso, now=now)
    services.finding_fix(finding=finding, measures="已改口令", fixed_on=today, by=hospital.system_admin, now=now)
    services.finding_retest(finding=finding, passed=True, retest="登录失败", **by)
    exception = services.finding_except(
        finding=other,
        kind="postponed",
        until=today + timedelta(days=30),
        reason="厂商未出补丁",
        compensation="隔离网段",
        by=hospital.system_admin,
        now=now,
    )
    process = Process.objects.get(about=exception.reference)
    for approver in (hospital.dso, hospital.head):
        approvals.process_approve(process=process, by=approver, now=now)
    for key in ("report_docx", "report_pdf"):
        told = words_of(download("assets.inspection", key, *given))
        for wanted in (
            "卫网〔2026〕3号",
            "渗透测试",
            "共发现问题2项，已整改并复测通过1项，遗留1项",
            "".join(f"弱口令{HOSTILE}".split()),
            "登录失败",
            "隔离网段",
            "补制度",
        ):
            assert wanted in told, (wanted, key)
        assert told.index("旧版本组件") < told.index("弱口令"), "the gravest first"


def test_the_console_hands_a_paper_out_or_says_what_is_missing(hospital, network):
    address = f"/console/assets.network/{network.pk}/filing_form_pdf/"
    refused = hospital.client(Role.DSO).get(address)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "XD-FILING-001" in page
    for place in (f"assets.network/{network.pk}/particulars/", "assets.institutionparticulars/-/keep/"):
        assert f'href="/console/{place}"' in page, "each missing thing leads to where it is entered"
    assert "邮政编码、" in page, "a list in Chinese has its own comma"
    told = hospital.client(Role.DSO).get(f"/api/v1/assets.network/{network.pk}/filing_form_pdf").json()["places"]
    assert {"assets.network.particulars", "assets.institutionparticulars.keep"} <= {each["action"] for each in told}
    elsewhere = hospital.client(Role.AUDITOR).get(address).content.decode()
    assert f"assets.network/{network.pk}/particulars/" not in elsewhere
    assert "安全管理员" in elsewhere, "who may not enter it reads who may"
    fill_in(hospital, network)
    services.network_particulars_keep(
        network=network, authority_opinion="批复.pdf", by=hospital.security_admin, now=hospital.now
    )
    given = hospital.client(Role.DSO).get(address)
    assert given.status_code == 200
    assert given.content.startswith(b"%PDF")
    assert hospital.client(Role.APPLICANT).get(address).status_code == 403


def test_templates_are_the_ones_their_script_builds():
    script = Path(__file__).parents[3] / "scripts/word_templates.py"
    subprocess.run([sys.executable, script, "--check"], check=True)
