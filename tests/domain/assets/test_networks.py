"""The life of a network, from its entry to its end, and the matrices its level follows from."""

from datetime import timedelta

import pytest
from django.utils import translation

from duty_world import reads
from networks import FIRST, SECOND, SERIOUS, Story
from xingdun.approvals import errors as approvals
from xingdun.approvals.models import Process
from xingdun.approvals.services import process_approve, process_refuse
from xingdun.assets import errors, services
from xingdun.assets.checks.inventory import find_networks, told_by_networks
from xingdun.assets.forms.protection import GradingForm
from xingdun.assets.models import Grading, Network, Safeguard
from xingdun.assets.rules import asked, derive, evaluation_clock, safeguards
from xingdun.audit.models import Entry
from xingdun.frame.checks import Facts
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import Posture
from xingdun.obligations.services import posture_measure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]

# GB/T 22240-2020, tables 2 and 3: whose interest, how badly, which level.
MATRIX = {
    "citizens": (1, 2, 2),
    "society": (2, 3, 4),
    "nation": (3, 4, 5),
}


def actions(record):
    return list(Entry.objects.filter(about=record.reference).order_by("id").values_list("action", flat=True))


def test_a_grading_sent_off_untouched_is_no_level():
    assert not GradingForm({}).is_valid()
    assert GradingForm({"service_society": "general"}).is_valid()


def test_a_network_from_planning_to_its_end(hospital, as_owner):
    story = Story(hospital)
    network = story.network(launch_planned_on=story.day(5), technologies=["cloud", "big_data"])
    assert (network.state, network.technologies) == ("planning", ["big_data", "cloud"])

    grading = services.grading_propose(network=network, by=story.by, now=story.now, **SERIOUS)
    network.refresh_from_db()
    assert (network.state, grading.level, grading.information_level, grading.service_level) == ("grading", 3, 3, 1)
    assert grading.get_effect_display() == "", "what is to be filed follows from the determined level"
    with pytest.raises(errors.GradingWaits):
        services.grading_propose(network=network, by=story.by, now=story.now, **SERIOUS)
    with pytest.raises(approvals.ApproverIsApplicant):
        process_approve(process=Process.objects.get(about=grading.reference), by=story.by, now=story.now)
    with as_owner():
        Grading.objects.update(expert_review="另一份意见")
    with pytest.raises(approvals.ContentChanged):
        story.approve(grading)  # it is no longer what was proposed
    with as_owner():
        Grading.objects.update(expert_review=grading.expert_review)
    story.approve(grading)  # the DSO, then the head: it is level 3
    network.refresh_from_db()
    assert (network.state, network.level, grading.effect) == ("graded", 3, "filing")
    assert network.safeguards.count() == len(asked(level=3, critical=False))

    story.file(network, receipt="")
    with pytest.raises(errors.NothingToFile):
        story.file(network)
    filing = network.filings.get()
    for number, day in (("", story.today), ("33010600001-26001", story.day(1)), ("33010600001-26001", story.day(-1))):
        with pytest.raises(errors.ReceiptIncomplete):
            services.filing_receive(filing=filing, receipt_number=number, receipt_on=day, by=story.by, now=story.now)
    services.filing_receive(
        filing=filing, receipt_number="33010600001-26001", receipt_on=story.today, by=story.by, now=story.now
    )
    network.refresh_from_db()
    assert network.state == "filed"

    with pytest.raises(errors.NotTested):
        services.network_launch(network=network, in_operation_since=story.today, by=story.by, now=story.now)
    story.evaluate(network, kind="pre_launch")
    services.network_launch(network=network, in_operation_since=story.today, by=story.by, now=story.now)
    with pytest.raises(errors.AgencyMissing):
        story.evaluate(network, level=None)
    story.evaluate(network, issues=3, rectification_plan="三十日内整改")
    with pytest.raises(errors.DepartmentsMissing):
        services.network_update(network=network, it_department=None, by=story.by, now=story.now)

    lowered = story.grade(network, **SECOND)
    network.refresh_from_db()
    assert (network.state, network.level, lowered.effect, lowered.previous_level) == ("changed", 2, "change", 3)
    assert story.file(network).kind == "change"
    network.refresh_from_db()
    assert network.state == "operating"

    retirement = story.retire(network)
    assert (network.state, retirement.state) == ("retired", "approved")
    with pytest.raises(errors.NetworkRetired):
        story.grade(network)
    assert story.file(network).kind == "revocation"
    assert actions(network) == ["network.create", "network.launch"]
    assert actions(grading) == ["grading.propose", "grading.approved"]
    assert actions(retirement) == ["retirement.propose", "retirement.approved"]


