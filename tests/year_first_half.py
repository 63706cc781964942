"""The first half of the year: networks graded, filed and tested, findings found, an inspection held."""

from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from networks import SECOND, SERIOUS
from xingdun.assets import services as assets
from xingdun.audit import services as audit
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import ZONE
from xingdun.obligations import services as obligations
from xingdun.organisation import services as organisation
from year_story import CRITICAL_HOST, PDF, WAITING_EVIDENCE, WEAK_HOST, on, scan_of


@on(1, 6)
def networks_are_registered(year):
    """Three run already: HIS was graded, filed and evaluated before; LIS never was; OLD is small."""
    story = year.story
    his = story.network(
        code="HIS", name="医院信息系统", persons_held=900_000, new=False, in_operation_since=date(2019, 6, 1)
    )
    story.grade(his, determined_earlier_on=date(2022, 3, 1), **SERIOUS)
    year.file(his, sent=date(2022, 3, 8), receipt=date(2022, 3, 10))
    year.file(his, sent=date(2022, 3, 8), receipt=date(2022, 3, 11), recipient="health_authority")
    agency = year.kept["agency"] = story.agency(valid_from=date(2020, 1, 1), valid_until=date(2030, 1, 1))
    story.evaluate(his, agency=agency, ago=(year.today - date(2025, 5, 20)).days)
    lis = story.network(code="LIS", name="检验系统", new=False, in_operation_since=date(2024, 3, 1))
    old = story.network(code="OLD", name="旧影像系统", new=False, in_operation_since=date(2016, 3, 1))
    story.grade(old, determined_earlier_on=date(2021, 3, 1), **SECOND)
    for recipient in ("public_security", "health_authority"):
        year.file(old, sent=date(2021, 3, 8), receipt=date(2021, 3, 9), recipient=recipient)
    year.named |= {"HIS": his, "LIS": lis, "OLD": old, "applicant": year.world.applicant, "dso": year.world.dso}
    year.record(year.world.applicant, "confidentiality", done_at=datetime(2025, 4, 20, 9, tzinfo=ZONE))


@on(1, 19)
def posts_are_filled(year):
    year.post(year.world.head, "lead")
    year.post(year.joins("keeper"), "administrator")
    year.record(year.named["keeper"], "identity")


@on(1, 20)
def the_authority_consents(year):
    year.consent(year.named["HIS"])


@on(1, 26)
def an_overall_plan(year):
    year.story.plan()


@on(2, 10)
def lis_is_graded_before_spring_festival(year):
    year.story.grade(year.named["LIS"], **SECOND)


@on(2, 20)
def who_may_what_is_audited(year):
    year.audit("permissions")


@on(2, 27)
def the_health_authority_is_told(year):
    year.file(year.named["LIS"], sent=date(2026, 2, 26), receipt=date(2026, 2, 27), recipient="health_authority")
    year.consent(year.named["LIS"])


@on(3, 2)
def an_internet_hospital_is_planned(year):
    year.named["IH"] = year.story.network(
        code="IH", name="互联网医院平台", carries_internet_care=True, launch_planned_on=date(2026, 7, 10)
    )


@on(3, 9)
def the_receipt_comes_late(year):
    year.file(year.named["LIS"], sent=date(2026, 3, 2), receipt=date(2026, 3, 9))


@on(3, 10)
def an_exemption_is_asked(year):
    asked = obligations.exemption_create(
        duty="data-security-officer",
        reason="本院不执行该规范，候批",
        expires_at=datetime(2026, 6, 15, tzinfo=ZONE),
        by=year.world.dso,
        now=year.now,
    )
    year.kept["exemption"] = asked


@on(3, 12)
def legal_and_the_head_sign(year):
    year.approve(year.kept["exemption"], year.world.legal, year.world.head)


@on(3, 20)
def safeguards_are_assessed(year):
    year.story.assess(year.named["HIS"])
    year.story.assess(year.named["HIS"], "redundant-links", state="absent")


@on(3, 25)
def a_newcomer(year):
    year.joins("newcomer", department="RES")


