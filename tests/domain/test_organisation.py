"""Who people are, what they may do, and when it ends; each act leaves its entry."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.organisation import errors, selectors, services
from xingdun.organisation.models import Account, Person, Token
from xingdun.organisation.services import people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]


def last_entry():
    return Entry.objects.order_by("-id").first()


@pytest.fixture
def facts(hospital):
    return {"by": hospital.system_admin, "now": hospital.now}


def test_calls_have_the_web_servers_rights(hospital):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('xingdun.institution')")
        assert cursor.fetchone() == ("xingdun_web", str(hospital.institution.pk))
    assert Person.objects.count() == len(Role)


def test_the_profile_changes_and_the_ledger_says_how(hospital, facts):
    services.institution_update(institution=hospital.institution, cloud=True, persons_held=5, **facts)
    assert last_entry().details == {"changed": {"cloud": [False, True], "persons_held": [0, 5]}}


def test_departments_have_codes_of_their_own(hospital, facts):
    made = services.department_create(code="ICU", name="重症医学科", parent=hospital.departments["MED"], **facts)
    assert last_entry().about == made.reference
    with pytest.raises(errors.Taken):
        services.department_create(code="ICU", name="另一个", **facts)
    services.department_update(department=made, name="重症医学一科", **facts)
    assert selectors.departments().get(code="ICU").name == "重症医学一科"
    assert last_entry().details == {"fields": ["name"]}


def test_a_person_gets_a_password_for_one_sign_in(hospital, facts):
    made = services.person_create(
        name="张三", staff_number="9", department=hospital.departments["MED"], login="Zhang.San", **facts
    )
    account = made["person"].account
    assert account.login == made["login"] == "zhang.san"
    assert account.must_change_password
    assert check_password(made["password"], account.password)
    assert account.password.startswith("argon2$argon2id$")
    assert "张三" not in last_entry().content, "an entry names nobody"
    for taken in ({"login": "ZHANG.SAN", "staff_number": "10"}, {"login": "other", "staff_number": "9"}):
        with pytest.raises(errors.Taken):
            services.person_create(name="李四", department=hospital.departments["MED"], **taken, **facts)


def test_a_name_or_department_is_corrected(hospital, facts):
    person = services.person_update(person=hospital.applicant, department=hospital.departments["MED"], **facts)
    assert person.department.code == "MED"
    assert last_entry().action == "person.update"


def test_a_new_password_ends_the_old_one(hospital, facts):
    made = services.person_reset_password(person=hospital.applicant, **facts)
    account = Account.objects.get(pk=hospital.applicant.account_id)
    assert check_password(made["password"], account.password)
    assert not check_password(hospital.password, account.password)
    assert made["password"] not in last_entry().content


@pytest.mark.parametrize("held", [Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_the_three_administrators_are_three_people(hospital, held):
    for role in {Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR} - {held}:
        with pytest.raises(errors.RolesExclude):
            services.appointment_create(
                person=hospital.people[held], role=role, by=hospital.security_admin, now=hospital.now
            )


def test_a_role_is_given_for_a_time_and_ended(hospital):
    by, now = hospital.security_admin, hospital.now
    person = hospital.person("doctor")
    made = services.appointment_create(
        person=person, role=Role.APPLICANT, ends_at=now + timedelta(days=1), by=by, now=now
    )
    assert selectors.roles_of(person, now=now) == {Role.APPLICANT}
    assert selectors.roles_of(person, now=now + timedelta(days=1)) == frozenset()
    with pytest.raises(errors.AlreadyAppointed):
        services.appointment_create(person=person, role=Role.APPLICANT, by=by, now=now)
    services.appointment_end(appointment=made, by=by, now=now, reason="轮岗")
    assert selectors.roles_of(person, now=now) == frozenset()
    assert "轮岗" not in last_entry().content
    with pytest.raises(errors.AppointmentClosed):
        services.appointment_end(appointment=made, by=by, now=now)


def test_leaving_ends_everything_at_once(hospital, facts, monkeypatch):
    person, followed = hospital.applicant, []
    monkeypatch.setattr(people, "LEAVING_HOOKS", [lambda **told: followed.append(told["person"].pk)])
    token = services.token_create(name="t", scopes=["data.column.view"], days=1, by=person, now=hospital.now)
    services.person_leave(person=person, **facts)
    assert not Account.objects.get(pk=person.account_id).is_active
    assert selectors.roles_of(person, now=hospital.now) == frozenset()
    assert Token.objects.get(pk=token["token_record"].pk).revoked_at == hospital.now
    assert followed == [person.pk]
    assert last_entry().action == "person.leave"
    for after in (services.person_leave, services.person_update, services.person_reset_password):
        with pytest.raises(errors.AlreadyLeft):
            after(person=Person.objects.get(pk=person.pk), **facts)
    with pytest.raises(errors.AlreadyLeft):
        services.appointment_create(person=person, role=Role.LEGAL, **facts)


def test_a_token_carries_at_most_what_its_owner_may(hospital):
    by, now = hospital.applicant, hospital.now
    made = services.token_create(name="t", scopes=["access.request.view"], days=30, by=by, now=now)
    assert made["token"].startswith(services.TOKEN_PREFIX)
    assert made["token"] not in str(Token.objects.values().get())
    with pytest.raises(errors.ScopeUnknown):
        services.token_create(name="t", scopes=["organisation.person.create"], days=1, by=by, now=now)
    with pytest.raises(errors.NotYours):
        services.token_revoke(token=made["token_record"], by=hospital.dso, now=now)
    services.token_revoke(token=made["token_record"], by=by, now=now)
    assert last_entry().action == "token.revoke"


def test_a_token_remembers_its_last_use_to_the_minute(hospital):
    made = services.token_create(name="t", scopes=[], days=30, by=hospital.dso, now=hospital.now)
    token = made["token_record"]
    for seconds, expected in ((0, 0), (30, 0), (61, 61)):
        services.token_mark_used(token=token, now=hospital.now + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == hospital.now + timedelta(seconds=expected)


def test_accounts_change_their_own_password_and_language(hospital):
    account = hospital.applicant.account
    services.account_change_password(account=account, password="a new long sentence", now=hospital.now)
    services.account_choose_language(account=account, language="en", now=hospital.now)
    account.refresh_from_db()
    assert check_password("a new long sentence", account.password)
    assert not account.must_change_password
    assert account.language == "en"
    assert [entry.action for entry in Entry.objects.order_by("id")] == ["account.change_password", "account.language"]


def test_an_institution_is_founded_once(hospital, as_owner):
    with as_owner():
        assert services.bootstrap(profile={"name": "新医院"}, departments=[], people=[], now=hospital.now) == []
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_committed_test_leaves_nothing_behind(hospital):
    services.person_leave(person=hospital.applicant, by=hospital.system_admin, now=hospital.now)
    assert Entry.objects.count() == 1
