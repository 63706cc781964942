"""A network from the inventory to its filing, a finding from a scan to its closure, a clause's proof: by clicks."""

import io
import os
import subprocess
import sys
import zipfile
from datetime import timedelta

import docx
import pypdf
import pytest
from django.utils import timezone

from xingdun.assets.models import PRODUCTS, Finding, Network
from xingdun.frame.roles import Role
from xingdun.obligations import services as obligations

pytestmark = pytest.mark.django_db(transaction=True)
CLAUSE = "MEASURES-6.5b"  # hazards are rectified, and the rectification is tested again
SCAN = """<?xml version="1.0" ?>
<NessusClientData_v2><Policy><policyName>内网季度扫描</policyName></Policy><Report name="LIS">
<ReportHost name="10.20.1.5"><HostProperties><tag name="host-ip">10.20.1.5</tag></HostProperties>
<ReportItem port="445" svc_name="cifs" protocol="tcp" severity="4" pluginID="97833"
 pluginName="MS17-010: Security Update for SMB Server" pluginFamily="Windows"><cve>CVE-2017-0143</cve>
<cvss3_base_score>8.1</cvss3_base_score><description>远程代码执行</description><solution>安装补丁</solution></ReportItem>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="0" pluginID="19506" pluginName="Scan Information"/>
</ReportHost></Report></NessusClientData_v2>"""
INSTITUTION = {
    "address": "杏林路 1 号",
    "postal_code": "310000",
    "region": "浙江省杭州市",
    "head_name": "张院长",
    "head_title": "院长",
    "head_phone": "0571-1",
    "contact_name": "李主任",
    "contact_title": "主任",
    "contact_phone": "0571-2",
    "contact_mobile": "1380000",
    "contact_email": "it@example.org",
    "subordination": "city",
    "form": "public",
}
NETWORK = {
    "business": "public",
    "scope": "city",
    "served": "both",
    "coverage": "local",
    "nature": "dedicated",
    "structure": "核心交换机与防火墙",
    "business_description": "检验申请与报告",
    "information_description": "检验结果",
    "service_description": "连续检验",
    "topology": "拓扑图.pdf",
    "rules": "制度汇编.pdf",
    "design": "方案.pdf",
    "product_list": "产品清单.xlsx",
    "expert_opinion": "评审意见.pdf",
    "evaluation_report": "测评报告.pdf",
    "authority_opinion": "批复.pdf",
    **{f"{kind}_number": "2" for kind in PRODUCTS},
    **{f"{kind}_share": "60" for kind in PRODUCTS},
}


def fill(page, **values):
    """Type or choose what a form asks."""
    for name, value in values.items():
        field = page.locator(f"[name={name}]").first
        kind = field.get_attribute("type") or field.evaluate("node => node.tagName.toLowerCase()")
        if kind == "select":
            field.select_option(value)
        elif kind in {"radio", "checkbox"}:
            page.check(f"[name={name}][value={value}]")
        else:
            field.fill(str(value))


def send(page):
    page.click(".card-footer .btn-primary")
    page.wait_for_load_state()


def begin(page, words):
    """Press what a page offers."""
    page.locator("main header").get_by_role("link", name=words, exact=True).click()
    page.wait_for_load_state()


def taken(page, act, folder):
    """The file that comes when `act` is done."""
    with page.expect_download() as coming:
        act()
    where = folder / coming.value.suggested_filename
    coming.value.save_as(where)
    return where


def words_of(file):
    document = docx.Document(file)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join("".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).split())


def test_a_network_is_filed_a_finding_closed_and_a_clause_proven(browse, hospital, look, sealing, tmp_path):
    from standing import measured  # Django stands once a test runs

    measured(hospital)
    head = browse(Role.HEAD, "/law/")
    look(head, "law-standing")
    head.goto("/law/clauses/")
    look(head, "law-clauses")
    officer = browse(Role.SECURITY_ADMIN, "/law/agenda/")
    look(officer, "law-agenda")
    dso = browse(Role.DSO, "/desk/", language="en", narrow=True)

    network = enters_and_grades(officer, hospital, look)
    approves(dso, "Approve")
    head.goto("/desk/")
    approves(head, "同意", lambda: look(head, "network-approve"))
    files(officer, network, look, tmp_path)
    finding = scans(dso, network, tmp_path)
    obligations.posture_measure(institution=hospital.institution.pk, now=timezone.now())
    auditor = browse(Role.AUDITOR, f"/law/clauses/{CLAUSE}/", language="en")
    assert auditor.locator(".xd-answer .xd-due").count() == 1
    mends(officer, browse(Role.SYSTEM_ADMIN, finding, language="en"), hospital, finding)
    look(officer, "finding-closed")
    obligations.posture_measure(institution=hospital.institution.pk, now=timezone.now())
    auditor.reload()
    assert auditor.locator(".xd-answer .xd-good").count() == 1
    look(auditor, "law-clause")
    proves(auditor, tmp_path)