@on(3, 27)
def a_scan_finds_two_holes(year):
    """Both terms run from here: a critical one 7 days, a medium one 90."""
    his = year.named["HIS"]
    scan = scan_of((CRITICAL_HOST, 4, 97833, "MS17-010"), (WEAK_HOST, 2, 42873, "SSL Medium Strength"))
    batch = year.batch("vulnerability_scan", his, file=scan)
    for finding in batch.findings.all():
        year.named["smb" if finding.severity == "critical" else "ssl"] = finding


@on(4, 2)
def the_critical_one_is_taken_up(year):
    year.take_up("smb")


@on(4, 8)
def the_newcomer_is_verified(year):
    year.record(year.named["newcomer"], "identity")
    organisation.appointment_create(
        person=year.named["newcomer"],
        role=Role.APPLICANT,
        department=year.world.departments["RES"],
        by=year.world.security_admin,
        now=year.now,
    )
    year.mend("smb")


@on(4, 10)
def a_second_scan_shows_it_gone(year):
    scan = scan_of((CRITICAL_HOST, 0, 19506, "Scan Information"), (WEAK_HOST, 2, 42873, "SSL Medium Strength"))
    year.retest("smb", seen_by=year.batch("vulnerability_scan", year.named["HIS"], file=scan))


@on(4, 15)
def evidence_of_training_until_the_end_of_september(year):
    year.kept["evidence"] = obligations.evidencefile_create(
        title="培训记录",
        file=SimpleUploadedFile("training.pdf", PDF, "application/pdf"),
        duties=[WAITING_EVIDENCE],
        expires_at=datetime(2026, 10, 1, tzinfo=ZONE),
        by=year.world.security_admin,
        now=year.now,
    )


@on(4, 27)
def the_internet_hospital_is_graded_before_labour_day(year):
    assert year.story.grade(year.named["IH"], **SECOND).level == 3, "care over the internet asks for level 3"


@on(5, 11)
def the_agreement_is_renewed_after_a_year_and_an_inspection_begins(year):
    year.record(year.world.applicant, "confidentiality")
    year.kept["inspection"] = year.inspection()


@on(5, 12)
def the_receipt_of_the_internet_hospital(year):
    for recipient in ("public_security", "health_authority"):
        year.file(year.named["IH"], sent=date(2026, 5, 8), receipt=date(2026, 5, 12), recipient=recipient)
    batch = year.batch("document_check", year.named["HIS"], inspection=year.kept["inspection"])
    year.named["password"] = assets.finding_add(
        findingbatch=batch, title="弱口令", target="10.20.1.9", severity="high", by=year.story.by, now=year.now
    )


@on(5, 14)
def the_weak_password_is_taken_up(year):
    year.take_up("password")


@on(5, 18)
def a_construction_plan(year):
    year.story.plan("construction", year.named["IH"])


@on(5, 25)
def care_over_the_internet_is_licensed(year):
    organisation.institution_update(
        institution=year.world.institution, internet_hospital=True, by=year.world.system_admin, now=year.now
    )


@on(5, 29)
def the_inspection_is_concluded(year):
    year.conclude(year.kept["inspection"])


@on(6, 8)
def the_password_is_said_to_be_mended(year):
    year.mend("password")


@on(6, 10)
def the_retest_fails(year):
    year.retest("password", passed=False)


@on(6, 15)
def a_team_for_emergencies(year):
    people = ((year.world.head, "1390000001"), (year.world.system_admin, "1390000002"))
    year.kept["team"] = [year.post(person, "emergency", phone=phone) for person, phone in people]


@on(6, 16)
def the_yearly_evaluation_comes_late(year):
    year.story.evaluate(year.named["HIS"], agency=year.kept["agency"])


@on(6, 22)
def leave_not_to_mend_is_asked(year):
    asked = assets.finding_except(
        finding=year.named["ssl"],
        kind="postponed",
        until=date(2026, 8, 31),
        reason="设备厂商八月升级",
        compensation="限制访问",
        by=year.story.by,
        now=year.now,
    )
    year.approve(asked, year.world.dso)


@on(6, 24)
def a_window_of_seven_days(year):
    window = year.kept["window"] = year.world.window(days=7)
    year.named["window"] = window
    year.named["request"] = window.request
    audit.record(actor="system:watch", action="grant.open", about=window, now=year.now)
