"""Who people are, what they may do, and when it ends."""

import pytest
from django.db import connection

from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.organisation import selectors, services
from xingdun.organisation.errors import RolesExclude
from xingdun.organisation.models import Account, Person

pytestmark = pytest.mark.django_db


def last_entry():
    return Entry.objects.order_by("-id").first()


def test_calls_have_the_web_servers_rights(hospital):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('xingdun.institution')")
        assert cursor.fetchone() == ("xingdun_web", str(hospital.institution.pk))
    assert Person.objects.count() == len(Role)


def test_the_three_administrators_are_three_people(hospital):
    with pytest.raises(RolesExclude):
        services.appointment_create(
            person=hospital.auditor, role=Role.SYSTEM_ADMIN, by=hospital.security_admin, now=hospital.now
        )


def test_leaving_ends_everything_at_once(hospital):
    person = hospital.applicant
    services.person_leave(person=person, by=hospital.system_admin, now=hospital.now)
    assert not Account.objects.get(pk=person.account_id).is_active
    assert selectors.roles_of(person, now=hospital.now) == frozenset()
    assert last_entry().action == "person.leave"


@pytest.mark.django_db(transaction=True)
def test_a_committed_test_leaves_nothing_behind(hospital):
    services.person_leave(person=hospital.applicant, by=hospital.system_admin, now=hospital.now)
    assert Entry.objects.count() == 1
