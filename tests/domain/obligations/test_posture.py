"""The posture: each duty and subject as it stands, turned by what happens and by time, and kept for every day."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xingdun.audit.models import Entry
from xingdun.frame.checks import pending, satisfied, violated
from xingdun.frame.context import acting_in
from xingdun.kernel.clocks import local
from xingdun.obligations import selectors, services
from xingdun.obligations.canonical import digest, line
from xingdun.obligations.models import DayPosture, Posture, PostureChange
from xingdun.obligations.selectors.pages import counted_on
from xingdun.organisation import services as organisation

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def states(**filters):
    return {(each.duty, each.subject_name): each.state for each in Posture.objects.filter(**filters)}


@pytest.fixture
def evaluated(laws, networks, hospital):
    """Networks of level 2 and above are evaluated; two institution-wide duties beside; what the check says is open."""
    laws.become(
        evaluation=laws.duty("evaluation", subject="network", applies="mlps_level >= 2", clauses=("MEASURES-11a",)),
        meeting=laws.duty("meeting", applies="!internet_hospital", clauses=("MEASURES-5c", "NOTE-2.1a")),
        drills=laws.duty("drills", applies="internet_hospital"),
        waiting=laws.duty("waiting", waits_for="drills"),
    )
    networks |= {"IT": {"mlps_level": 3}, "MED": {"mlps_level": 2}, "RES": {"mlps_level": 1}}
    said, asked = {}, []

    def evaluation(facts):
        asked.append(facts.only)
        for code, place in hospital.departments.items():
            if code in networks and (facts.only is None or place.reference in facts.only):
                yield said.get(code, satisfied)(subject=place.reference)

    laws.measure("evaluation", evaluation, reads={"organisation.department"})
    laws.measure("meeting", lambda _: said.get("meeting", satisfied)(), reads={"organisation.person"})
    laws.measure("waiting", lambda _: satisfied())
    evaluation.said, evaluation.asked = said, asked
    return evaluation


def measured(hospital, now):
    return services.posture_measure(institution=hospital.institution.pk, now=now)


def rename(hospital, code, name, now):
    organisation.department_update(department=hospital.departments[code], name=name, by=hospital.system_admin, now=now)


@pytest.mark.usefixtures("watched")
def test_each_duty_and_subject_stands_as_it_was_found(hospital, evaluated, midday):
    evaluated.said["MED"] = lambda **about: violated([hospital.departments["MED"]], "no report", **about)
    measured(hospital, midday)
    assert states() == {
        ("evaluation", "信息中心"): "met",
        ("evaluation", "医务处"): "violated",
        ("evaluation", "科研处"): "not_applicable",
        ("meeting", ""): "met",
        ("drills", ""): "not_applicable",
        ("waiting", ""): "unknown",
    }
    why = {each.duty: each.detail for each in Posture.objects.exclude(subject_name__in=["信息中心", "医务处"])}
    assert why["evaluation"]["zh"] == "不适用：网络安全等级＝1（对象台账）。"
    assert why["drills"]["en"] == "It does not apply: provides care over the internet = no (profile)."
    assert "演练" in why["waiting"]["zh"]
    broken = Posture.objects.get(state="violated")
    assert broken.evidence == [hospital.departments["MED"].reference]
    assert (broken.department, broken.documents, broken.force) == (hospital.departments["MED"], "MEASURES", "normative")
    entry = Entry.objects.get(action="posture.measure")
    assert entry.details["counts"] == {"met": 2, "violated": 1, "not_applicable": 2, "unknown": 1}
    steps = PostureChange.objects.filter(entry=entry.pk)
    assert entry.details["digest"] == digest(line(each, each.was) for each in steps)
    with hospital.other.acting():
        assert not Posture.objects.exists()
        assert not PostureChange.objects.exists()


def test_the_sealed_ledger_turns_it_and_only_what_it_tells_of_is_measured(hospital, evaluated, sealed, midday):
    key = hospital.institution.pk
    services.posture_follow(institution=key, now=midday)  # the first look measures everything
    assert states()["evaluation", "医务处"] == "met"
    evaluated.said["MED"] = evaluated.said["IT"] = violated
    rename(hospital, "MED", "医务部", midday)
    assert not services.posture_follow(institution=key, now=midday).changes, "not sealed yet"
    sealed()
    evaluated.asked.clear()
    turned = services.posture_follow(institution=key, now=midday + HOUR)
    assert evaluated.asked == [{hospital.departments["MED"].reference}]
    assert [(each.after.name, each.after.state) for each in turned.changes] == [("医务部", "violated")]
    assert states()["evaluation", "信息中心"] == "met", "nothing told of it; the night finds it"
    assert Posture.objects.get(subject_name="医务部").since == midday + HOUR
    sealed()  # its own entry does not set it off again
    with CaptureQueriesContext(connection) as queries:
        assert not services.posture_follow(institution=key, now=midday + HOUR).changes
    assert not [
        each for each in queries if each["sql"].startswith(("INSERT", "UPDATE")) and "progress" not in each["sql"]
    ]


def test_a_fact_of_the_profile_turns_the_duties_that_ask_it(hospital, evaluated, sealed, midday):
    key = hospital.institution.pk
    services.posture_follow(institution=key, now=midday)
    organisation.institution_update(
        institution=hospital.institution, by=hospital.system_admin, now=midday, internet_hospital=True
    )
    sealed()
    services.posture_follow(institution=key, now=midday)
    found = states()
    assert (found["meeting", ""], found["drills", ""]) == ("not_applicable", "unknown")


def test_a_subject_that_is_no_more_leaves_and_its_history_stays(hospital, evaluated, networks, sealed, midday):
    key = hospital.institution.pk
    services.posture_follow(institution=key, now=midday)
    del networks["MED"]
    rename(hospital, "MED", "不再联网", midday)
    sealed()
    services.posture_follow(institution=key, now=midday + HOUR)
    assert ("evaluation", "医务处") not in states()
    last = PostureChange.objects.filter(subject=hospital.departments["MED"].reference).latest("at")
    assert (last.was, last.state) == ("met", "gone")


def test_time_turns_what_is_due_into_overdue_and_what_lapses_too(hospital, evaluated, midday):
    evaluated.said["IT"] = lambda **about: pending(midday + DAY, **about)
    evaluated.said["meeting"] = lambda **about: satisfied(due_at=midday + 2 * DAY, **about)
    measured(hospital, midday)
    assert states()["evaluation", "信息中心"] == "due"
    key = hospital.institution.pk
    assert not services.posture_turn(institution=key, now=midday + DAY).changes, "in time up to and including it"
    services.posture_turn(institution=key, now=midday + DAY + HOUR)
    assert states()["evaluation", "信息中心"] == "overdue"
    assert states()["meeting", ""] == "met"
    services.posture_turn(institution=key, now=midday + 3 * DAY)
    assert states()["meeting", ""] == "overdue", "it had to be done again"
    assert not services.posture_turn(institution=key, now=midday + 3 * DAY).changes


def test_a_broken_check_and_a_bad_expression_are_unknown_and_harm_nothing_else(hospital, laws, midday):
    laws.become(
        broken=laws.duty("broken"),
        spoilt=laws.duty("spoilt"),
        unreadable=laws.duty("unreadable", applies="internet_hospital &&"),
        alien=laws.duty("alien", applies="moon_phase > 2"),
        sound=laws.duty("sound"),
        unchecked=laws.duty("unchecked"),
    )

    def broken(facts):
        raise KeyError(facts.institution)

    def spoilt(facts):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    laws.measure("broken", broken)
    laws.measure("spoilt", spoilt)
    laws.measure("sound", lambda _: satisfied())
    measured(hospital, midday)
    found = {each.duty: (each.state, each.detail.get("en", "")) for each in Posture.objects.all()}
    assert found["sound"] == ("met", "")
    assert {state for duty, (state, _) in found.items() if duty != "sound"} == {"unknown"}
    assert "KeyError" in found["broken"][1]
    assert "DataError" in found["spoilt"][1]
    assert "does not parse" in found["unreadable"][1]
    assert "moon_phase" in found["alien"][1]


def test_what_a_check_does_not_tell_is_unknown_for_want_of_the_fact_that_would_decide(hospital, laws, networks, midday):
    laws.become(evaluation=laws.duty("evaluation", subject="network", applies="mlps_level >= 2"))
    networks |= {"IT": {}, "MED": {"mlps_level": 2}}
    laws.measure("evaluation", lambda _: [], reads={"organisation.department"})
    measured(hospital, midday)
    found = {each.subject: (each.state, each.detail["en"]) for each in Posture.objects.all()}
    ungraded, graded = (found[hospital.departments[code].reference] for code in ("IT", "MED"))
    assert (ungraded[0], graded[0]) == ("unknown", "unknown")
    assert "MLPS level" in ungraded[1], "this is to be entered first"
    assert graded[1] == "The check said nothing about it."


@pytest.mark.usefixtures("watched")
def test_every_past_day_is_there_and_sealed(hospital, evaluated, midday):
    key = hospital.institution.pk
    measured(hospital, midday)
    evaluated.said["IT"] = lambda **about: violated(detail="late", **about)
    measured(hospital, midday + 2 * DAY)
    del evaluated.said["IT"]
    measured(hospital, midday + 4 * DAY)
    services.days_seal(institution=key, now=midday + 5 * DAY)

    def on(day):
        return {each.subject: each.state for each in selectors.posture_on(key, day) if each.duty == "evaluation"}

    first = local(midday).date()
    it = hospital.departments["IT"].reference
    assert [on(first + each * DAY)[it] for each in range(5)] == ["met", "met", "violated", "violated", "met"]
    assert on(first - DAY) == {}
    days = list(DayPosture.objects.order_by("day"))
    assert [each.day for each in days] == [first + each * DAY for each in range(5)]
    assert days[2].counts["violated"] == 1
    assert days[0].digest == days[1].digest != days[2].digest
    for each in days:
        assert each.digest == digest(line(one) for one in selectors.posture_on(key, each.day))
        assert counted_on(key, each.day) == Counter(
            (one.duty, one.state) for one in selectors.posture_on(key, each.day)
        )
        entry = Entry.objects.get(pk=each.entry)
        assert (entry.action, entry.details["digest"]) == ("posture.seal", each.digest)
    late = PostureChange.objects.get(state="violated")
    names = ("detail", "due_at", "duty", "evidence", "state", "subject")
    plain = json.dumps({name: getattr(late, name) or "" for name in names} | {"evidence": []}, sort_keys=True)
    assert json.loads(line(late)) == json.loads(plain)
    assert line(late) == json.dumps(json.loads(plain), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert services.days_seal(institution=key, now=midday + 5 * DAY) == [], "a day is sealed once"


def test_scores_count_and_never_average(hospital, evaluated, midday):
    evaluated.said["IT"] = violated
    measured(hospital, midday)
    key = hospital.institution.pk
    with acting_in(key), CaptureQueriesContext(connection) as queries:
        scores = selectors.scores(key)
        red = list(selectors.red(key))
        heat = {each.clause: each.state for each in selectors.heat_map(key)}
        clause = selectors.clause(key, "MEASURES-11a", now=midday)
    assert len(queries) < 40
    assert scores["document"]["NOTE"] == {"met": 1}
    assert scores["department"][str(hospital.departments["IT"].pk)] == {"violated": 1}
    assert scores["force"]["normative"]["violated"] == 1
    assert [(each.duty, each.subject_name) for each in red] == [("evaluation", "信息中心")]
    assert heat["MEASURES-11a"] == "violated"
    assert heat["MEASURES-5c"] == "met"
    assert clause.state == "violated"
    assert [each.key for each in clause.answered_by] == ["evaluation"]
    assert {each.state for each in clause.answers} == {"violated", "met", "not_applicable"}
    assert clause.history
    assert "等级" in clause.applies["evaluation"].reason["zh"]
