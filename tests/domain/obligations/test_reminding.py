"""Reminders: by the plan, once a step, once a day to each; and deadlines that other calendars read."""

from datetime import date, datetime, timedelta

import icalendar
import pytest

from xingdun.audit.models import Entry
from xingdun.frame.context import calling
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import ZONE, day_end, working_days
from xingdun.messages.models import Message
from xingdun.obligations import selectors, services
from xingdun.obligations.models import CalendarFeed, Posture, Reminder
from xingdun.obligations.reminding import plan
from xingdun.obligations.reminding.errors import FeedNotYours
from xingdun.organisation import services as organisation
from xingdun.organisation.models import Appointment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]

MONDAY = date(2026, 3, 2)
WORKING = working_days()


def morning(day, hour=7):
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZONE)


@pytest.fixture
def posture(hospital):
    """An answer as a measurement leaves it; roles are held since long ago."""
    Appointment.objects.update(starts_at=hospital.now - timedelta(days=3650))

    def made(duty, state, *, due=None, place=None, **facts):
        return Posture.objects.create(
            institution=hospital.institution,
            duty=duty,
            state=state,
            due_at=day_end(due) if due else None,
            department=hospital.departments[place] if place else None,
            **{
                "kind": "network",
                "force": "normative",
                "documents": "MEASURES",
                "since": morning(MONDAY),
                "measured_at": morning(MONDAY),
                **facts,
            },
        )

    return made


def reminded(day):
    """Who was told what by reminders on a day: {person: (due, late)}."""
    services.reminders_send(now=morning(day))
    found = Message.objects.filter(kind="obligations.reminder", created_at=morning(day))
    return {message.to: (message.facts["due"], message.facts["late"]) for message in found}


def test_the_head_of_the_department_is_told_before_and_on_the_day(hospital, posture):
    due = WORKING.add(MONDAY, 20)
    evaluation = posture("evaluation", "met", due=due, place="MED", subject="assets.network:1")
    head = hospital.department_head
    assert services.reminders_send(now=morning(MONDAY, 6)) == 0  # before the plan's hour
    assert reminded(MONDAY) == {head: (1, 0)}
    assert services.reminders_send(now=morning(MONDAY, 9)) == 0
    assert reminded(WORKING.add(MONDAY, 1)) == {}
    assert reminded(WORKING.add(due, -5)) == {head: (1, 0)}
    assert reminded(WORKING.add(due, -1)) == {head: (1, 0)}
    assert reminded(due) == {head: (1, 0)}
    told = Reminder.objects.order_by("at")
    assert [each.step for each in told] == ["before-20", "before-5", "before-1", "before-0"]
    evaluation.due_at, evaluation.state = day_end(WORKING.add(due, 3)), "met"  # done; the next one comes round
    evaluation.save()
    assert reminded(WORKING.add(due, 1)) == {head: (1, 0)}
    assert Entry.objects.filter(action="reminder.send").count() == 5


def test_what_nobody_saw_coming_is_told_once_by_the_nearest_step(hospital, posture):
    posture("evaluation", "due", due=WORKING.add(MONDAY, 3), place="MED")
    posture("meeting", "due", due=WORKING.add(MONDAY, 2))  # nobody's department: the officer's
    posture("far", "met", due=WORKING.add(MONDAY, 40), place="MED")
    posture("nothing", "unknown")
    assert reminded(MONDAY) == {hospital.department_head: (1, 0), hospital.dso: (1, 0)}
    assert {each.step for each in Reminder.objects.all()} == {"before-5"}


def test_what_is_late_goes_up_and_stops_there(hospital, posture):
    posture("evaluation", "overdue", due=MONDAY - timedelta(days=1), place="MED")
    posture("masking", "violated", place="MED", since=morning(MONDAY))
    seen = {}
    for offset in range(15):
        for person, counts in reminded(WORKING.add(MONDAY, offset)).items():
            seen.setdefault(person, []).append((offset, counts))
    # due on a Sunday: the first working day after it is Monday
    assert seen == {
        hospital.department_head: [(0, (0, 2))],
        hospital.dso: [(2, (0, 1)), (3, (0, 1))],
        hospital.head: [(9, (0, 1)), (10, (0, 1))],
    }
    assert plan.plan().rises[-1].role is Role.HEAD


