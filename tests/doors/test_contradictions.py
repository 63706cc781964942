"""What only the database notices is refused in words too, over pages and over the API, and nothing is written."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from xingdun.assets.models import Agency
from xingdun.assets.services import agency_create
from xingdun.audit.models import Entry
from xingdun.frame.contradictions import AlreadyThere, NotStorable, contradictions_told
from xingdun.frame.roles import Role
from xingdun.organisation.models import Department, Person

pytestmark = pytest.mark.django_db
BEGUN, ENDS = dt.date(2026, 3, 1), dt.date(2027, 3, 1)


@pytest.fixture
def agency(hospital):
    return agency_create(
        name="测评机构", certificate_number="C-1", valid_from=BEGUN, valid_until=ENDS, by=hospital.dso, now=hospital.now
    )


def test_a_page_says_which_values_do_not_go_together_and_keeps_them(hospital, agency):
    entries = Entry.objects.count()
    page = hospital.client(Role.DSO).post(f"/console/assets.agency/{agency.pk}/renew/", {"valid_until": "2026-02-28"})
    assert page.status_code == 422
    told = page.context["refusal"]
    assert told.code == "XD-FRAME-006"
    assert "有效期起、有效期至" in told.what
    assert 'value="2026-02-28"' in page.content.decode()
    assert Agency.objects.get().valid_until == ENDS
    assert Entry.objects.count() == entries


def test_a_program_is_told_the_same(hospital, agency):
    answer = hospital.client(Role.DSO).post(
        f"/api/v1/assets.agency/{agency.pk}/renew",
        json.dumps({"valid_until": "2026-02-28"}),
        content_type="application/json",
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "XD-FRAME-006"
    assert Agency.objects.get().valid_until == ENDS


def test_whoever_was_slower_is_told_what_is_there_already(hospital):
    code = Department.objects.first().code
    with pytest.raises(AlreadyThere) as refused, contradictions_told(), transaction.atomic():
        Department.objects.create(institution=hospital.institution, code=code, name="慢了一步")
    assert str(Department._meta.get_field("code").verbose_name) in refused.value.explain().what


def test_what_cannot_be_kept_is_refused(hospital):
    with pytest.raises(NotStorable), contradictions_told(), transaction.atomic():
        Department.objects.create(institution=hospital.institution, code="A" * 10_000, name="长")


def test_a_defect_of_the_program_stays_a_fault(hospital):
    with pytest.raises(IntegrityError), contradictions_told(), transaction.atomic():
        Person.objects.filter(pk=hospital.dso.pk).update(name=None)
