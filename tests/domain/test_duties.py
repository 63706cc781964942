"""Every duty's scenario in one hospital: broken, the verdict turns; mended, it turns back."""

import pytest
from django.db import transaction
from django.utils import timezone

import duty_world
from scenarios import all_scenarios, run
from xingdun.keys import root

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def founded(django_db_setup, django_db_blocker):
    """The hospital, for all scenarios of this file; nothing of it stays."""
    root.create()
    with django_db_blocker.unblock(), transaction.atomic():
        yield duty_world.build(timezone.now())
        transaction.set_rollback(True)


@pytest.fixture
def world(founded):
    """The hospital as it was made; what the test does is undone."""
    with founded.acting_for_a_test() as acting:
        yield acting


@pytest.mark.parametrize("duty", all_scenarios(shared=True))
def test_the_duty_turns(duty, request):
    run(duty, request.getfixturevalue)
