"""A finding's life: imported, assigned, mended, retested, gone from the scan, back again, excepted for a time."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.assets import services
from xingdun.assets.filings.rectification import rectification_report
from xingdun.assets.finding_errors import (
    ExceptionTooLong,
    ExceptionWaits,
    FileImportedAlready,
    FindingKnown,
    FindingNotInState,
    InspectionConcluded,
    MethodsMissing,
    MethodUnfit,
    NotConcluded,
    NoticeMissing,
    OrderIncomplete,
    ResponsibleElsewhere,
    RetestBySelf,
    StillSeen,
)
from xingdun.assets.models import Finding, FindingBatch, FindingException, Network
from xingdun.assets.scanners.errors import ScanBroken
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def nessus(*items, hosts=("10.1.0.5", "10.1.0.6")):
    """A scan of two hosts; items: (host, plugin, severity)."""
    parts = [
        f'<ReportHost name="{host}">'
        + "".join(
            f'<ReportItem port="445" protocol="tcp" severity="{severity}" pluginID="{plugin}" pluginName="P{plugin}"/>'
            for where, plugin, severity in items
            if where == host
        )
        + "</ReportHost>"
        for host in hosts
    ]
    return f"<NessusClientData_v2><Report name='r'>{''.join(parts)}</Report></NessusClientData_v2>"


@pytest.fixture
def network(hospital):
    return Network.objects.create(
        institution=hospital.institution, code="HIS", name="医院信息系统", registered_at=hospital.now
    )


@pytest.fixture
def scan(hospital, network):
    """Import a scan made `after` from today."""

    def imported(told, *, after=timedelta(), now=None, **facts):
        file = BytesIO(told.replace("name='r'", f"name='day {after.days}'").encode())
        file.name = "scan.nessus"
        given = {
            "origin": "vulnerability_scan",
            "title": "扫描",
            "performed_on": timezone.localdate(hospital.now + after),
            "performed_by": "信息中心",
            "network": network,
            "file": file,
        }
        return services.batch_record(**given | facts, by=hospital.security_admin, now=now or hospital.now + after)

    return imported


def test_what_an_authority_sees_too_is_its_finding(scan):
    scan(nessus(("10.1.0.5", 1, 4), ("10.1.0.5", 2, 2)))
    scan(nessus(("10.1.0.5", 1, 4)), after=DAY, origin="authority", notice_number="通报 9 号")
    assert list(Finding.objects.order_by("identifier").values_list("origin", flat=True)) == [
        "authority",
        "vulnerability_scan",
    ]


def test_from_scan_to_closure_and_back(hospital, network, scan, watched):
    now = hospital.now
    first = scan(nessus(("10.1.0.5", 1, 4), ("10.1.0.5", 2, 2), ("10.1.0.6", 3, 0)))
    assert (first.added, first.informational, first.covered, first.tool) == (2, 1, 2, "nessus")
    grave, mild = Finding.objects.order_by("identifier")
    assert grave.due_at - now < mild.due_at - now
    assert timezone.localdate(grave.due_at) == timezone.localdate(now + 7 * DAY)
    with pytest.raises(FileImportedAlready):
        scan(nessus(("10.1.0.5", 1, 4), ("10.1.0.5", 2, 2), ("10.1.0.6", 3, 0)))
    with pytest.raises(ScanBroken):
        scan(nessus(("10.1.0.5", 9, 4)) + "<rest/>")
    assert Finding.objects.count() == 2, "nothing of a broken file is taken over"

    work = {"department": hospital.departments["IT"], "cause": "补丁未装", "plan": "安装补丁"}
    with pytest.raises(ResponsibleElsewhere):
        services.finding_assign(finding=grave, person=hospital.legal, **work, by=hospital.dso, now=now)
    with pytest.raises(FindingNotInState):
        services.finding_fix(
            finding=grave, measures="x", fixed_on=timezone.localdate(now), by=hospital.system_admin, now=now
        )
    services.finding_assign(finding=grave, person=hospital.system_admin, **work, by=hospital.dso, now=now)
    services.finding_fix(
        finding=grave, measures="已装 KB1", fixed_on=timezone.localdate(now), by=hospital.system_admin, now=now
    )
    with pytest.raises(RetestBySelf):
        services.finding_retest(finding=grave, passed=True, retest="看过", by=hospital.system_admin, now=now)
    with pytest.raises(StillSeen):
        services.finding_retest(
            finding=grave, passed=True, retest="看过", retest_batch=first, by=hospital.security_admin, now=now
        )

    partial = scan(nessus(hosts=("10.1.0.6",)), after=DAY)
    assert partial.vanished == 0, "a scan that did not look there says nothing"
    before = scan(nessus(("10.1.0.5", 2, 2), hosts=("10.1.0.5",)), after=-DAY, now=now + DAY)
    for shows_nothing in (partial, before):
        with pytest.raises(StillSeen):
            services.finding_retest(
                finding=grave,
                passed=True,
                retest="复扫",
                retest_batch=shows_nothing,
                by=hospital.security_admin,
                now=now + DAY,
            )
    second = scan(nessus(("10.1.0.5", 2, 3)), after=2 * DAY)
    assert (second.seen_again, second.vanished, second.added) == (1, 1, 0)
    grave.refresh_from_db()
    assert (grave.state, grave.missing_since) == ("fixed", now + 2 * DAY), "gone from the scan is not closed"
    mild.refresh_from_db()
    assert mild.severity == "high"
    assert timezone.localdate(mild.due_at) == timezone.localdate(now + 32 * DAY), "graver, so sooner"
    services.finding_retest(
        finding=grave,
        passed=True,
        retest="复扫未见",
        retest_batch=second,
        by=hospital.security_admin,
        now=now + 2 * DAY,
    )
    grave.refresh_from_db()
    assert (grave.state, grave.retest_batch) == ("closed", second)

    scan(nessus(("10.1.0.5", 1, 4)), after=DAY, now=now + 3 * DAY)
    grave.refresh_from_db()
    assert grave.state == "closed", "an older scan that comes in late opens nothing"
    third = scan(nessus(("10.1.0.5", 1, 4)), after=10 * DAY)
    grave.refresh_from_db()
    assert (third.returned, grave.state, grave.came_back) == (1, "open", 1)
    assert timezone.localdate(grave.due_at) == timezone.localdate(now + 17 * DAY)
    services.finding_assign(finding=grave, person=hospital.system_admin, **work, by=hospital.dso, now=now)
    services.finding_fix(
        finding=grave,
        measures="再装",
        fixed_on=timezone.localdate(now),
        by=hospital.system_admin,
        now=now + 11 * DAY,
    )
    scan(nessus(("10.1.0.5", 1, 4), ("10.1.0.5", 2, 4)), after=13 * DAY)
    grave.refresh_from_db()
    assert (grave.state, grave.came_back) == ("fixing", 2), "a mending that did not hold goes back into work"
    assert timezone.localdate(grave.due_at) == timezone.localdate(now + 17 * DAY), "its term stays"


def test_an_exception_is_approved_by_others_ends_by_its_day_and_the_term_runs_anew(hospital, scan, watched):
    now, today = hospital.now, timezone.localdate(hospital.now)
    scan(nessus(("10.1.0.5", 1, 3)))
    finding = Finding.objects.get()
    asked = {"kind": "postponed", "reason": "厂商未出补丁", "compensation": "隔离该网段", "by": hospital.system_admin}
    for until in (today, today + 91 * DAY):
        with pytest.raises(ExceptionTooLong):
            services.finding_except(finding=finding, until=until, **asked, now=now)
    exception = services.finding_except(finding=finding, until=today + 60 * DAY, **asked, now=now)
    with pytest.raises(ExceptionWaits):
        services.finding_except(finding=finding, until=today + 60 * DAY, **asked, now=now)
    process = Process.objects.get(about=exception.reference)
    assert [step.role for step in process.steps.all()] == [Role.DSO, Role.HEAD]
    finding.refresh_from_db()
    assert finding.state == "open", "asking is not having"
    approvals.process_approve(process=process, by=hospital.dso, now=now)
    approvals.process_approve(process=process, by=hospital.head, now=now)
    finding.refresh_from_db()
    assert (finding.state, finding.excepted_until) == ("excepted", today + 60 * DAY)
    assert timezone.localdate(finding.due_at) == today + 90 * DAY
    assert services.exceptions_expire(now=now + 60 * DAY, institution=hospital.institution.pk) == 0
    assert services.exceptions_expire(now=now + 61 * DAY, institution=hospital.institution.pk) == 1
    finding.refresh_from_db()
    assert (finding.state, timezone.localdate(finding.due_at)) == ("open", today + 90 * DAY)
    assert FindingException.objects.get().state == "ended"

    again = services.finding_except(finding=finding, until=today + 62 * DAY, **asked, now=now + 61 * DAY)
    process = Process.objects.get(about=again.reference)
    approvals.process_refuse(process=process, reason="已有补丁", by=hospital.dso, now=now + 61 * DAY)
    finding.refresh_from_db()
    again.refresh_from_db()
    assert (finding.state, again.state) == ("open", "refused")

    late = services.finding_except(finding=finding, until=today + 63 * DAY, **asked, now=now + 61 * DAY)
    mender, day = hospital.system_admin, today + 61 * DAY
    work = {"department": hospital.departments["IT"], "person": mender, "cause": "补丁未装", "plan": "安装补丁"}
    services.finding_assign(finding=finding, **work, by=hospital.dso, now=now + 61 * DAY)
    services.finding_fix(finding=finding, measures="已装", fixed_on=day, by=mender, now=now + 61 * DAY)
    process = Process.objects.get(about=late.reference)
    for approver in (hospital.dso, hospital.head):
        approvals.process_approve(process=process, by=approver, now=now + 61 * DAY)
    finding.refresh_from_db()
    late.refresh_from_db()
    assert (finding.state, late.state) == ("fixed", "ended"), "mended while the approvers thought"


def test_what_a_self_inspection_sees_again_stands_in_its_report(hospital, scan):
    scan(nessus(("10.1.0.5", 1, 4), ("10.1.0.5", 2, 2)))
    told = {"title": "年度自查", "scope": "全院", "organisation": "网信领导小组", "by": hospital.security_admin}
    inspection = services.inspection_open(kind="yearly", **told, now=hospital.now)
    again = scan(nessus(("10.1.0.5", 1, 4), ("10.1.0.6", 3, 3)), after=DAY, inspection=inspection)
    assert (again.seen_again, again.added) == (1, 1)
    paper, _missing = rectification_report(inspection, now=hospital.now)
    assert (paper["total"], paper["results"][0]["found"]) == (2, 2)


def test_a_self_inspection_uses_three_methods_and_ends_with_a_receipt(hospital, network, watched):
    now, today = hospital.now, timezone.localdate(hospital.now)
    told = {"title": "年度自查", "scope": "全院", "organisation": "网信领导小组", "by": hospital.security_admin}
    with pytest.raises(OrderIncomplete):
        services.inspection_open(kind="ordered", **told, now=now)
    inspection = services.inspection_open(kind="yearly", **told, now=now)
    result = {"title": "结果", "performed_on": today, "performed_by": "信息中心", "by": hospital.security_admin}
    with pytest.raises(MethodUnfit):
        services.batch_record(origin="evaluation", inspection=inspection, **result, now=now)
    with pytest.raises(NoticeMissing):
        services.batch_record(origin="authority", **result, now=now)
    checked = services.batch_record(origin="document_check", inspection=inspection, **result, now=now)
    closing = {"summary": "总体可控", "advice": "补齐制度", "by": hospital.dso}
    with pytest.raises(MethodsMissing):
        services.inspection_conclude(inspection=inspection, **closing, now=now)
    rule = {"title": "缺应急预案", "target": "制度", "severity": "medium", "by": hospital.security_admin}
    finding = services.finding_add(findingbatch=checked, **rule, now=now)
    assert (finding.origin, finding.network) == ("document_check", None)
    with pytest.raises(FindingKnown):
        services.finding_add(findingbatch=checked, **rule, now=now)
    for method in ("vulnerability_scan", "penetration_test"):
        old = result | {"performed_on": today.replace(year=today.year - 1, day=1)}
        services.batch_record(origin=method, inspection=inspection, network=network, **old, now=now)
    with pytest.raises(MethodsMissing):  # results of another year are none of this year's inspection
        services.inspection_conclude(inspection=inspection, **closing, now=now)
    for method in ("vulnerability_scan", "penetration_test"):
        services.batch_record(origin=method, inspection=inspection, network=network, **result, now=now)
    sent = {"reported_to": "市卫生健康委员会", "reported_on": today, "by": hospital.dso}
    with pytest.raises(NotConcluded):
        services.inspection_report(inspection=inspection, **sent, now=now)
    services.inspection_conclude(inspection=inspection, **closing, now=now)
    with pytest.raises(InspectionConcluded):
        services.finding_add(findingbatch=checked, **rule | {"title": "缺培训记录"}, now=now)
    done = services.inspection_report(
        inspection=inspection, **sent, receipt_number="卫网备1号", receipt_on=today, now=now
    )
    assert (done.receipt_number, done.receipt_on) == ("卫网备1号", today)


def test_a_scan_is_uploaded_on_the_page_and_a_hostile_one_leaves_nothing(hospital, network):
    console = hospital.client(Role.SECURITY_ADMIN)
    address = "/console/assets.findingbatch/-/record/"

    def upload(content):
        told = {
            "origin": "vulnerability_scan",
            "title": "季度扫描",
            "performed_on": str(timezone.localdate(hospital.now)),
            "performed_by": "信息中心",
            "network": str(network.pk),
            "file": SimpleUploadedFile("季度.nessus", content.encode()),
        }
        return console.post(address, told)

    refused = upload(
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><NessusClientData_v2>&x;</NessusClientData_v2>'
    )
    assert refused.status_code == 422
    assert "XD-FINDING-004" in refused.content.decode()
    assert FindingBatch.objects.count() == 0
    made = upload(nessus(("10.1.0.5", 1, 4)))
    assert made.status_code == 302, made.content.decode()[:2000]
    page = console.get(made.headers["Location"]).content.decode()
    assert "季度.nessus" in page
    assert "P1" in page
    finding = Finding.objects.get()
    assert "P1" in console.get(f"/console/assets.network/{network.pk}/").content.decode()
    overview = console.get("/").content.decode()
    assert "assets.finding" in overview
    sheet = console.get("/console/assets.findingbatch/-/template/")
    assert sheet.content.startswith(b"PK")
    assert console.get(f"/console/assets.finding/{finding.pk}/assign/").status_code == 200
    assert hospital.client(Role.APPLICANT).get("/console/assets.finding/").status_code == 403


def test_the_number_of_queries_of_an_import_does_not_grow_with_its_findings(scan, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        batch = scan(nessus(*(("10.1.0.5", number, 1 + number % 4) for number in range(1, 401))))
    assert batch.added == 400
    with django_assert_max_num_queries(40):
        again = scan(nessus(*(("10.1.0.5", number, 1 + number % 4) for number in range(101, 501))), after=DAY)
    assert (again.added, again.seen_again, again.vanished) == (100, 300, 100)
