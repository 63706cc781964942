"""The page of a record: its lines, what belongs to it, what may be done, its proof."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xingdun.approvals import services as approvals
from xingdun.approvals.services import StepWanted
from xingdun.assets import services as networks
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def process(hospital):
    """A request of the applicant's that the department's head and then the officer decide."""
    return approvals.process_open(
        about=hospital.departments["RES"],
        title="队列研究",
        content={"fields": 3},
        steps=[
            StepWanted(Role.DEPARTMENT_HEAD, 1, hospital.departments["MED"], "review", ("MEASURES-21f",)),
            StepWanted(Role.DSO, 1, None, "approve", ("DIGITAL-4.3.2a",)),
        ],
        by=hospital.applicant,
        now=hospital.now,
    )


@pytest.mark.parametrize("key", ["not-a-uuid", "00000000-0000-0000-0000-000000000000", "%00", "../../etc"])
def test_a_key_that_leads_nowhere_is_a_page_that_says_so(hospital, key, words):
    page = hospital.client(Role.DSO).get(f"/console/organisation.person/{key}/")
    assert page.status_code == 404
    assert "XD-" in words(page)


def test_a_record_of_another_institution_is_not_there(hospital):
    page = hospital.client(Role.DSO).get(f"/console/organisation.person/{hospital.other.dso.pk}/")
    assert page.status_code == 404


def test_a_person_shows_roles_appointments_and_what_they_did(hospital, entries, words):
    entries(12)
    page = hospital.client(Role.DSO).get(f"/console/organisation.person/{hospital.system_admin.pk}/")
    shown = words(page)
    assert str(Role.SYSTEM_ADMIN.label) in shown
    assert hospital.system_admin.staff_number in shown
    did = next(one for one in page.context["related"] if one["more"])
    assert did["table"].paginator.count == 10
    further = hospital.client(Role.DSO).get(
        f"/console/organisation.person/{hospital.system_admin.pk}/?show={did['place']}"
    )
    opened = next(one for one in further.context["related"] if one["place"] == did["place"])
    assert opened["table"].paginator.count == 12


def test_choices_kept_together_are_shown_in_words(hospital, words):
    facts = {"code": "HIS", "name": "医院信息系统", "technologies": ["cloud", "fifth_generation"]}
    network = networks.network_create(**facts, by=hospital.security_admin, now=hospital.now)
    shown = words(hospital.client(Role.DSO).get(f"/console/assets.network/{network.pk}/"))
    assert "云计算" in shown
    assert "fifth_generation" not in shown


def test_empty_lists_stand_together_with_what_to_do(hospital, words):
    page = hospital.client(Role.DSO).get(f"/console/organisation.person/{hospital.applicant.pk}/")
    assert page.context["empty"]
    assert all(str(one["empty"]) in words(page) for one in page.context["empty"])
    assert not {one["place"] for one in page.context["empty"]} & {one["place"] for one in page.context["related"]}


def test_a_network_without_a_level_says_what_comes_next(hospital, words):
    network = networks.network_create(code="HIS", name="医院信息系统", by=hospital.security_admin, now=hospital.now)
    shown = words(hospital.client(Role.SECURITY_ADMIN).get(f"/console/assets.network/{network.pk}/"))
    assert "尚未拟定等级。由安全管理员或科室负责人在本页拟定。" in shown
    assert "拟定等级" in shown
    assert "核查安全措施" in shown, "what is asked of any network can be assessed"


def test_related_lists_need_their_own_right(hospital):
    page = hospital.client(Role.DEPARTMENT_HEAD).get(f"/console/organisation.person/{hospital.dso.pk}/")
    assert page.status_code == 200
    assert page.context["related"] == page.context["empty"] == []


def test_actions_are_offered_to_those_who_may_do_them_now(hospital, process):
    def offered(role):
        page = hospital.client(role).get(f"/console/approvals.process/{process.pk}/")
        return [offer.action.key for offer in page.context["offered"]]

    assert offered(Role.DSO) == ["approve", "refuse"]
    assert offered(Role.APPLICANT) == ["withdraw"]
    approvals.process_refuse(process=process, reason="too much", by=hospital.department_head, now=hospital.now)
    assert offered(Role.DSO) == offered(Role.APPLICANT) == []


def test_a_process_shows_its_steps_and_decisions(hospital, process, words):
    approvals.process_decide(
        process=process, approves=True, by=hospital.department_head, now=hospital.now, reason="<b>fine</b>"
    )
    page = hospital.client(Role.DSO).get(f"/console/approvals.process/{process.pk}/")
    assert "MEASURES-21f" in words(page)
    assert hospital.department_head.name in words(page)
    assert "&lt;b&gt;fine&lt;/b&gt;" in page.content.decode()


def test_the_desk_shows_what_waits_for_the_reader_alone(hospital, process):
    def waiting(role):
        page = hospital.client(role).get("/desk/")
        return [row.record for row in page.context["waiting"].paginated_rows]

    assert waiting(Role.DEPARTMENT_HEAD) == [process]
    assert waiting(Role.DSO) == []
    assert waiting(Role.APPLICANT) == []
    asked = hospital.client(Role.APPLICANT).get("/desk/").context["asked"]
    assert [row.record for row in asked.paginated_rows] == [process]


def test_the_desk_costs_the_same_however_much_waits(hospital, process):
    client = hospital.client(Role.DEPARTMENT_HEAD)
    client.get("/desk/")

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get("/desk/")
        return len(seen)

    few = cost()
    for department in ("IT", "LAW", "MED"):
        approvals.process_open(
            about=hospital.departments[department],
            title=department,
            content={},
            steps=[StepWanted(Role.DEPARTMENT_HEAD, 1, hospital.departments["MED"])],
            by=hospital.applicant,
            now=hospital.now,
        )
    assert cost() == few


def test_an_entry_that_is_not_sealed_says_that_it_waits(hospital, entries):
    entries(1)
    entry = Entry.objects.latest("id")
    page = hospital.client(Role.AUDITOR).get(f"/console/audit.entry/{entry.pk}/")
    assert page.status_code == 200
    assert "xd-waiting" in page.content.decode()
    proof = hospital.client(Role.AUDITOR).get(f"/console/audit.entry/{entry.pk}/sha256.tlog-proof")
    assert proof.status_code == 409


def test_a_ledger_page_without_anything_sensitive_of_others(hospital):
    assert hospital.client(Role.APPLICANT).get("/console/audit.entry/").status_code == 403
