"""What people say about applicability: answers with their reasons, exemptions under two signatures, readings, years."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from xingdun.approvals import services as approvals
from xingdun.approvals.errors import ApproverIsApplicant, ContentChanged, NotYourTurn
from xingdun.approvals.models import Process
from xingdun.audit.models import Entry
from xingdun.frame.calendar import Moved, calendar, recomputing
from xingdun.frame.checks import checks, pending, satisfied, violated
from xingdun.kernel.clocks import ZONE, due, find_clock
from xingdun.obligations import errors, selectors, services
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import CatalogueVersion, Exemption, Posture, ReadingChoice
from xingdun.obligations.overview import calendar as calendar_tile
from xingdun.obligations.services import versions

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# A year as it might be arranged: New Year's break alone is what the test looks at.
NOTICE_2027 = """year = 2027
holidays = [
  { name = "new_year", from = 2027-01-01, to = 2027-01-03 },
  { name = "spring_festival", from = 2027-02-05, to = 2027-02-11 },
  { name = "labour_day", from = 2027-05-01, to = 2027-05-05 },
  { name = "national_day", from = 2027-10-01, to = 2027-10-07 },
]
makeup = [2027-10-09]
"""


def state(duty):
    found = Posture.objects.get(duty=duty)
    return found.state, found.detail


def test_an_open_fact_counts_as_applying_until_it_is_answered(hospital, laws, sealed):
    laws.become(trust=laws.duty("trust", applies="adopts_digital && uses_data_trust"))
    laws.measure("trust", lambda _: satisfied())
    key, midday = hospital.institution.pk, hospital.now
    services.posture_follow(institution=key, now=midday)
    assert state("trust")[0] == "met"
    page = selectors.clause(key, "MEASURES-20a", now=midday)
    assert page.applies["trust"].answer is None
    assert page.applies["trust"].reason["zh"].startswith("按适用处理，待答复：执行")
    assert [each.fact.key for each in selectors.profile(key, now=midday)] == ["adopts_digital", "uses_data_trust"]

    answer = services.profileanswer_set(
        fact="uses_data_trust", value=False, reason="没有此类合作", by=hospital.dso, now=midday
    )
    sealed()
    services.posture_follow(institution=key, now=midday)
    reached, why = state("trust")
    assert reached == "not_applicable"
    assert why["en"] == "It does not apply: uses a data trust = no (answered by the institution)."
    line = selectors.profile(key, now=midday)[-1]
    assert (line.known.value, line.known.reason, line.duties) == (False, "没有此类合作", ("trust",))

    services.profileanswer_withdraw(profileanswer=answer, by=hospital.dso, now=midday)
    sealed()
    services.posture_follow(institution=key, now=midday)
    assert state("trust")[0] == "met"
    with pytest.raises(errors.AnswerOfWrongType):
        services.profileanswer_set(fact="uses_data_trust", value="no", reason="-", by=hospital.dso, now=midday)
    with pytest.raises(errors.NoSuchFact):
        services.profileanswer_set(fact="moon_phase", value=True, reason="-", by=hospital.dso, now=midday)


def test_an_exemption_needs_two_others_and_ends_by_itself(hospital, laws, sealed, as_owner):
    now = hospital.now
    laws.become(asked=laws.duty("asked"), other=laws.duty("other"))
    laws.measure("asked", lambda _: violated(detail="nothing is there"))
    key = hospital.institution.pk
    services.posture_follow(institution=key, now=now)

    def ask(**changed):
        facts = {"duty": "asked", "reason": "不涉及", "expires_at": now + 30 * DAY, "by": hospital.dso, "now": now}
        return services.exemption_create(**{**facts, **changed})

    exemption = ask()
    process = Process.objects.get(about=exemption.reference)
    with pytest.raises(ApproverIsApplicant):
        approvals.process_approve(process=process, by=hospital.dso, now=now)
    with pytest.raises(NotYourTurn):
        approvals.process_approve(process=process, by=hospital.head, now=now)
    approvals.process_approve(process=process, by=hospital.legal, now=now)
    sealed()
    services.posture_follow(institution=key, now=now)
    assert state("asked")[0] == "violated", "one signature is not enough"
    with as_owner():
        Exemption.objects.update(subject=hospital.departments["IT"].reference)
    with pytest.raises(ContentChanged):
        approvals.process_approve(process=process, by=hospital.head, now=now)
    with as_owner():
        Exemption.objects.update(subject="")
    approvals.process_approve(process=process, by=hospital.head, now=now)
    assert Exemption.objects.get().state == "approved"
    sealed()
    services.posture_follow(institution=key, now=now)
    reached, why = state("asked")
    assert (reached, "两人签署" in why["zh"]) == ("not_applicable", True)

    services.posture_turn(institution=key, now=now + 31 * DAY)
    assert state("asked")[0] == "violated"
    assert Exemption.objects.get().state == "ended"
    assert Entry.objects.filter(action="exemption.expire", about=exemption.reference).count() == 1

    again = ask()
    for refusal, changed in (
        (errors.AskedAlready, {}),
        (errors.TermTooLong, {"duty": "other", "expires_at": now + 400 * DAY}),
        (errors.TermTooLong, {"duty": "other", "expires_at": now}),
        (errors.NoSuchDuty, {"duty": "moonlight"}),
        (errors.NoSuchSubject, {"subject": "assets.network:1"}),
    ):
        with pytest.raises(refusal):
            ask(**changed)
    services.exemption_end(exemption=again, by=hospital.dso, now=now)
    assert Exemption.objects.get(pk=again.pk).state == "withdrawn"
    with pytest.raises(errors.NotInForce):
        services.exemption_end(exemption=again, by=hospital.head, now=now)
    with hospital.other.acting():
        assert not Exemption.objects.exists()


def test_a_reading_set_otherwise_reaches_the_checks_until_it_ends(hospital, laws, sealed):
    now, key = hospital.now, hospital.institution.pk
    laws.become(drill=laws.duty("drill"))
    laws.measure("drill", lambda facts: satisfied(detail=facts.readings.get("A1", "catalogue")))
    services.posture_follow(institution=key, now=now)
    chosen = {"contradiction": "A1", "alternative": "yearly-drill", "reason": "不执行该规范", "expires_at": now + DAY}
    choice = services.readingchoice_create(**chosen, by=hospital.dso, now=now)
    approvals.process_approve(process=Process.objects.get(about=choice.reference), by=hospital.head, now=now)
    sealed()
    services.posture_follow(institution=key, now=now)
    assert state("drill") == ("met", {"en": "yearly-drill", "zh": "yearly-drill"})
    services.posture_turn(institution=key, now=now + 2 * DAY)
    sealed()
    services.posture_follow(institution=key, now=now + 2 * DAY)
    assert state("drill")[1]["en"] == "catalogue"
    assert ReadingChoice.objects.get().state == "ended"
    with pytest.raises(errors.NoSuchReading):
        services.readingchoice_create(**{**chosen, "alternative": "never"}, by=hospital.dso, now=now)


@pytest.mark.usefixtures("watched")
def test_an_imported_year_moves_what_was_provisional_and_says_so(hospital, laws, monkeypatch):
    november = datetime(2026, 11, 2, 9, tzinfo=ZONE)
    clock = find_clock("mlps-filing")
    start = datetime(2026, 12, 23, 9, tzinfo=ZONE)
    laws.become(filing=laws.duty("filing"))
    laws.measure("filing", lambda facts: pending(due(clock, start, facts.calendar).at))
    kept = []
    monkeypatch.setattr(
        "xingdun.obligations.services.calendar.recomputing",
        [*recomputing, lambda _before, after, now: kept.append(after) or [Moved("a.b:1", "c", now, now + DAY)]],
    )
    viewer = type("Viewer", (), {"institution": hospital.institution.pk, "now": november})
    assert [each.value for each in calendar_tile(viewer)] == ["2027"]
    assert not calendar_tile(type("Viewer", (), {"institution": hospital.institution.pk, "now": november - 2 * DAY}))
    services.posture_measure(institution=hospital.institution.pk, now=november)
    before = Posture.objects.get().due_at

    year = services.calendar_year_import(text=NOTICE_2027, by=hospital.dso, now=november)
    after = Posture.objects.get().due_at
    assert (after - before).days >= 1, "New Year's day is no working day"
    entry = Entry.objects.get(action="calendar_year.import")
    assert entry.details["moved_in_all"] == 2
    assert entry.details["moved"][1][:2] == ["filing", ""]
    assert year.moved == entry.details["moved"]
    assert calendar().last_year == 2027
    assert kept[0].last_year == 2027
    assert not calendar_tile(viewer)
    with pytest.raises(errors.NoticeKnown):
        services.calendar_year_import(text=NOTICE_2027, by=hospital.dso, now=november)
    for language, words in (("zh-hans", "2027-10-09:同一天既放假又上班"), ("en", "2027-10-09: the day is both free")):
        with translation.override(language), pytest.raises(errors.NoticeRefused, match=words):
            services.calendar_year_import(
                text=NOTICE_2027.replace("2027-10-07", "2027-10-09"), by=hospital.dso, now=november
            )
    with hospital.other.acting():
        assert calendar().last_year == 2026


@pytest.mark.usefixtures("watched")
def test_a_new_version_of_the_catalogue_is_told_and_measured_by(hospital, laws, monkeypatch, as_owner):
    key, now = hospital.institution.pk, hospital.now
    with as_owner():
        first = services.catalogue_take(now=now)
        assert services.catalogue_take(now=now) == first, "once a text"
    assert first.version == load().version
    services.posture_measure(institution=key, now=now)
    assert services.catalogue_follow(institution=key, version=first, now=now) is None

    laws.become(**{**load().duties, "fresh": laws.duty("fresh")})
    monkeypatch.setattr(
        versions, "texts", lambda: {**first.texts, "catalogue.toml": first.texts["catalogue.toml"] + "#"}
    )
    for module in ("services.versions", "services.posture"):
        monkeypatch.setattr(f"xingdun.obligations.{module}.catalogue_digest", lambda: "0" * 64)
    with as_owner():
        second = services.catalogue_take(now=now + DAY)
    assert second.difference["touched"] == ["fresh"]
    second.refresh_from_db()
    assert second.difference["duties"]["added"] == ["fresh"]
    services.catalogue_follow(institution=key, version=second, now=now + DAY)
    assert Posture.objects.filter(duty="fresh").exists()
    told = Entry.objects.get(action="catalogue.change")
    assert (told.institution_id, told.details["touched"]) == (key, ["fresh"])
    assert services.catalogue_follow(institution=key, version=second, now=now + DAY) is None
    assert CatalogueVersion.objects.count() == 2


@pytest.mark.usefixtures("watched")
def test_the_whole_catalogue_is_measured_and_nothing_waiting_is_met(hospital):
    now = hospital.now
    services.posture_measure(institution=hospital.institution.pk, now=now)
    answered = set(Posture.objects.values_list("duty", flat=True))
    assert answered == set(load().duties)
    waiting = {each.key for each in load().duties.values() if each.waits_for or each.check not in checks}
    assert not set(Posture.objects.filter(duty__in=waiting).values_list("state", flat=True)) - {
        "unknown",
        "not_applicable",
    }
    assert len(selectors.heat_map(hospital.institution.pk)) == len(load().clauses) == 513
