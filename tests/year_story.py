"""A hospital's year, day by day: what its people did with the platform in 2026, told to the services.

`STORY` holds the days in order; `tests/domain/obligations/test_year.py` lets the clock run over them. A subject that
the table of states (`year.toml`) asks about is named by `year.named[…]`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

import duty_world
from duty_world import C1, World
from networks import SECOND, SERIOUS, Story
from xingdun.access import services as access
from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.assets import services as assets
from xingdun.audit import services as audit
from xingdun.data import services as data
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import ZONE, Due, due, find_clock
from xingdun.obligations import services as obligations
from xingdun.obligations.years import calendar_of
from xingdun.organisation import services as organisation
from xingdun.organisation.models import Person

FIRST = date(2026, 1, 5)  # the platform is taken into use, on the first working Monday
LAST = date(2026, 12, 31)
OFFICE = time(10)
WAITING_EVIDENCE = "security-training"  # no register keeps trainings yet
CRITICAL_HOST, WEAK_HOST = "10.20.1.5", "10.20.1.6"
_ITEM = (
    '<ReportHost name="{host}"><ReportItem port="445" svc_name="cifs" protocol="tcp" severity="{severity}"'
    ' pluginID="{plugin}" pluginName="{name}"><solution>更新</solution></ReportItem></ReportHost>'
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
# Own-made notices: the year's breaks as they might be arranged, and the same with New Year's break a day longer.
NOTICE_2027 = """year = 2027
holidays = [
  { name = "new_year", from = 2027-01-01, to = 2027-01-03 },
  { name = "labour_day", from = 2027-05-01, to = 2027-05-05 },
  { name = "national_day", from = 2027-10-01, to = 2027-10-07 },
]
makeup = [2027-10-09]
"""
AMENDED_2027 = NOTICE_2027.replace("to = 2027-01-03", "to = 2027-01-04").replace("[2027-10", "[2027-01-09, 2027-10")
STORY: dict[date, list[Callable[["Year"], None]]] = defaultdict(list)


def on(month: int, day: int) -> Callable[[Callable[["Year"], None]], Callable[["Year"], None]]:
    """A day of 2026 on which something is done."""

    def told(step: Callable[["Year"], None]) -> Callable[["Year"], None]:
        STORY[date(2026, month, day)].append(step)
        return step

    return told


def scan_of(*found: tuple[str, int, int, str]) -> BytesIO:
    """A Nessus result: of each host its severity (0 to 4), plugin and title."""
    items = "".join(_ITEM.format(host=h, severity=s, plugin=p, name=n) for h, s, p, n in found)
    text = f'<?xml version="1.0" ?><NessusClientData_v2><Report name="x">{items}</Report></NessusClientData_v2>'
    file = BytesIO(text.encode())
    file.name = "scan.nessus"
    return file


@dataclass
class Year:
    """The hospital with a clock that the test moves. named: what the table calls a subject, with its record."""

    world: World
    named: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    story: Story = field(init=False)

    def __post_init__(self) -> None:
        self.story = Story(self.world)

    @property
    def now(self) -> datetime:
        return self.world.now

    @property
    def today(self) -> date:
        return self.story.today

    def move(self, day: date, at: time = OFFICE) -> datetime:
        """Set every clock of the story."""
        self.world.now = self.story.now = datetime.combine(day, at, tzinfo=ZONE)
        self.story.today = day
        return self.world.now

    def file(self, network: Any, *, sent: date, receipt: date, recipient: str = "public_security") -> None:
        assets.filing_send(
            network=network,
            recipient=recipient,
            organ="主管单位",
            filed_on=sent,
            receipt_number=f"{network.code}-{receipt}",
            receipt_on=receipt,
            by=self.story.by,
            now=self.now,
        )

    def filing_due(self, graded: date) -> Due:
        """Until when a level determined on a day would have to be filed, by the holidays known now."""
        start = datetime.combine(graded, OFFICE, tzinfo=ZONE)
        return due(find_clock("mlps-filing"), start, calendar_of(self.world.institution.pk))

    def consent(self, network: Any) -> None:
        grading = network.gradings.order_by("-proposed_at").first()
        reply = {"opinion": "consented", "opinion_number": "杭卫函〔2026〕1号", "opinion_on": self.today}
        assets.grading_opinion(grading=grading, by=self.story.by, now=self.now, **reply)

    def approve(self, record: Any, *people: Person) -> None:
        for person in people:
            process = Process.objects.get(about=record.reference, state="open")
            approvals.process_approve(process=process, by=person, now=self.now)

    def batch(self, origin: str, network: Any = None, **facts: Any) -> Any:
        return assets.batch_record(
            origin=origin,
            title="结果",
            performed_on=self.today,
            performed_by="信息中心",
            network=network,
            by=self.world.security_admin,
            now=self.now,
            **facts,
        )

    def take_up(self, finding: str) -> None:
        self.named[finding] = assets.finding_assign(
            finding=self.named[finding],
            department=self.world.departments["IT"],
            person=self.world.system_admin,
            cause="补丁和口令策略缺失",
            plan="更新并定策略",
            by=self.world.dso,
            now=self.now,
        )

    def mend(self, finding: str) -> None:
        assets.finding_fix(
            finding=self.named[finding],
            measures="已整改",
            fixed_on=self.today,
            by=self.world.system_admin,
            now=self.now,
        )

    def retest(self, finding: str, *, passed: bool = True, seen_by: Any = None) -> None:
        """By somebody else than who mended it; seen_by: the result that does not see it any more."""
        self.named[finding] = assets.finding_retest(
            finding=self.named[finding],
            passed=passed,
            retest="复测记录",
            retest_batch=seen_by,
            by=self.world.security_admin,
            now=self.now,
        )

    def inspection(self, kind: str = "yearly", **order: Any) -> Any:
        return assets.inspection_open(
            kind=kind, title="自查", scope="全院", organisation="领导小组", by=self.story.by, now=self.now, **order
        )

    def conclude(self, inspection: Any) -> None:
        for method in ("document_check", "vulnerability_scan", "penetration_test"):
            self.batch(method, inspection=inspection)
        assets.inspection_conclude(
            inspection=inspection, summary="可控", advice="补制度", by=self.world.dso, now=self.now
        )

    def report(self, inspection: Any) -> None:
        assets.inspection_report(
            inspection=inspection,
            reported_to="市卫生健康委员会",
            reported_on=self.today,
            receipt_number=f"备 {self.today}",
            receipt_on=self.today,
            by=self.world.dso,
            now=self.now,
        )

    def record(self, person: Person, kind: str, **facts: Any) -> None:
        organisation.person_add_record(
            person=person, kind=kind, document="2026-017", by=self.world.security_admin, now=self.now, **facts
        )

    def post(self, person: Person, kind: str, **facts: Any) -> Any:
        return organisation.post_create(
            person=person,
            kind=kind,
            department=self.world.departments["IT"],
            duties="网络安全",
            document="院发〔2026〕3号",
            by=self.world.head,
            now=self.now,
            **facts,
        )

    def joins(self, name: str, *, employer: str = "", department: str = "IT") -> Person:
        made = organisation.person_create(
            name=name,
            staff_number=f"Y-{name}",
            department=self.world.departments[department],
            login=f"year-{name}",
            employer=employer,
            by=self.world.security_admin,
            now=self.now,
        )
        self.named[name] = made["person"]
        return self.named[name]

    def leaves(self, name: str) -> None:
        organisation.person_leave(person=self.named[name], by=self.world.system_admin, now=self.now)

    def audit(self, kind: str, **facts: Any) -> None:
        access.internalaudit_create(kind=kind, findings="未见异常", by=self.world.auditor, now=self.now, **facts)


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
def the_agreement_is_renewed_late_and_an_inspection_begins(year):
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


@on(7, 1)
def a_vendor_comes(year):
    year.joins("vendor", employer="某信息公司")
    access.grant_end(grant=year.kept["window"], ending="expired", by="system:watch", now=year.now)


@on(7, 3)
def the_password_is_mended(year):
    year.mend("password")
    year.retest("password")


@on(7, 6)
def the_internet_hospital_is_tested(year):
    year.story.evaluate(year.named["IH"], kind="pre_launch")
    year.story.assess(year.named["IH"])


@on(7, 9)
def it_goes_live(year):
    assets.network_launch(network=year.named["IH"], in_operation_since=year.today, by=year.story.by, now=year.now)


@on(7, 15)
def the_rectification_report_is_filed(year):
    year.report(year.kept["inspection"])


@on(8, 3)
def an_inspection_is_ordered(year):
    order = {"ordered_by": "市卫生健康委员会", "order_number": "卫网 3 号", "ordered_until": date(2026, 8, 25)}
    year.kept["ordered"] = year.inspection("ordered", **order)
    year.record(year.named["vendor"], "confidentiality")
    access.grant_gone(grant=year.kept["window"], sessions=0, now=year.now)


@on(8, 14)
def rights_are_audited_again(year):
    year.audit("permissions")


@on(8, 18)
def lis_is_evaluated_and_a_table_is_found(year):
    year.story.evaluate(year.named["LIS"], agency=year.kept["agency"])
    duty_world.scan(year.world, year.now)
    found = duty_world.add_table(year.world, "followup", {"随访诊断": ("diagnosis", "sensitive", C1)})
    audit.record(actor="system:scan", action="dataset.find", about=found, now=year.now)
    year.named["followup"] = found


@on(8, 20)
def an_officer_is_named(year):
    year.post(year.world.dso, "officer", full_time=True)
    year.story.assess(year.named["HIS"], "redundant-links")


@on(8, 24)
def lis_holds_more_people(year):
    assets.network_update(network=year.named["LIS"], persons_held=120_000, by=year.story.by, now=year.now)


@on(9, 4)
def the_ordered_report_is_late(year):
    year.conclude(year.kept["ordered"])
    year.report(year.kept["ordered"])


@on(9, 10)
def the_officer_has_a_certificate(year):
    until = datetime(2026, 11, 20, tzinfo=ZONE)
    year.record(year.world.dso, "certificate", issuer="CISP", expires_at=until)
    data.dataset_confirm(dataset=year.named["followup"], by=year.world.dso, now=year.now)


@on(9, 16)
def lis_rises_to_level_three(year):
    year.story.grade(year.named["LIS"], **SERIOUS)


@on(9, 28)
def the_old_archive_ends_before_national_day(year):
    year.story.retire(year.named["OLD"])


@on(9, 30)
def the_newcomer_leaves(year):
    year.leaves("newcomer")


@on(10, 12)
def the_change_is_filed_late(year):
    for recipient in ("public_security", "health_authority"):
        year.file(year.named["LIS"], sent=year.today, receipt=year.today, recipient=recipient)
    year.consent(year.named["LIS"])


@on(10, 20)
def the_end_is_filed_late(year):
    for recipient in ("public_security", "health_authority"):
        year.file(year.named["OLD"], sent=year.today, receipt=year.today, recipient=recipient)


@on(10, 23)
def the_administrator_leaves(year):
    year.leaves("keeper")


@on(10, 29)
def an_emergency(year):
    glass = year.named["glass"] = year.world.break_glass()
    audit.record(actor="system:watch", action="grant.open", about=glass, now=year.now)
    access.grant_end(grant=glass, ending="expired", by="system:watch", now=year.now + timedelta(hours=4))
    access.grant_gone(grant=glass, sessions=0, now=year.now + timedelta(hours=4))


@on(11, 4)
def the_roster_is_checked_late(year):
    year.kept["team"] = [
        organisation.post_verify(post=post, by=year.world.head, now=year.now) for post in year.kept["team"]
    ]


@on(11, 6)
def late_review_and_a_new_administrator(year):
    access.grant_review(grant=year.named["glass"], justified=True, comment="已核对", by=year.world.dso, now=year.now)
    year.post(year.world.security_admin, "administrator")


@on(11, 16)
def the_inventory_is_reviewed(year):
    data.review_create(by=year.world.dso, now=year.now, statement="已梳理")


@on(11, 23)
def the_notice_of_the_next_year(year):
    """A deadline that reaches into it is provisional before, and settled after."""
    year.kept["provisional"] = year.filing_due(date(2026, 12, 21))
    year.kept["first_notice"] = obligations.calendar_year_import(text=NOTICE_2027, by=year.world.dso, now=year.now)
    year.kept["settled"] = year.filing_due(date(2026, 12, 21))


@on(12, 3)
def lis_is_evaluated_at_its_level(year):
    year.story.evaluate(year.named["LIS"], agency=year.kept["agency"])


@on(12, 4)
def the_certificate_is_renewed(year):
    year.record(year.world.dso, "certificate", issuer="CISP", expires_at=datetime(2029, 11, 20, tzinfo=ZONE))


@on(12, 9)
def the_weak_cipher_is_mended(year):
    year.take_up("ssl")
    year.mend("ssl")


@on(12, 11)
def and_retested(year):
    year.retest("ssl")


@on(12, 21)
def a_data_centre_is_graded_at_the_end_of_the_year(year):
    cdr = year.named["CDR"] = year.story.network(
        code="CDR", name="临床数据中心", new=False, in_operation_since=date(2026, 12, 14)
    )
    year.story.grade(cdr, **SECOND)


@on(12, 24)
def the_notice_is_amended(year):
    year.kept["amended"] = obligations.calendar_year_import(text=AMENDED_2027, by=year.world.dso, now=year.now)
