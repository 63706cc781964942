"""Every duty's scenario in one hospital: broken, the verdict turns; mended, it turns back."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import duty_world
from scenarios import Duty, all_scenarios, run
from xingdun.frame.checks import Facts, checks, reference
from xingdun.keys import root
from xingdun.obligations import selectors, services
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import Posture

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


@pytest.mark.parametrize("duty", all_scenarios())
def test_the_duty_turns(duty, request):
    run(duty, request.getfixturevalue)


class InPosture(Duty):
    """A duty whose posture is measured as well, each time the scenario looks at it."""

    shows = {
        "broken": {"violated", "overdue"},
        "met": {"met", "not_applicable"},
        "due": {"due"},
        "unknown": {"unknown"},
    }

    def _is(self, wanted, about, at):
        found = super()._is(wanted, about, at)
        place = duty_world.institution_here()
        services.posture_measure(institution=place, now=at or timezone.now(), wanted={self.key: None})
        stands = Posture.objects.get(duty=self.key, subject=reference(about) if about else "")
        assert stands.state in self.shows[wanted]
        if wanted == "broken":
            assert stands.explanation or stands.due_at or stands.evidence
            cells = {each.clause: each for each in selectors.heat_map(place)}
            for clause in load().duties[self.key].clauses:
                assert cells[clause].state in self.shows["broken"], clause
                assert stands in selectors.clause(place, clause, now=at or timezone.now()).answers
        return found


@pytest.mark.parametrize(
    "duty",
    [
        *("data-columns-graded", "stored-in-country", "certified-posts", "security-posts"),
        *("c2-two-persons", "break-glass-reviewed", "audit-of-permissions", "log-untampered"),
    ],
)
def test_the_posture_turns_with_it_and_leads_to_the_clause(duty, request):
    run(duty, request.getfixturevalue, InPosture(duty))


def test_more_subjects_cost_no_more_queries(world):
    def asked():
        counted = {}
        for key, check in checks.items():
            if check.measure.__module__.split(".")[1] in {"organisation", "data", "access", "keys", "audit"}:
                with CaptureQueriesContext(connection) as queries:
                    check(Facts(world.institution.pk, world.now))
                counted[key] = len(queries)
        return counted

    def more(first):
        for number in range(first, first + 3):
            person = world.person(f"duty-more-{number}")
            duty_world.add_table(world, f"more_{number}", {"a": ("diagnosis", "sensitive", duty_world.C1)})
            world.appoint(person, duty_world.Role.APPLICANT)
            world.window()
            world.break_glass()

    more(0)
    before = asked()
    more(3)
    assert asked() == before
    assert max(before.values()) <= 12
