"""How periods are counted whatever the clock: start rules, month ends, suspensions, recipients, what holds always."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.clocks import (
    ZONE,
    Bilingual,
    Clock,
    ClockDataError,
    Limit,
    NaiveTimeError,
    NotSuspendableError,
    OutOfRangeError,
    Period,
    Recipient,
    Suspension,
    SuspensionError,
    UnknownRecipientError,
    clocks,
    due,
    dues,
    find_clock,
    read_clocks,
    with_period,
    working_days,
)

CALENDAR = working_days()
TEXT = Bilingual("文", "text")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def ends(text):
    return datetime.combine(date.fromisoformat(text), datetime.max.time(), ZONE)


def made(period, start="next_day", sense="by", **others):
    limit = Limit(Period.parse(period), start, "normative", ("MEASURES-1a",))
    return Clock(
        key="made",
        name=TEXT,
        starts=TEXT,
        stops=TEXT,
        recipients=(Recipient("institution", TEXT, (limit,)),),
        sense=sense,
        suspended_by=TEXT,
        **others,
    )


def counted(period, start, rule="next_day", sense="by"):
    return due(made(period, rule, sense), at(start), CALENDAR).at


def stands(since, until):
    return Suspension(at(since), at(until))


@pytest.mark.parametrize(
    ("period", "start", "rule", "last_day"),
    [
        ("1 month", "2026-01-31", "next_day", "2026-02-28"),
        ("1 month", "2024-01-31", "next_day", "2024-02-29"),
        ("1 month", "2026-02-28", "next_day", "2026-03-28"),
        ("13 month", "2024-01-31", "next_day", "2025-02-28"),
        ("1 year", "2024-02-29", "next_day", "2025-02-28"),
        ("4 year", "2024-02-29", "next_day", "2028-02-29"),
        ("1 month", "2026-03-01", "event", "2026-03-31"),
        ("1 month", "2026-01-31", "event", "2026-02-28"),
        ("1 year", "2026-01-01", "event", "2026-12-31"),
        ("1 day", "2026-02-28", "next_day", "2026-03-01"),
        ("1 day", "2026-02-28", "event", "2026-02-28"),
        ("1 working_day", "2026-02-14", "event", "2026-02-14"),  # a Saturday that is worked
        ("1 working_day", "2026-02-15", "event", "2026-02-24"),
        ("1 working_day", "2026-02-13", "next_day", "2026-02-14"),
        ("1 calendar_day", "2026-02-28", "event", "2026-02-28"),
        ("1 calendar_month", "2024-02-01", "event", "2024-02-29"),
        ("2 calendar_quarter", "2026-11-11", "event", "2027-03-31"),
        ("3 calendar_year", "2026-11-11", "event", "2028-12-31"),
    ],
)
def test_start_rules_and_month_ends(period, start, rule, last_day):
    assert counted(period, f"{start}T15:00", rule) == ends(last_day)


@pytest.mark.parametrize(
    ("period", "start", "rule", "moment"),
    [
        ("15 minute", "2026-12-31T23:50", "event", "2027-01-01T00:05"),
        ("24 hour", "2024-02-28T12:30", "event", "2024-02-29T12:30"),
        ("2 hour", "2026-03-03T15:00", "next_day", "2026-03-04T02:00"),
    ],
)
def test_minutes_and_hours_go_across_midnight(period, start, rule, moment):
    assert counted(period, start, rule) == at(moment)


@pytest.mark.parametrize(
    ("period", "expiry", "begins"),
    [
        ("30 day", "2026-03-31", "2026-03-01"),
        ("1 month", "2026-03-31", "2026-02-28"),
        ("1 year", "2024-02-29", "2023-02-28"),
        ("3 working_day", "2026-02-25", "2026-02-13"),  # 24 February, 14 February (worked), 13 February
        ("2 hour", "2026-02-25", "2026-02-24T22:00"),
    ],
)
def test_counting_back_from_an_expiry(period, expiry, begins):
    assert counted(period, expiry, sense="ahead", rule="event" if "hour" in period else "next_day") == at(begins)


def test_hours_do_not_run_while_suspended():
    clock = made("4 hour", "event")
    still = [stands("2026-03-02T11:00", "2026-03-02T13:00"), stands("2026-03-02T14:00", "2026-03-03T14:00")]
    # 10-11, 13-14 are two hours; the other two follow from 14:00 the next day
    assert due(clock, at("2026-03-02T10:00"), CALENDAR, suspensions=still).at == at("2026-03-03T16:00")
    assert due(clock, at("2026-03-02T12:00"), CALENDAR, suspensions=still).at == at("2026-03-03T17:00")
    before = [stands("2026-03-02T14:00", "2026-03-03T14:00")]
    assert due(clock, at("2026-03-02T10:00"), CALENDAR, suspensions=before).at == at("2026-03-02T14:00")


@pytest.mark.parametrize(
    ("period", "last_day"),
    [
        ("5 working_day", "2026-07-17"),  # 7-10 July do not count, 13-17 July are the five
        ("10 day", "2026-07-21"),  # 16 July and five days more
        ("1 month", "2026-08-11"),  # 6 August and five days more
        ("1 calendar_month", "2026-07-31"),  # the calendar does not wait
    ],
)
def test_whole_days_suspended_do_not_count(period, last_day):
    rule = "event" if "calendar" in period else "next_day"
    still = [stands("2026-07-07T00:00", "2026-07-12T00:00")]
    found = due(made(period, rule), at("2026-07-06T09:00"), CALENDAR, suspensions=still)
    assert found.at == ends(last_day)


def test_a_day_partly_suspended_counts():
    still = [stands("2026-07-07T09:00", "2026-07-07T23:00")]
    assert due(made("1 day"), at("2026-07-06T09:00"), CALENDAR, suspensions=still).at == ends("2026-07-07")


def test_a_report_that_nothing_may_stop_is_not_suspended():
    with pytest.raises(NotSuspendableError, match="XD-CLOCK-005"):
        due(
            find_clock("incident-report-i-ii"),
            at("2026-03-02T10:00"),
            CALENDAR,
            suspensions=[stands("2026-03-02T11:00", "2026-03-02T13:00")],
        )
    with pytest.raises(SuspensionError):
        stands("2026-03-02T13:00", "2026-03-02T13:00")
    with pytest.raises(NaiveTimeError):
        Suspension(datetime(2026, 3, 2), at("2026-03-03T00:00"))  # noqa: DTZ001 - what is refused


def test_the_stricter_limit_wins_beside_the_legal_floor():
    request = find_clock("subject-request")
    plain = due(request, at("2026-03-02T10:00"), CALENDAR)
    assert (plain.at, plain.floor) == (ends("2026-03-23"), ends("2026-04-01"))
    assert plain.limit.force == "platform"
    looser = with_period(request, Period.parse("60 working_day"))
    assert due(looser, at("2026-03-02T10:00"), CALENDAR).at == ends("2026-04-01")
    stricter = due(with_period(request, Period.parse("5 working_day")), at("2026-03-02T10:00"), CALENDAR)
    assert (stricter.at, stricter.floor, stricter.limit.force) == (
        ends("2026-03-09"),
        ends("2026-04-01"),
        "institution",
    )
    assert any("GB/T 35273-2020" in line for line in stricter.lines("zh"))


def test_what_is_kept_is_kept_for_the_longest_of_its_limits():
    kept = due(find_clock("access-log-retention"), at("2024-02-29T10:00"), CALENDAR)
    assert (kept.at, kept.floor) == (ends("2027-02-28"), ends("2024-08-29"))


def test_one_recipient_may_be_asked_for_and_set_alone():
    notice = find_clock("incident-notice")
    start = at("2026-03-02T10:00")
    assert due(notice, start, CALENDAR).at == at("2026-03-02T10:30")
    assert due(notice, start, CALENDAR, recipient="affected_persons").at == at("2026-03-03T10:00")
    changed = with_period(notice, Period.parse("12 hour"), recipient="affected_persons")
    assert [one.due.at for one in dues([changed], start, CALENDAR)] == [
        at("2026-03-02T10:30"),
        at("2026-03-02T10:30"),
        at("2026-03-02T22:00"),
    ]
    with pytest.raises(UnknownRecipientError, match="XD-CLOCK-010"):
        due(notice, start, CALENDAR, recipient="nobody")
    with pytest.raises(UnknownRecipientError):
        with_period(notice, Period.parse("1 hour"), recipient="nobody")


@pytest.mark.parametrize("period", ["1 year", "40 working_day", "60 day", "1 hour", "1 calendar_quarter"])
def test_dates_past_the_range_are_refused(period):
    rule = "event" if "calendar" in period or "hour" in period else "next_day"
    with pytest.raises(OutOfRangeError, match="XD-CLOCK-007"):
        due(made(period, rule), datetime.max.replace(tzinfo=ZONE), CALENDAR)


@pytest.mark.parametrize(
    "text", ["", "15", "15 fortnight", "0 day", "-1 day", "10001 day", "1.5 hour", "１ day", "15  day"]
)
def test_a_period_that_means_nothing_is_refused(text):
    with pytest.raises(ClockDataError, match="XD-CLOCK-003"):
        Period.parse(text)


DATA = """
[recipients]
institution = { zh = "本机构", en = "the institution" }
[[clock]]
key = "one"
zh = "一"
en = "one"
starts = { zh = "起", en = "start" }
stops = { zh = "止", en = "stop" }
[[clock.to]]
recipient = "institution"
limits = [{ period = "1 year", start = "next_day", force = "law", clauses = ["X-1"] }]
"""


def test_clocks_are_read_from_data():
    assert list(read_clocks(DATA)) == ["one"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 year", "1 lightyear"),
        ('start = "next_day"', 'start = "some_day"'),
        ('force = "law"', 'force = "custom"'),
        ('clauses = ["X-1"]', "clauses = []"),
        ('recipient = "institution"', 'recipient = "nobody"'),
        ('en = "one"', 'english = "one"'),
        ('en = "start"', 'fr = "début"'),
        ('key = "one"', 'key = "one"\nsense = "around"'),
        ('key = "one"', 'key = "one"\ngap = "100 day"'),
        ('period = "1 year"', 'period = "1 calendar_year"'),
        ('period = "1 year", ', ""),
        ("[[clock]]", "[[clock"),
        ("limits = [{", "limits = []\nothers = [{"),
    ],
)
def test_data_that_describe_no_clock_are_refused(old, new):
    assert old in DATA
    with pytest.raises(ClockDataError):
        read_clocks(DATA.replace(old, new, 1))


def test_a_key_stands_once():
    with pytest.raises(ClockDataError, match="one"):
        read_clocks(DATA + DATA[DATA.index("[[clock]]") :])


def test_every_clock_speaks_both_languages():
    for clock in clocks().values():
        for text in (clock.name, clock.starts, clock.stops, *(each.name for each in clock.recipients)):
            assert text.zh
            assert text.en.isascii()
        found = due(clock, at("2026-03-02T10:00"), CALENDAR)
        assert all(step.zh and step.en.isascii() for step in found.working)


moments = st.integers(0, 24 * 366 * 24 * 60).map(lambda minutes: at("2004-01-01") + timedelta(minutes=minutes))
rolling = st.sampled_from(["45 minute", "30 hour", "9 day", "12 working_day", "1 month", "7 month", "1 year"])
calendars = st.sampled_from(["1 calendar_day", "1 calendar_month", "1 calendar_quarter", "1 calendar_year"])


@st.composite
def any_clock(draw):
    if draw(st.booleans()):
        return made(draw(calendars), "event")
    return made(draw(rolling), draw(st.sampled_from(["event", "next_day"])))


@st.composite
def suspensions(draw, near):
    found = []
    for _ in range(draw(st.integers(0, 3))):
        since = near + timedelta(hours=draw(st.integers(-300, 900)))
        found.append(Suspension(since, since + timedelta(hours=draw(st.integers(1, 400)))))
    return found


@settings(max_examples=150)
@given(st.data())
def test_a_later_start_never_gives_an_earlier_deadline(data):
    clock, start = data.draw(any_clock()), data.draw(moments)
    later = start + timedelta(minutes=data.draw(st.integers(0, 60 * 24 * 40)))
    still = data.draw(suspensions(start))
    assert due(clock, start, CALENDAR, suspensions=still).at <= due(clock, later, CALENDAR, suspensions=still).at


@settings(max_examples=150)
@given(st.data())
def test_the_start_is_in_time_and_a_suspension_never_shortens(data):
    clock, start = data.draw(any_clock()), data.draw(moments)
    still = data.draw(suspensions(start))
    plain, stood = due(clock, start, CALENDAR), due(clock, start, CALENDAR, suspensions=still)
    assert start <= plain.at <= stood.at
    assert len(stood.lines("zh")) == len(stood.lines("en"))


@settings(max_examples=150)
@given(st.data())
def test_splitting_a_suspension_changes_nothing(data):
    clock, start = data.draw(any_clock()), data.draw(moments)
    still = data.draw(suspensions(start))
    pieces = []
    for each in still:
        cut = each.since + (each.until - each.since) * data.draw(st.floats(0.01, 0.99))
        pieces += [Suspension(cut, each.until), Suspension(each.since, cut)]
    assert due(clock, start, CALENDAR, suspensions=still).at == due(clock, start, CALENDAR, suspensions=pieces).at


@settings(max_examples=100)
@given(moments, st.integers(1, 60))
def test_working_days_counted_back_from_the_deadline_are_the_period(start, n):
    last = due(made(f"{n} working_day"), start, CALENDAR).at.date()
    assert CALENDAR.works(last)
    assert CALENDAR.count(start.date() + timedelta(days=1), last) == n
