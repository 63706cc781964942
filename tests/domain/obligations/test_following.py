"""The loop in the worker, and the night: what they do by themselves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xingdun.audit.models import Entry
from xingdun.frame.checks import satisfied, violated
from xingdun.frame.context import acting_in
from xingdun.kernel.clocks import day_start, local
from xingdun.obligations import tasks, watch
from xingdun.obligations.models import DayPosture, Posture, PostureChange, PostureProgress
from xingdun.organisation import services as organisation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def rooms(laws):
    """One duty whose answer the test holds."""
    said = [satisfied]
    laws.become(rooms=laws.duty("rooms"), broken=laws.duty("broken"))
    laws.measure("rooms", lambda _: said[0](), reads={"organisation.department"})
    laws.measure("broken", lambda _: 1 / 0)
    return said


def state():
    return Posture.objects.get(duty="rooms").state


def look_once():
    """The loop as the worker runs it, for one look."""
    looked = []
    with acting_in(None):  # the worker acts in no institution until it chooses one
        watch.run(should_stop=lambda: bool(looked), wait=looked.append)
    return looked[0]


def test_the_loop_follows_what_is_sealed_and_otherwise_writes_nothing(hospital, rooms, sealed, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own connection
    assert look_once() == watch.LOOK
    assert state() == "met"
    with hospital.other.acting():
        assert state() == "met", "each institution by itself"
    rooms[0] = violated
    organisation.department_update(
        department=hospital.departments["IT"], name="信息处", by=hospital.system_admin, now=hospital.now
    )
    sealed()
    look_once()
    assert state() == "violated"
    with hospital.other.acting():
        assert state() == "met", "nothing happened there"
    sealed()
    follower = watch.Follower()
    with acting_in(None):
        follower.look()
        with CaptureQueriesContext(connection) as queries:
            follower.look()
    assert len(queries) == 1, "a look at an unchanged tree is one small read"


def test_a_fault_of_one_look_is_told_and_tried_again(hospital, rooms, monkeypatch, caplog):
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(watch.services, "posture_follow", lambda **_: 1 / 0)
    assert look_once() > watch.LOOK
    assert "tried again" in caplog.text
    monkeypatch.undo()


def test_the_night_measures_everything_once_a_day_and_seals_the_days_behind(hospital, rooms):
    with acting_in(None):
        tasks.nightly()
    with hospital.other.acting():
        assert state() == "met"
    key, today = hospital.institution.pk, local(hospital.now).date()
    noon = day_start(today + DAY) + DAY / 2
    for hours in (0, 1, 24, 25):
        tasks.night(key, noon + timedelta(hours=hours))
    assert Entry.objects.filter(action="posture.measure").count() == 3
    assert PostureChange.objects.count() == 2, "what is found again is not written again"
    assert [each.day for each in DayPosture.objects.order_by("day")] == [today, today + DAY]
    assert PostureProgress.objects.get().measured_at == noon + DAY