def enters_and_grades(page, hospital, look):
    """Entered in the inventory and graded by the matrices; what was typed outlives an error. Gives its address."""
    department = str(hospital.departments["IT"].pk)
    today = timezone.localdate(hospital.now)
    page.goto("/console/assets.network/")
    begin(page, "登记网络")
    fill(
        page,
        code="HIS",
        name="检验信息系统",
        purpose="检验申请、采集与报告",
        data_description="检验结果",
        persons_held=120_000,
    )
    fill(page, service_scope="全院", service_objects="患者与职工", in_operation_since=today - timedelta(days=30))
    fill(page, **{f"{whose}_department": department for whose in ("competent", "operating", "it", "user")})
    page.uncheck("[name=new]")
    send(page)
    assert page.locator(".xd-refusal").count() == 1, "the code is taken"
    assert page.input_value("[name=name]") == "检验信息系统"
    assert page.input_value("[name=it_department]") == department
    fill(page, code="LIS")
    send(page)
    network = page.url

    page.goto(f"{network}grade/?information_society=serious&service_citizens=general")
    look(page, "network-grade")
    page.goto(network)
    begin(page, "拟定等级")
    page.focus("[name=information_society][value='']")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    fill(
        page,
        service_citizens="general",
        level="2",
        expert_review="三位专家一致同意定为第三级。",
        expert_reviewed_on=today,
    )
    assert page.inner_text("[data-matrices-told]") == "S3A1G3"
    send(page)
    assert page.locator(".xd-refusal").count() == 1, "below the matrices"
    assert page.is_checked("[name=information_society][value=serious]")
    assert page.input_value("[name=expert_review]").startswith("三位专家")
    fill(page, level="")
    send(page)
    assert "S3A1G3" in page.inner_text("h1")
    return network


def approves(page, words, seen=lambda: None):
    """What waits on the desk is read, and approved."""
    page.reload()
    page.locator(".xd-row-link", has_text="S3A1G3").click()
    page.wait_for_load_state()
    assert "三位专家" in page.inner_text("main"), "what is decided stands on the page"
    seen()
    begin(page, words)
    send(page)
    page.wait_for_selector(".alert-success")


def files(page, network, look, folder):
    """The filing form names what it lacks, then comes in Word and print; the filing is recorded with its receipt."""
    page.goto(network)
    begin(page, "备案表（Word）")
    refused = page.inner_text("main")
    assert "XD-FILING-001" in refused
    assert "邮政编码" in refused
    look(page, "network-lacks")
    page.goto("/console/assets.institutionparticulars/-/keep/")
    fill(page, **INSTITUTION)
    page.select_option("[name=department]", label="信息中心")
    send(page)
    page.goto(network)
    begin(page, "备案信息")
    fill(page, **NETWORK, interconnection="own", services="risk")
    send(page)
    page.goto(network)
    begin(page, "登记报送")
    sent = timezone.localdate()
    fill(page, recipient="public_security", organ="杭州市公安局网安支队", filed_on=sent)
    fill(page, receipt_number="33010600001-20260009", receipt_on=sent)
    send(page)
    page.goto(network)
    look(page, "network-filed")
    word = words_of(taken(page, lambda: begin(page, "备案表（Word）"), folder))
    printed = taken(page, lambda: begin(page, "备案表（PDF）"), folder).read_bytes()
    told = "".join("".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(printed)).pages).split())
    for wanted in ("检验信息系统", "杏林医院", "张院长", "拓扑图.pdf", "第三级", "60%", "33010600001-20260009"):
        assert wanted in word, wanted
        assert wanted in told, wanted
    assert Network.objects.get(code="LIS").filings.count() == 1


def scans(page, network, folder):
    """The file of a scanner becomes findings with a term. Gives the address of the finding."""
    file = folder / "scan.nessus"
    file.write_text(SCAN, encoding="utf-8")
    page.goto("/console/assets.findingbatch/")
    begin(page, "Record a result")
    fill(page, origin="vulnerability_scan", title="Quarterly scan", performed_on=timezone.localdate())
    fill(page, performed_by="信息中心", network=network.rstrip("/").rpartition("/")[2])
    page.set_input_files("[name=file]", file)
    send(page)
    page.click("text=MS17-010")
    page.wait_for_load_state()
    return page.url


def mends(officer, mender, hospital, finding):
    """Assigned by one, mended by another, sent back once by a retest, then closed."""
    officer.goto(finding)
    begin(officer, "分派")
    fill(officer, cause="补丁流程未覆盖检验服务器", plan="停机窗口内安装补丁")
    officer.select_option("[name=department]", label="信息中心")
    officer.select_option("[name=person]", label=hospital.system_admin.name)
    send(officer)
    for outcome in ("no", "yes"):
        mender.goto(finding)
        begin(mender, "Report as mended")
        fill(mender, measures="KB4012598 installed, change 2026-31", fixed_on=timezone.localdate())
        send(mender)
        officer.goto(finding)
        begin(officer, "复测")
        fill(officer, passed=outcome, retest="再次扫描 445 端口")
        send(officer)
    closed = Finding.objects.get()
    assert (closed.state, closed.fixed_by, closed.retested_by) == (
        "closed",
        hospital.system_admin,
        hospital.security_admin,
    )


def proves(page, folder):
    """The pack is made with the button of the clause, and checked by a program that has no platform."""
    begin(page, "Make a proof pack")
    pack = taken(page, lambda: page.click(".card-footer .btn-primary"), folder)
    with zipfile.ZipFile(pack) as archive:
        assert {"report.docx", "report.pdf"} <= set(archive.namelist())
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("XINGDUN_", "DJANGO_"))}
    told = subprocess.run(
        [sys.executable, "-m", "xingdun", "verify", str(pack)],
        capture_output=True,
        text=True,
        env=alone,
        cwd=folder,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert CLAUSE in told.stdout
    assert told.stdout.endswith("sound\n")