def test_a_refused_grading_changes_nothing_and_can_be_proposed_again(hospital):
    story = Story(hospital)
    network = story.network()
    grading = services.grading_propose(network=network, by=story.by, now=story.now, **FIRST)
    process = Process.objects.get(about=grading.reference)
    process_refuse(process=process, reason="侵害程度未说明", by=hospital.dso, now=story.now)
    network.refresh_from_db()
    assert (network.state, network.level) == ("planning", None)
    again = services.grading_propose(
        network=network, by=story.by, now=story.now, level=2, reason="承载检验数据", **FIRST
    )
    with pytest.raises(errors.NotTheProposer):
        services.grading_withdraw(grading=again, by=hospital.dso, now=story.now)
    services.grading_withdraw(grading=again, by=story.by, now=story.now)
    assert (again.state, again.least, again.level) == ("withdrawn", 1, 2)
    story.grade(network, **FIRST)
    assert (network.level, network.gradings.count()) == (1, 3)
    with pytest.raises(errors.NothingToFile):
        story.file(network)  # level 1 is not filed


def test_what_a_plan_a_safeguard_and_an_agency_refuse(hospital):
    story = Story(hospital)
    network = story.network(running_for=10)
    with pytest.raises(errors.PlanNeedsNetwork):
        story.plan("construction")
    first, second = story.plan(), story.plan()
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == ("replaced", "approved", 2)
    with pytest.raises(errors.NotAsked):
        story.assess(network, "redundant-links")  # asked from level 3
    with pytest.raises(errors.EvidenceMissing):
        services.safeguards_assess(
            network=network, safeguards=["access-rules"], state="absent", evidence=" ", by=story.by, now=story.now
        )
    story.assess(network, "access-rules", state="absent")
    row = Safeguard.objects.get(network=network, key="access-rules")
    services.safeguard_assess(safeguard=row, state="in_place", evidence="策略已核", by=story.by, now=story.now)
    assert (row.state, row.assessed_by) == ("in_place", story.by)
    with translation.override("en"):
        assert row.title == "Boundaries deny by default and let only the necessary through"
    agency = story.agency()
    with pytest.raises(errors.CodeTaken):
        story.agency(certificate_number=agency.certificate_number)
    services.agency_renew(agency=agency, valid_until=story.day(-1), by=story.by, now=story.now)
    agency.refresh_from_db()
    story.grade(network)
    with pytest.raises(errors.AgencyUnqualified):
        story.evaluate(network, agency=agency)
    with pytest.raises(errors.DateAhead):
        story.evaluate(network, ago=-2)
    with pytest.raises(errors.CodeTaken):
        story.network(code=network.code)
    with pytest.raises(TypeError):
        services.network_update(network=network, level=5, by=story.by, now=story.now)


def test_what_applicability_may_ask_of_networks(hospital, django_assert_num_queries):
    story = Story(hospital)
    network = story.network(running_for=900, technologies=["blockchain"], carries_internet_care=True)
    story.grade(network)
    planned = story.network(persons_held=None)
    facts = Facts(hospital.institution.pk, story.now)
    with django_assert_num_queries(1):
        found = {subject.reference: subject for subject in find_networks(facts)}
    assert found[network.reference].department == hospital.departments["MED"].pk
    assert found[network.reference].facts == {
        "carries_internet_care": True,
        "network_new": False,
        "network_retired": False,
        "network_changed": False,
        "findings_open": False,
        "mlps_level": 3,
        "persons_held": 50_000,
    }
    assert {"mlps_level", "persons_held"} & found[planned.reference].facts.keys() == set()
    assert told_by_networks(facts) == {"uses_new_technology": True, "uses_blockchain": True}
    vocabulary = load().vocabulary.facts
    assert set(found[network.reference].facts) | set(told_by_networks(facts)) <= set(vocabulary)
    only = Facts(hospital.institution.pk, story.now + timedelta(days=1), only=frozenset({planned.reference}))
    assert [subject.reference for subject in find_networks(only)] == [planned.reference]


