"""A hospital's networks, told in steps: what scenarios and tests of their lives have in common."""

from datetime import timedelta

from django.utils import timezone

from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.assets import services
from xingdun.assets.rules import asked
from xingdun.frame.roles import Role

SERIOUS = {"information_society": "serious", "service_citizens": "general"}  # S3 A1: level 3
SECOND = {"information_citizens": "serious"}  # S2 A1: level 2
FIRST = {"information_citizens": "general"}  # level 1
SECTIONS = ("management_centre", "communication_network", "area_boundary", "computing_environment")


class Story:
    """Steps in the life of networks, done by who does them in a hospital."""

    def __init__(self, hospital):
        self.hospital = hospital
        self.now = hospital.now
        self.today = timezone.localdate(hospital.now)
        self.by = hospital.security_admin
        self.entered = 0

    def day(self, days):
        return self.today + timedelta(days=days)

    def network(self, *, running_for=None, **facts):
        """A network with everything known; in operation for some days, or planned."""
        self.entered += 1
        place = self.hospital.departments
        known = {
            "code": f"N-{self.entered:03}",
            "name": "医院信息系统",
            "competent_department": place["MED"],
            "operating_department": place["IT"],
            "it_department": place["IT"],
            "user_department": place["MED"],
            "purpose": "门诊与住院业务",
            "service_scope": "全院",
            "service_objects": "患者与职工",
            "data_description": "病历、检验、费用",
            "persons_held": 50_000,
            "new": running_for is None,
            "in_operation_since": None if running_for is None else self.day(-running_for),
        }
        return services.network_create(by=self.by, now=self.now, **(known | facts))

    def approve(self, record, *, now=None):
        """Let everyone who must approve do so."""
        for role in (Role.DSO, Role.HEAD):
            process = Process.objects.filter(about=record.reference, state="open").first()
            if process:
                approvals.process_approve(process=process, by=self.hospital.people[role], now=now or self.now)
        record.refresh_from_db()
        return record

    def grade(self, network, *, now=None, **facts):
        """A grading, proposed and approved; level 3 unless the harm says otherwise."""
        harm = {} if {"information_citizens", "information_society"} & facts.keys() else SERIOUS
        grading = services.grading_propose(network=network, by=self.by, now=now or self.now, **(harm | facts))
        self.approve(grading, now=now)
        network.refresh_from_db()
        return grading

    def file(self, network, *, recipient="public_security", days=0, receipt="33010600001-20260001"):
        """What is due to a recipient, sent and received."""
        return services.filing_send(
            network=network,
            recipient=recipient,
            organ="杭州市公安局网安支队" if recipient == "public_security" else "杭州市卫生健康委员会",
            filed_on=self.day(days),
            receipt_number=receipt,
            receipt_on=self.day(days) if receipt else None,
            by=self.by,
            now=self.now + timedelta(days=max(days, 0)),
        )

    def agency(self, **facts):
        self.entered += 1
        known = {"name": "华东测评中心", "certificate_number": f"DJCP-{self.entered}", "valid_from": self.day(-3650)}
        known["valid_until"] = self.day(365)
        return services.agency_create(by=self.by, now=self.now, **(known | facts))

    def evaluate(self, network, *, kind="evaluation", ago=0, agency=None, conclusion="good", **facts):
        """A report of `ago` days."""
        self.entered += 1
        by_agency = kind == "evaluation"
        return services.evaluation_record(
            network=network,
            kind=kind,
            agency=(agency or self.agency()) if by_agency else None,
            level=facts.pop("level", network.level) if by_agency else None,
            report_number=f"R-{self.entered}",
            reported_on=self.day(-ago),
            conclusion=conclusion,
            by=self.by,
            now=self.now,
            **facts,
        )

    def assess(self, network, *keys, state="in_place", duty="", critical=False):
        """Safeguards of a network, these or all that show a duty."""
        network.refresh_from_db()
        named = keys or [one.key for one in asked(level=network.level, critical=critical, duty=duty)]
        return services.safeguards_assess(
            network=network, safeguards=named, state=state, evidence="现场核查记录", by=self.by, now=self.now
        )

    def plan(self, kind="overall", network=None):
        sections = dict.fromkeys(SECTIONS, "分区分域，集中管控")
        plan = services.plan_propose(
            kind=kind, network=network, title="网络安全总体规划", by=self.by, now=self.now, **sections
        )
        return self.approve(plan)

    def retire(self, network, destruction_method="erased"):
        retirement = services.retirement_propose(
            network=network,
            reason="系统停用",
            risk_assessment="数据已迁移，残余风险可接受",
            risk_assessed_on=self.day(-3),
            destruction_method=destruction_method,
            destroyed_on=self.day(-1),
            destruction_witness="信息中心、审计",
            destruction_record="XH-001",
            by=self.by,
            now=self.now,
        )
        self.approve(retirement)
        network.refresh_from_db()
        return retirement
