"""A year in the life: a clock runs a hospital through 2026, and its posture is compared with a table made by hand."""

import runpy
import tomllib
from calendar import monthrange
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import connection

import duty_world
import year_first_half
import year_second_half
from xingdun.approvals.models import Decision
from xingdun.assets.models import FindingException
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
from xingdun.obligations.years import year_missing
from year_story import FIRST, LAST, OFFICE, STORY, WAITING_EVIDENCE, Year

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
months = runpy.run_path(str(ROOT / "scripts" / "year_page.py"))["months"]
TABLE = tomllib.loads((Path(__file__).parent / "year.toml").read_text(encoding="utf-8"))
DAY = timedelta(days=1)
TOLD_BY = (year_first_half, year_second_half)
NIGHT, EVENING = time(0, 3), time(23)
ABSENT = "-"


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
    """Runs the platform's nights and the hospital's days.

    seen: {day: every answer as it was measured that evening}. warned: the days that began with a year's notice missing.
    counting: the months at whose end the evidence brought counts.
    """

    def __init__(self, year, seal):
        self.year, self.seal = year, seal
        self.key = year.world.institution.pk
        self.expected = expected()
        self.seen, self.wrong, self.warned, self.counting = {}, [], [], []

    def run(self):
        self.seal()
        services.posture_measure(institution=self.key, now=self.year.move(FIRST))
        for number in range((LAST - FIRST).days + 1):
            self.day(FIRST + number * DAY)
        services.days_seal(institution=self.key, now=self.year.move(LAST + DAY, NIGHT))

    def day(self, day):
        now = self.year.move(day, NIGHT)
        services.days_seal(institution=self.key, now=now)
        ended = exceptions_expire(institution=self.key, now=now)
        services.posture_turn(institution=self.key, now=now)
        if missing := year_missing(self.key, now):
            self.warned.append((day, missing.year))
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
        """Compare with the table; on the last day of a quarter, also with a measurement of everything."""
        stands = {(each.duty, each.subject): each.state for each in Posture.objects.all()}
        ends = (day + DAY).day == 1
        if ends and selectors.valid_evidence(WAITING_EVIDENCE, "", self.year.now).exists():
            self.counting.append(day.month)
        if ends and day.month % 3 == 0:
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


@pytest.mark.long
def test_a_year_in_the_life_of_a_hospital(hospital, sealed):
    year = Year(hospital)
    clock = Clock(year, sealed)
    clock.run()
    assert not clock.wrong, "\n".join(clock.wrong)

    nothing_that_waits_was_ever_met(clock)
    every_past_day_is_told_as_it_was(clock)
    the_next_year_was_asked_for_and_moved_what_reached_into_it(clock)
    whoever_approved_or_retested_was_somebody_else(clock)


def nothing_that_waits_was_ever_met(clock):
    waiting = {each.key for each in load().duties.values() if each.waits_for or each.check not in checks}
    kept = PostureChange.objects.filter(institution=clock.key, duty__in=waiting)
    assert set(kept.values_list("state", flat=True)) == {"unknown", "not_applicable"}
    assert WAITING_EVIDENCE in waiting
    assert clock.counting == list(months(TABLE["evidence"][WAITING_EVIDENCE]))


def every_past_day_is_told_as_it_was(clock):
    days = {each.day: each for each in DayPosture.objects.filter(institution=clock.key).order_by("day")}
    assert list(days) == [FIRST + number * DAY for number in range((LAST - FIRST).days + 1)]
    for day, stood in clock.seen.items():
        told = {(each.duty, each.subject): each.state for each in selectors.posture_on(clock.key, day)}
        assert told == stood, day
        assert days[day].counts == Counter(stood.values()), day
    entries = Entry.objects.filter(action="posture.seal", institution=clock.key)
    sealed = {each.pk: (each.details["day"], each.details["digest"]) for each in entries}
    assert sealed == {each.entry: (day.isoformat(), each.digest) for day, each in days.items()}
    assert len({digest for _, digest in sealed.values()}) > len(STORY) // 2, "days on which nothing turned are alike"


def the_next_year_was_asked_for_and_moved_what_reached_into_it(clock):
    november = [date(2026, 11, number) for number in range(1, 24)]  # the notice comes on the 23rd, in office hours
    assert clock.warned == [(day, 2027) for day in november]
    before, after = clock.year.kept["provisional"], clock.year.kept["settled"]
    assert (before.provisional, before.at.date()) == (True, date(2027, 1, 4))
    assert (after.provisional, after.at.date()) == (False, date(2027, 1, 5))
    first, amended = Entry.objects.filter(action="calendar_year.import", institution=clock.key).order_by("pk")
    assert first.details["moved_in_all"] == 0, "nothing that ran in November reached into the year"
    place = clock.year.named["CDR"].reference
    end = "T15:59:59"  # of the day in China, as the ledger writes it
    moved = {(duty, about): (old[:19], new[:19]) for duty, about, old, new in amended.details["moved"]}
    assert moved == {
        (duty, place): (f"2027-01-05{end}", f"2027-01-06{end}")
        for duty in ("mlps-filing", "mlps-filing-report", "level-consent", "network-state-known", "mlps-life-cycle")
    }


def whoever_approved_or_retested_was_somebody_else(clock):
    decided = Decision.objects.select_related("process")
    assert decided.count() > len(TABLE["day"])
    assert not [each for each in decided if each.person_id == each.process.requested_by_id]
    findings = {name: clock.year.named[name] for name in ("smb", "ssl", "password")}
    assert {each.state for each in findings.values()} == {"closed"}
    assert not [each for each in findings.values() if each.retested_by_id == each.fixed_by_id or not each.retest]
    assert findings["smb"].retest_batch.tool == findings["smb"].tool, "a second scan shows it gone"
    assert FindingException.objects.get().state == "ended"
