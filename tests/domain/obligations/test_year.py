"""A year in the life: a clock runs a hospital through 2026, and its posture is compared with a table made by hand."""

import tomllib
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import connection

import duty_world
from xingdun.assets.services import exceptions_expire
from xingdun.audit.models import Entry
from xingdun.frame.checks import checks
from xingdun.frame.context import acting_in
from xingdun.frame.models import WEB
from xingdun.kernel.clocks import ZONE
from xingdun.keys import root
from xingdun.obligations import selectors, services
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import DayPosture, Posture, PostureChange
from year_story import FIRST, LAST, OFFICE, STORY, WAITING_EVIDENCE, Year

pytestmark = pytest.mark.django_db
TABLE = tomllib.loads((Path(__file__).parent / "year.toml").read_text(encoding="utf-8"))
DAY = timedelta(days=1)
NIGHT, EVENING = time(0, 3), time(23)
ABSENT = "-"


def months(states):
    """{month: state} of a line such as "1 unknown, 2-12 met"."""
    told = {}
    for run in states.split(", "):
        span, _, state = run.partition(" ")
        first, _, last = span.partition("-")
        told |= dict.fromkeys(range(int(first), int(last or first) + 1), state)
    return told


def expected():
    """{day: {"duty" or "duty subject": state}}: the ends of the months, and the days around deadlines."""
    days = {}
    for row in TABLE["duty"]:
        name = f"{row['key']} {row['about']}" if "about" in row else row["key"]
        told = months(row["states"])
        for month in range(1, 13):
            end = date(2026, month, monthrange(2026, month)[1])
            days.setdefault(end, {})[name] = told.get(month, ABSENT)
    for each in TABLE["day"]:
        days.setdefault(each["on"], {}).update(each["states"])
    return days


def drifted(changes):
    """What a measurement of everything found otherwise than following did; more evidence is no other answer."""
    for each in changes:
        if each.before is None or (each.before.state, each.before.due_at) != (each.after.state, each.after.due_at):
            yield f"{each.after.duty} ({each.after.name}) {each.before and each.before.state} > {each.after.state}"


@pytest.fixture
def hospital(db):
    """Founded on the first working Monday of 2026; calls act in it with the web server's rights."""
    root.create()
    world = duty_world.build(datetime.combine(FIRST, OFFICE, tzinfo=ZONE))
    with acting_in(world.institution.pk, address="127.0.0.1"):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {WEB}")
        yield world


class Clock:
    """Runs the platform's nights and the hospital's days. seen: {day: every answer as it was measured that evening}."""

    def __init__(self, year, seal):
        self.year, self.seal = year, seal
        self.key = year.world.institution.pk
        self.expected = expected()
        self.seen, self.wrong = {}, []

    def run(self):
        self.seal()
        services.posture_measure(institution=self.key, now=self.year.move(FIRST))
        for number in range((LAST - FIRST).days + 1):
            self.day(FIRST + number * DAY)

    def day(self, day):
        now = self.year.move(day, NIGHT)
        services.days_seal(institution=self.key, now=now)
        ended = exceptions_expire(institution=self.key, now=now)
        services.posture_turn(institution=self.key, now=now)
        self.year.move(day)
        for step in STORY.get(day, ()):
            step(self.year)
        if ended or day in STORY or day in self.expected:
            self.seal()
            services.posture_follow(institution=self.key, now=self.year.move(day, EVENING))
        if day in self.expected:
            services.posture_turn(institution=self.key, now=self.year.now)
            self.look(day)

    def look(self, day):
        """Compare with the table; on the last day of a month, also with a measurement of everything."""
        stands = {(each.duty, each.subject): each.state for each in Posture.objects.all()}
        if (day + DAY).day == 1:
            self.seal()
            again = services.posture_measure(institution=self.key, now=self.year.now)
            self.wrong += [f"{day}: {each} differs when everything is measured" for each in drifted(again.changes)]
        self.seen[day] = stands
        for name, wanted in self.expected[day].items():
            found = stands.get(self.place(name), ABSENT)
            if found != wanted:
                self.wrong.append(f"{day}: {name} should be {wanted}, is {found}")

    def place(self, name):
        duty, _, about = name.partition(" ")
        named = self.year.named.get(about)
        return duty, named.reference if named else about


def test_a_year_in_the_life_of_a_hospital(hospital, sealed):
    year = Year(hospital)
    clock = Clock(year, sealed)
    clock.run()
    assert not clock.wrong, "\n".join(clock.wrong)
    key = hospital.institution.pk

    waiting = {each.key for each in load().duties.values() if each.waits_for or each.check not in checks}
    assert WAITING_EVIDENCE in waiting
    kept = PostureChange.objects.filter(institution=key, duty__in=waiting)
    assert set(kept.values_list("state", flat=True)) == {"unknown", "not_applicable"}

    for day, stood in clock.seen.items():
        told = {(each.duty, each.subject): each.state for each in selectors.posture_on(key, day)}
        assert told == stood, f"{day} is told as it was measured"

    days = list(DayPosture.objects.filter(institution=key).order_by("day"))
    assert [each.day for each in days] == [FIRST + number * DAY for number in range((LAST - FIRST).days)]
    entries = {each.pk: each.details for each in Entry.objects.filter(action="posture.seal", institution=key)}
    assert [(each.day.isoformat(), each.digest) for each in days] == [
        (entries[each.entry]["day"], entries[each.entry]["digest"]) for each in days
    ]
