"""Saying which record evidence or an exemption is about: by name or code, and over the API by its reference."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from networks import Story
from xingdun.frame.roles import Role
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import EvidenceUse, Exemption
from xingdun.obligations.picking import MOST
from xingdun.obligations.services import posture_measure

pytestmark = pytest.mark.django_db
CREATE = "/console/obligations.evidencefile/-/create/"
FIND = "/console/obligations.evidencefile/-/subjects/"
ABOUT_NETWORKS = "network-departments"


@pytest.fixture
def story(hospital):
    return Story(hospital)


@pytest.fixture
def client(hospital):
    return hospital.client(Role.DSO)


def offered(answer):
    """The references among the choices of a page, and which is checked."""
    words = answer.content.decode()
    radios = re.findall(r'type="radio" name="subject" value="([^"]*)"( checked)?', words)
    return [value for value, _ in radios if value], [value for value, checked in radios if checked]


def evidence(**facts):
    return {"title": "台账", "duties": [ABOUT_NETWORKS], "classification": "internal", **facts}


def file():
    return SimpleUploadedFile("a.txt", "网络台账由信息中心保管".encode())


def test_a_record_is_found_by_name_or_code_and_what_was_typed_stays(client, story):
    his, lis = story.network(name="医院信息系统", code="HIS"), story.network(name="检验系统", code="LIS-7")
    page = client.post(CREATE, evidence(subject_words="检验", subject_seek="1")).content.decode()
    assert 'value="台账"' in page
    assert 'value="检验"' in page
    assert "Choose one of those found" in page or "请在找到的记录中选一条" in page
    sought = client.post(CREATE, evidence(subject_words="lis-7", subject_seek="1"))
    assert (sought.status_code, offered(sought)) == (422, ([lis.reference], [""]))
    assert set(sought.context["form"].errors) == {"subject"}, "nothing else is found fault with yet"
    assert client.post(CREATE, evidence(subject=lis.reference, file=file())).status_code == 302
    assert EvidenceUse.objects.get().subject == lis.reference
    assert offered(client.post(CREATE, evidence(subject=his.reference))) == (
        [his.reference, lis.reference],
        [his.reference],
    )
    page = client.get(f"/console/obligations.evidencefile/{EvidenceUse.objects.get().evidence_id}/").content.decode()
    assert f"/console/assets.network/{lis.pk}/" in page, "read by its name, as a link"


def test_words_stand_for_the_one_record_they_find(client, story):
    his, _other = story.network(name="医院信息系统", code="HIS"), story.network(name="医院影像系统", code="PACS")
    several = client.post(CREATE, evidence(subject_words="医院", file=file()))
    assert several.context["form"].errors.as_data()["subject"][0].code == "several"
    assert len(offered(several)[0]) == 2
    none = client.post(CREATE, evidence(subject_words="不存在", file=file()))
    assert none.context["form"].errors.as_data()["subject"][0].code == "none"
    assert client.post(CREATE, evidence(subject_words="HIS", file=file())).status_code == 302
    assert EvidenceUse.objects.get().subject == his.reference


def test_duties_stand_under_what_they_are_about_the_chosen_ones_first(client):
    page = client.get(CREATE).content.decode()
    assert page.count('type="checkbox" name="duties"') == len(load().duties)
    told = re.search(rf'data-choices-name="([^"]*)">\s*<input[^>]*value="{ABOUT_NETWORKS}"', page)[1]
    duty = load().duties[ABOUT_NETWORKS]
    assert all(word in told for word in (duty.title.zh, escape(duty.title.en), *duty.clauses)), "found by any of these"
    asked = client.get(f"{CREATE}?duties={ABOUT_NETWORKS}").content.decode()
    assert re.findall(r'name="duties" value="([^"]*)" checked', asked) == [ABOUT_NETWORKS], "as a duty's page asks"
    kept = client.post(CREATE, evidence(subject_seek="1")).content.decode()
    assert re.findall(r'name="duties" value="([^"]*)" checked', kept) == [ABOUT_NETWORKS]
    groups = re.findall(r'<details class="xd-choices-group"( open)?.*?</details>', kept, re.DOTALL)
    assert [bool(each) for each in groups] == [True] + [False] * (len(groups) - 1)
    first = re.search(r'<details class="xd-choices-group" open.*?</details>', kept, re.DOTALL)[0]
    assert f'value="{ABOUT_NETWORKS}" checked' in first


def test_the_kinds_are_those_the_duties_are_about(client, story, hospital):
    network = story.network()
    kinds = re.compile(r'<option value="(\w+)"')
    every = set(kinds.findall(client.get(FIND).content.decode()))
    assert every == {"network", "person", "dataset", "source", "finding", "request", "grant"}
    part = client.get(FIND, {"duties": ABOUT_NETWORKS, "subject_words": ""})
    assert (kinds.findall(part.content.decode()), offered(part)[0]) == (["network"], [network.reference])
    nothing = client.get(FIND, {"duty": "leading-group"}).content.decode()
    assert "<select" not in nothing
    person = hospital.people[Role.HEAD].reference
    wrong = client.post(CREATE, evidence(subject=person, file=file()))
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"subject"})
    seen = hospital.client(Role.LEGAL).get(FIND).content.decode()
    assert "person" not in kinds.findall(seen), "whoever may not see people is not offered them"
    assert hospital.client(Role.APPLICANT).get(FIND).status_code == 403


def test_no_other_institution_is_found_and_the_queries_are_counted(client, story, hospital):
    for number in range(3):
        story.network(name=f"系统{number}")
    client.get(FIND)  # what a session's first call asks
    with CaptureQueriesContext(connection) as few:
        client.get(FIND, {"subject_words": "系统"})
    for number in range(30):
        story.network(name=f"系统{number + 3}")
    with CaptureQueriesContext(connection) as many:
        part = client.get(FIND, {"subject_words": "系统"})
    assert len(many) == len(few)
    assert len(offered(part)[0]) == MOST
    assert offered(client.get(FIND, {"subject_words": hospital.other.departments["IT"].name}))[0] == []


def test_an_exemption_over_the_pages_and_evidence_over_the_api(client, story, hospital):
    network = story.network()
    posture_measure(institution=hospital.institution.pk, now=hospital.now)
    until = story.day(30).isoformat()
    asked = {"duty": ABOUT_NETWORKS, "subject": network.reference, "reason": "停用中", "expires_at": until}
    assert client.post("/console/obligations.exemption/-/create/", asked).status_code == 302
    assert Exemption.objects.get().subject == network.reference
    sent = {
        "title": "台账",
        "duties": [ABOUT_NETWORKS],
        "subject": network.reference,
        "file": {"name": "a.txt", "content": "5Y+w6LSm"},
    }
    told = client.post("/api/v1/obligations.evidencefile/-/create", sent, content_type="application/json")
    assert told.status_code == 200, told.content
    assert EvidenceUse.objects.get().subject == network.reference
