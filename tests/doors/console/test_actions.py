"""Doing something through a form: what is kept, what is refused and how that is told."""

import pytest
from django.db import connection

from xingdun.audit.models import Entry
from xingdun.frame.registers import registers
from xingdun.frame.roles import Role
from xingdun.organisation.models import Appointment, Department, Institution, Person, Token

pytestmark = pytest.mark.django_db


def person_form(hospital, **changes):
    return {
        "name": "新来的",
        "staff_number": "N-1",
        "department": str(hospital.departments["RES"].pk),
        "login": "newcomer",
    } | changes


def test_registering_a_person_shows_the_password_once_and_never_keeps_it(hospital, words):
    client = hospital.client(Role.SYSTEM_ADMIN)
    page = client.post("/console/organisation.person/-/create/", person_form(hospital))
    assert page.status_code == 200
    person = Person.objects.get(staff_number="N-1")
    password = dict(page.context["shown"])["password"]
    assert person.account.check_password(password)
    assert password in words(page)
    assert "no-store" in page.headers["Cache-Control"]
    assert not Entry.objects.filter(content__contains=password).exists()
    assert password not in client.get(f"/console/organisation.person/{person.pk}/").content.decode()


def test_what_was_typed_stays_when_the_service_refuses(hospital, words):
    taken = hospital.dso.staff_number
    page = hospital.client(Role.SYSTEM_ADMIN).post(
        "/console/organisation.person/-/create/", person_form(hospital, staff_number=taken, name="某某某")
    )
    assert page.status_code == 409
    assert 'value="某某某"' in page.content.decode()
    told = page.context["refusal"]
    assert told.code == "XD-ORG-004"
    assert told.code in words(page)
    assert told.what in words(page)
    assert told.todo in words(page)


def test_a_form_that_is_not_filled_in_says_where(hospital):
    page = hospital.client(Role.SYSTEM_ADMIN).post(
        "/console/organisation.person/-/create/", person_form(hospital, login="two words", name="")
    )
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"login", "name"}
    assert not Person.objects.filter(staff_number="N-1").exists()


def test_clauses_of_a_refusal_are_shown(hospital, words):
    page = hospital.client(Role.SECURITY_ADMIN).post(
        "/console/organisation.appointment/-/create/",
        {"person": hospital.auditor.staff_number, "role": Role.SYSTEM_ADMIN.value},
    )
    assert page.status_code == 409
    assert "MEASURES-5f" in words(page)
    assert "XD-ORG-001" in words(page)


def test_an_appointment_finds_its_person_by_number_login_name_or_key(hospital):
    client = hospital.client(Role.SECURITY_ADMIN)
    person = hospital.person("newone", department="RES")
    roles = [Role.APPLICANT, Role.LEGAL, Role.KEY_HOLDER, Role.VENDOR]
    written = [person.staff_number, person.account.login.upper(), person.name, str(person.pk)]
    for role, who in zip(roles, written, strict=True):
        page = client.post("/console/organisation.appointment/-/create/", {"person": who, "role": role.value})
        assert page.status_code == 302, page.context["form"].errors
    assert set(Appointment.objects.filter(person=person).values_list("role", flat=True)) == set(roles)


def test_the_person_of_a_page_is_filled_in_when_appointing_from_it(hospital):
    page = hospital.client(Role.SECURITY_ADMIN).get(
        f"/console/organisation.appointment/-/create/?person={hospital.legal.pk}"
    )
    assert f'value="{hospital.legal.staff_number}"' in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "department_head"}, "department"),
        ({"role": "legal", "starts_at": "2030-01-02T00:00", "ends_at": "2030-01-01T00:00"}, "ends_at"),
        ({"role": "emperor"}, "role"),
        ({"role": "legal", "person": "nobody at all"}, "person"),
    ],
)
def test_an_appointment_that_makes_no_sense_is_explained(hospital, changes, field):
    given = {"person": hospital.applicant.staff_number} | changes
    page = hospital.client(Role.SECURITY_ADMIN).post("/console/organisation.appointment/-/create/", given)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_a_form_begins_with_what_the_record_holds(hospital):
    department = hospital.departments["LAW"]
    page = hospital.client(Role.SYSTEM_ADMIN).get(f"/console/organisation.department/{department.pk}/update/")
    assert page.context["form"].initial["name"] == department.name
    done = hospital.client(Role.SYSTEM_ADMIN).post(
        f"/console/organisation.department/{department.pk}/update/",
        {"name": "法规处", "english_name": "", "parent": ""},
    )
    assert done.status_code == 302
    assert done.url == f"/console/organisation.department/{department.pk}/"
    assert Department.objects.get(pk=department.pk).name == "法规处"