def test_levels_follow_the_matrices():
    for thing, levels in MATRIX.items():
        for degree, level in zip(("general", "serious", "particular"), levels, strict=True):
            assert derive(information={thing: degree}, service={}).least == level
            assert derive(information={}, service={thing: degree}).service == level
    both = derive(information={"citizens": "general", "society": "serious"}, service={"society": "particular"})
    assert (both.information, both.service, both.least, both.floor) == (3, 4, 4, "")
    care = derive(information={}, service={}, marks=frozenset({"carries_internet_care"}))
    assert (care.least, care.floor) == (3, "INTERNET-7.1b1")
    with pytest.raises(KeyError):
        derive(information={"planet": "general"}, service={})


def test_a_level_approved_after_the_end_comes_too_late(hospital):
    story = Story(hospital)
    network = story.network(running_for=900)
    story.grade(network, **SECOND)
    grading = services.grading_propose(network=network, by=story.by, now=story.now, **SERIOUS)
    story.retire(network)
    assert story.approve(grading).state == "withdrawn"
    network.refresh_from_db()
    assert (network.state, network.level) == ("retired", 2)


def test_the_rules_agree_with_the_catalogue():
    duties = load().duties
    assert duties["mlps-evaluation-2-large"].applies.startswith("mlps_level == 2 && persons_held >= 100000 ")
    for level, persons, duty in (
        (3, 0, "mlps-evaluation-3-4"),
        (2, 100_000, "mlps-evaluation-2-large"),
        (2, 99_999, "mlps-evaluation-2"),
        (2, None, "mlps-evaluation-2"),
    ):
        assert (evaluation_clock(level, persons, {}),) == duties[duty].clocks
    assert evaluation_clock(1, 10**9, {}) == ""
    for each in safeguards().values():
        assert each.duties
        assert all(duty in duties for duty in each.duties)
    assert Network._meta.get_field("technologies")


def test_the_samples_networks_are_entered_once_and_stay_as_people_leave_them(hospital):
    facts = [{"code": "HIS", "name": "医院信息系统", "persons_held": 1_000}, {"code": "RDP", "name": "科研平台"}]
    his, _rdp = services.sample_networks(institution=hospital.institution.pk, networks=facts, now=hospital.now)
    assert (actions(his), Entry.objects.get(about=his.reference).actor) == (["network.create"], "system:bootstrap")
    services.network_update(network=his, by=hospital.dso, now=hospital.now, name="新名")
    assert services.sample_networks(institution=hospital.institution.pk, networks=facts, now=hospital.now) == []
    his.refresh_from_db()
    assert (his.name, Network.objects.count()) == ("新名", 2)


def test_another_reading_of_a_number_moves_what_applies_and_by_when(hospital):
    story = Story(hospital)
    network = story.network(running_for=2000, persons_held=100_000)
    story.grade(network, determined_earlier_on=story.day(-1900), **SECOND)

    def states():
        posture_measure(institution=hospital.institution.pk, now=hospital.now)
        rows = Posture.objects.filter(subject=network.reference, duty__startswith="mlps-evaluation-2")
        return {each.duty: each.state for each in rows}

    assert states() == {"mlps-evaluation-2-large": "overdue", "mlps-evaluation-2": "not_applicable"}
    reads(hospital, "A10", "above-100000")
    assert states() == {"mlps-evaluation-2-large": "not_applicable", "mlps-evaluation-2": "overdue"}
