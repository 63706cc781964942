"""A hospital's year, day by day: what its people did with the platform in 2026, told to the services.

`STORY` holds the days, as `year_first_half.py` and `year_second_half.py` tell them;
`tests/domain/obligations/test_year.py` lets the clock run over them. A subject that
the table of states (`year.toml`) asks about is named by `year.named[…]`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from duty_world import World
from networks import Story
from xingdun.access import services as access
from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.assets import services as assets
from xingdun.kernel.clocks import ZONE, Due, due, find_clock
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
  { name = "spring_festival", from = 2027-02-05, to = 2027-02-11 },
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