def test_the_profile_is_changed_with_its_entry(hospital):
    client = hospital.client(Role.SYSTEM_ADMIN)
    address = f"/console/organisation.institution/{hospital.institution.pk}/update/"
    form = client.get(address).context["form"]
    given = {name: value for name, value in form.initial.items() if value not in (False, None)}
    done = client.post(address, given | {"persons_held": "250000", "cross_border": "on"})
    assert done.status_code == 302, done.context["form"].errors
    profile = Institution.objects.get(pk=hospital.institution.pk)
    assert (profile.persons_held, profile.cross_border) == (250_000, True)
    assert Entry.objects.filter(action="institution.update").count() == 1


def test_someone_who_leaves_is_out_at_once(hospital):
    leaving = hospital.client(Role.LEGAL)
    assert leaving.get("/").status_code == 200
    done = hospital.client(Role.SYSTEM_ADMIN).post(
        f"/console/organisation.person/{hospital.legal.pk}/leave/", {"reason": "retired"}
    )
    assert done.status_code == 302
    assert leaving.get("/").status_code == 302
    again = hospital.client(Role.SYSTEM_ADMIN).post(
        f"/console/organisation.person/{hospital.legal.pk}/leave/", {"reason": "again"}
    )
    assert again.status_code == 409


def test_an_action_is_refused_to_roles_without_it(hospital):
    client = hospital.client(Role.REGULATOR)
    for key, register in registers.items():
        for action in register.actions:
            where = "-" if action.on == "list" else "00000000-0000-0000-0000-000000000000"
            page = client.post(f"/console/{key}/{where}/{action.key}/", {})
            assert page.status_code == 403, (key, action.key)


def test_a_post_from_another_site_is_refused(hospital):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.cookies = hospital.client(Role.SYSTEM_ADMIN).cookies
    page = client.post("/console/organisation.person/-/create/", person_form(hospital))
    assert page.status_code == 403
    assert not Person.objects.filter(staff_number="N-1").exists()


def test_a_token_is_made_shown_once_and_revoked_by_its_owner(hospital, words):
    client = hospital.client(Role.DSO)
    page = client.post("/account/tokens/new/", {"name": "报表", "days": 30, "scopes": ["data.dataset.view"]})
    assert page.status_code == 200
    token = Token.objects.get()
    assert page.context["token"] in words(page)
    assert token.scopes == ["data.dataset.view"]
    assert "报表" in words(client.get("/account/"))
    other = hospital.client(Role.AUDITOR).post(f"/account/tokens/{token.pk}/revoke/")
    assert other.status_code == 404
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_token_carries_no_more_than_the_roles_include(hospital):
    page = hospital.client(Role.APPLICANT).post(
        "/account/tokens/new/", {"name": "x", "days": 30, "scopes": ["organisation.person.create"]}
    )
    assert page.status_code == 422
    assert not Token.objects.exists()


def test_nothing_is_half_written_when_an_action_fails(hospital):
    before = Entry.objects.count()
    hospital.client(Role.SYSTEM_ADMIN).post(
        "/console/organisation.person/-/create/", person_form(hospital, login=hospital.dso.account.login)
    )
    assert Entry.objects.count() == before
    assert connection.in_atomic_block