def test_nobody_is_reminded_on_days_off_and_everybody_once_a_day(hospital, posture):
    for number in range(30):
        posture(f"duty-{number}", "overdue", due=MONDAY - timedelta(days=40), place="MED")
    spring_festival = date(2026, 2, 18)
    assert reminded(spring_festival) == {}
    assert reminded(MONDAY - timedelta(days=1)) == {}
    assert reminded(MONDAY) == {hospital.department_head: (0, 30), hospital.dso: (0, 30), hospital.head: (0, 30)}
    assert Message.objects.count() == 3
    with calling(hospital.head.pk, frozenset({Role.HEAD})):
        assert selectors.own_reminders().count() == 30
    assert "assets" not in str(list(Message.objects.values("facts")))


def test_reminders_cost_a_bounded_number_of_queries(posture, django_assert_max_num_queries):
    for number in range(5):
        posture(f"duty-{number}", "overdue", due=MONDAY, place="MED")
    with django_assert_max_num_queries(30):
        assert reminded(WORKING.add(MONDAY, 1))
    for number in range(5, 60):
        posture(f"duty-{number}", "overdue", due=MONDAY, place="MED")
    with django_assert_max_num_queries(30):
        assert reminded(WORKING.add(MONDAY, 2))


@pytest.fixture
def feed(hospital, client):
    """Reads a calendar address as a calendar program does, with no session."""

    def read(address):
        answer = client.get(address)
        return answer.status_code, answer

    return read


def test_other_calendars_read_what_their_owner_may_see(hospital, posture, feed, settings):
    today = hospital.now.astimezone(ZONE).date()
    posture(
        "网络安全等级测评,到期；请准备", "due", due=today + timedelta(days=9), place="MED", subject_name="医院信息系统"
    )
    posture("training", "met", due=today + timedelta(days=30), place="RES", kind="person", subject_name="王伟")
    posture("old", "met", due=today - timedelta(days=200), place="MED")
    made = services.feed_create(name="电话", by=hospital.dso, now=hospital.now)
    token = made["address"].rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in str(CalendarFeed.objects.values())
    status, answer = feed(made["address"])
    assert (status, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["网络安全等级测评,到期；请准备: 医院信息系统", "training"]
    assert events[0]["DTSTART"].dt == day_end(today + timedelta(days=9)).replace(microsecond=0)
    assert "王伟" not in answer.content.decode()
    again = icalendar.Calendar.from_ical(feed(made["address"])[1].content).walk("VEVENT")
    assert [event["UID"] for event in again] == [event["UID"] for event in events]

    headed = services.feed_create(name="x", by=hospital.department_head, now=hospital.now)
    assert len(icalendar.Calendar.from_ical(feed(headed["address"])[1].content).walk("VEVENT")) == 1

    with pytest.raises(FeedNotYours):
        services.feed_revoke(calendarfeed=made["feed"], by=hospital.head, now=hospital.now)
    services.feed_revoke(calendarfeed=made["feed"], by=hospital.dso, now=hospital.now)
    organisation.person_leave(person=hospital.department_head, by=hospital.system_admin, now=hospital.now)
    guessed = made["address"].replace(token, token[:-4] + "AAAA")
    elsewhere = headed["address"].replace(str(hospital.institution.pk), str(hospital.other.institution.pk))
    assert [feed(address)[0] for address in (made["address"], headed["address"], guessed, elsewhere)] == [404] * 4


def test_the_calendar_shows_months_and_lists(hospital, posture, django_assert_num_queries):
    for number in range(6):
        posture(f"duty-{number}", "due", due=date(2026, 10, 9), place="MED")
    posture("late", "overdue", due=date(2026, 3, 2), place="RES")
    client = hospital.client(Role.DSO)
    month = client.get("/calendar/?month=2026-10").content.decode()
    assert "duty-0" in month
    assert "国庆节" in month
    assert "还有 3 项" in month
    assert "late" in client.get("/calendar/?view=list").content.decode()
    head = hospital.client(Role.DEPARTMENT_HEAD)
    assert "/obligations.posture/" not in head.get("/calendar/?month=2026-03").content.decode().split("<main")[1]
    for edge in ("nonsense", "0001-01", "9999-12"):
        assert client.get(f"/calendar/?month={edge}").status_code == 200
    english = hospital.client(Role.DSO)
    english.cookies["django_language"] = "en"
    assert "6 duties are due in 2026-10" in english.get("/calendar/?month=2026-10").content.decode()
