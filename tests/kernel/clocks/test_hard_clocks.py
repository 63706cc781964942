"""Every hard clock of the documents against dates worked out by hand with the notices of 2024, 2025 and 2026."""

from datetime import UTC, date, datetime, timedelta

import pytest

from xingdun.kernel.clocks import (
    ZONE,
    NaiveTimeError,
    NoStartError,
    NotRecurringError,
    UnknownClockError,
    clocks,
    due,
    dues,
    find_clock,
    next_occurrence,
    overdue,
    regraded,
    working_days,
)

CALENDAR = working_days()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def ends(text):
    return datetime.combine(date.fromisoformat(text), datetime.max.time(), ZONE)


def falls_due(key, start):
    return due(find_clock(key), at(start), CALENDAR)


@pytest.mark.parametrize(
    ("key", "start", "deadline"),
    [
        ("incident-report-i-ii", "2026-02-17T10:05", "2026-02-17T10:35"),  # in the Spring Festival all the same
        ("incident-report-i-ii", "2025-12-31T23:45", "2026-01-01T00:15"),
        ("incident-report-iii-iv", "2024-02-28T23:10", "2024-02-29T01:10"),
        ("incident-report-iii-iv", "2025-10-08T22:30", "2025-10-09T00:30"),
        ("recovery-point", "2026-12-31T23:59", "2027-01-01T00:14"),
        ("incident-notice", "2026-10-01T09:00", "2026-10-01T09:30"),
        ("subject-notice", "2026-10-01T09:00", "2026-10-02T09:00"),
        ("national-report-cii", "2026-02-14T23:30", "2026-02-15T00:30"),
        ("national-report-central", "2026-02-14T23:30", "2026-02-15T01:30"),
        ("national-report", "2026-02-14T23:30", "2026-02-15T03:30"),
    ],
)
def test_minutes_and_hours_run_through_night_and_holiday(key, start, deadline):
    assert falls_due(key, start).at == at(deadline)


@pytest.mark.parametrize(
    ("key", "start", "last_day"),
    [
        # Spring Festival 2024: free 10-17 February, worked on the Sundays 4 and 18 February
        ("rectification-report", "2024-01-31T16:20", "2024-02-26"),
        ("mlps-filing", "2024-02-02T09:00", "2024-02-21"),
        ("mlps-filing", "2024-02-10T09:00", "2024-02-29"),  # the level is determined in the holiday
        # Spring Festival 2025: free 28 January to 4 February, worked on Sunday 26 January and Saturday 8 February
        ("mlps-filing", "2025-01-17T09:00", "2025-02-07"),
        ("mlps-filing", "2025-01-20T09:00", "2025-02-08"),  # the last day is a Saturday that is worked
        ("rectification-report", "2025-01-20T23:59", "2025-02-14"),
        # New Year 2026: free 1-3 January, worked on Sunday 4 January
        ("mlps-change", "2025-12-26T18:00", "2026-01-12"),
        # Spring Festival 2026: free 15-23 February, worked on the Saturdays 14 and 28 February
        ("mlps-filing", "2026-02-11T09:00", "2026-03-03"),
        ("rectification-report", "2026-02-11T09:00", "2026-03-10"),
        # National Day 2024: free 1-7 October, worked on Sunday 29 September and Saturday 12 October
        ("mlps-change", "2024-09-27T17:00", "2024-10-16"),
        # National Day with Mid-Autumn 2025: free 1-8 October, worked on Sunday 28 September and Saturday 11 October
        ("rectification-report", "2025-09-25T08:00", "2025-10-22"),
        # 2026: Mid-Autumn 25-27 September, National Day 1-7 October, worked on 20 September and 10 October
        ("mlps-filing", "2026-09-18T12:00", "2026-10-09"),
        ("rectification-report", "2026-09-18T12:00", "2026-10-15"),
        ("complaint-acceptance", "2026-09-30T12:00", "2026-10-10"),
        # Qingming 2024 (4-6 April, Sunday 7 worked) and Labour Day 2025 (1-5 May, Sunday 27 April worked)
        ("mlps-filing", "2024-04-02T12:00", "2024-04-17"),
        ("mlps-filing", "2025-04-25T12:00", "2025-05-13"),
        # no break at all: two plain weeks
        ("mlps-filing", "2026-07-06T12:00", "2026-07-20"),
        ("post-incident-review", "2026-07-06T12:00", "2026-07-20"),
        ("face-filing", "2026-07-06T12:00", "2026-08-17"),
    ],
)
def test_working_days_skip_breaks_and_count_make_up_days(key, start, last_day):
    found = falls_due(key, start)
    assert found.at == ends(last_day)
    assert not found.provisional


@pytest.mark.parametrize(
    ("key", "start", "last_day"),
    [
        ("mlps-evaluation-3-4", "2024-02-29T10:00", "2025-02-28"),
        ("mlps-evaluation-3-4", "2025-06-30T10:00", "2026-06-30"),
        ("mlps-evaluation-2-large", "2024-02-29T10:00", "2027-02-28"),
        ("mlps-evaluation-2-large", "2023-05-06T10:00", "2026-05-06"),
        ("mlps-evaluation-2", "2023-02-28T10:00", "2028-02-28"),
        ("mlps-evaluation-2", "2024-02-29T10:00", "2029-02-28"),
        ("policy-revision", "2025-12-31T10:00", "2026-12-31"),
        ("nda-renewal", "2024-02-28T10:00", "2025-02-28"),
        ("log-retention", "2025-08-31T10:00", "2026-02-28"),
        ("log-retention", "2023-08-31T10:00", "2024-02-29"),
        ("log-retention", "2026-01-31T00:00", "2026-07-31"),
        ("inpatient-record-retention", "1996-02-29T10:00", "2026-02-28"),
        ("national-summary", "2026-01-30T10:00", "2026-03-01"),
        ("finding-critical", "2026-02-26T10:00", "2026-03-05"),
        ("finding-low", "2026-01-01T10:00", "2026-06-30"),
    ],
)
def test_days_months_and_years_end_with_their_last_day(key, start, last_day):
    assert falls_due(key, start).at == ends(last_day)


YEARLY = [
    "security-meeting",
    "self-inspection",
    "data-asset-review",
    "data-risk-assessment",
    "emergency-training",
    "emergency-drill",
    "live-exercise",
    "maturity-assessment",
]
QUARTERLY = ("simulated-drill", "audit-of-logs", "audit-of-permissions")


@pytest.mark.parametrize("key", YEARLY)
def test_a_yearly_duty_is_due_with_the_calendar_year(key):
    assert falls_due(key, "2026-01-01T00:00").at == ends("2026-12-31")
    assert falls_due(key, "2024-12-31T23:59").at == ends("2024-12-31")
    following = next_occurrence(find_clock(key), CALENDAR, last=at("2025-01-10T09:00"))
    assert following.due.at == ends("2026-12-31")
    assert following.opens == at("2026-01-01T00:00")
    assert following.warn_after == ends("2026-01-25")  # 380 days of silence


@pytest.mark.parametrize("key", QUARTERLY)
@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        ("2026-01-01", "2026-03-31"),
        ("2026-06-30", "2026-06-30"),
        ("2024-08-15", "2024-09-30"),
        ("2025-10-01", "2025-12-31"),
    ],
)
def test_a_quarterly_duty_is_due_with_the_calendar_quarter(key, start, last_day):
    assert falls_due(key, start).at == ends(last_day)


def test_two_drills_in_their_quarters_may_still_lie_too_far_apart():
    following = next_occurrence(find_clock("simulated-drill"), CALENDAR, last=at("2026-01-05T14:00"))
    assert following.due.at == ends("2026-06-30")
    assert following.warn_after == ends("2026-04-15")
    assert not following.warns(at("2026-04-15T20:00"))
    assert following.warns(at("2026-04-16T00:00"))


def test_a_duty_never_done_is_due_in_the_period_it_began_to_apply():
    drill = find_clock("simulated-drill")
    first = next_occurrence(drill, CALENDAR, last=None, since=at("2026-05-20T00:00"))
    assert (first.opens, first.due.at, first.warn_after) == (at("2026-04-01T00:00"), ends("2026-06-30"), None)
    with pytest.raises(NoStartError):
        next_occurrence(drill, CALENDAR, last=None)


def test_a_rolling_duty_starts_anew_with_each_fulfilment():
    following = next_occurrence(find_clock("mlps-evaluation-3-4"), CALENDAR, last=at("2025-06-30T10:00"))
    assert following.due.at == ends("2026-06-30")
    with pytest.raises(NotRecurringError):
        next_occurrence(find_clock("mlps-filing"), CALENDAR, last=at("2025-06-30T10:00"))


@pytest.mark.parametrize(
    ("key", "expiry", "begins"),
    [
        ("certificate-first-warning", "2026-03-31T12:00", "2025-12-31"),
        ("certificate-last-warning", "2026-03-31T12:00", "2026-03-01"),
        ("agreement-expiry", "2024-03-30T00:00", "2024-02-29"),
    ],
)
def test_a_warning_is_counted_back_from_the_expiry(key, expiry, begins):
    assert falls_due(key, expiry).at == at(begins)


def test_the_hard_clocks_of_the_documents_are_all_there():
    wanted = [
        "DIGITAL-7.2.1.2a",
        "DIGITAL-7.2.1.2b",
        "MEASURES-25c",
        "MEASURES-25d",
        "MEASURES-27a",
        "MEASURES-27b",
        "DIGITAL-7.2.3.2",
        "MEASURES-6.2b",
        "MEASURES-6.2d",
        "MEASURES-6.2e",
        "MEASURES-6.4b",
        "MEASURES-6.4d",
        "MEASURES-6.4e",
        "MEASURES-5c",
        "MEASURES-9a",
        "MEASURES-9.1a",
        "MEASURES-9.2b",
        "MEASURES-20a",
        "MEASURES-21b",
        "MEASURES-21d",
        "MEASURES-21c",
        "INTERNET-10.3b1",
        "INTERNET-10.3b2",
        "DIGITAL-7.2.3.3",
        "DIGITAL-7.3a",
        "DIGITAL-5.1.3a",
        "DIGITAL-5.1.3b",
        "DIGITAL-8.1a",
        "DIGITAL-8.1b",
        "INTERNET-8.2e",
        "DIGITAL-7.2.3.4a",
        "DIGITAL-7.2.4.3b",
    ]
    answered = {clause for clock in clocks().values() for clause in clock.clauses}
    assert set(wanted) <= answered


def test_numbers_not_read_in_their_text_are_off_and_defaults_are_marked():
    off = {key for key, clock in clocks().items() if not clock.checked}
    assert off == {
        *("national-summary", "risk-report", "online-consultation-retention"),
        *("cryptography-assessment", "cryptography-filing"),
    }
    assert find_clock("finding-high").is_default
    assert not find_clock("subject-request").is_default
    assert not find_clock("mlps-filing").is_default


def test_one_incident_has_several_recipients_the_soonest_first():
    owed = dues(
        [find_clock("national-report"), find_clock("incident-report-iii-iv"), find_clock("subject-notice")],
        at("2026-02-14T23:30"),
        CALENDAR,
    )
    assert [(one.recipient.key, one.due.at) for one in owed] == [
        ("health_authority", at("2026-02-15T01:30")),
        ("public_security", at("2026-02-15T01:30")),
        ("provincial_cac", at("2026-02-15T03:30")),
        ("affected_persons", at("2026-02-15T23:30")),
    ]


def levels(discovered):
    return falls_due("incident-report-i-ii", discovered), falls_due("incident-report-iii-iv", discovered)


def test_a_raised_level_counts_the_shorter_deadline_from_discovery():
    high, low = levels("2026-03-02T10:00")
    changed = regraded(low, high, at=at("2026-03-02T10:50"), reported=None)
    assert changed.at == at("2026-03-02T10:30")
    assert overdue(changed, at("2026-03-02T10:50")) == timedelta(minutes=20)


def test_a_level_raised_after_the_first_report_asks_for_a_supplement_at_once():
    high, low = levels("2026-03-02T10:00")
    changed = regraded(low, high, at=at("2026-03-02T11:40"), reported=at("2026-03-02T11:00"))
    assert changed.at == at("2026-03-02T11:40")
    assert "补充报告" in changed.lines("zh")[-2]


def test_a_lowered_level_wins_no_time():
    high, low = levels("2026-03-02T10:00")
    assert regraded(high, low, at=at("2026-03-02T10:10"), reported=None).at == high.at


def test_in_time_means_up_to_the_last_moment():
    filing = falls_due("mlps-filing", "2026-07-06T12:00")
    assert overdue(filing, ends("2026-07-20")) == timedelta(0)
    assert overdue(filing, at("2026-07-21T00:00")) > timedelta(0)
    assert overdue(filing, at("2026-08-01T00:00"), done=at("2026-07-20T23:59")) == timedelta(0)


def test_what_must_be_kept_is_missed_only_when_it_goes_too_early():
    kept = falls_due("log-retention", "2026-01-31T00:00")
    assert overdue(kept, at("2030-01-01T00:00")) == timedelta(0)
    assert overdue(kept, at("2030-01-01T00:00"), done=ends("2026-07-29")) == timedelta(days=2)


def test_the_day_is_that_of_shanghai_and_no_zone_is_guessed():
    filing = find_clock("mlps-filing")
    # 16:30 in Greenwich on the 11th is 00:30 on the 12th in Shanghai: one working day later than on the 11th
    assert due(filing, datetime(2026, 2, 11, 16, 30, tzinfo=UTC), CALENDAR).at == ends("2026-03-04")
    assert due(filing, at("2026-02-11T09:00"), CALENDAR).at.utcoffset() == timedelta(hours=8)
    with pytest.raises(NaiveTimeError, match="XD-CLOCK-001"):
        due(filing, datetime(2026, 2, 11, 9), CALENDAR)  # noqa: DTZ001 - what is refused
    with pytest.raises(NoStartError, match="XD-CLOCK-004"):
        due(filing, None, CALENDAR)


def test_hours_have_their_length_across_the_summer_time_of_old():
    begun = at("1988-04-16T23:30")  # clocks went forward that night
    assert due(find_clock("incident-report-iii-iv"), begun, CALENDAR).at.timestamp() - begun.timestamp() == 2 * 3600


def test_an_unknown_duty_names_those_that_are_close():
    with pytest.raises(UnknownClockError) as refused:
        find_clock("mlps-fling")
    assert "mlps-filing" in refused.value.text.zh
    assert "mlps-filing" in refused.value.text.en


def test_the_working_can_be_followed_line_by_line():
    zh = falls_due("rectification-report", "2024-01-31T16:20").lines("zh")
    assert zh[0] == "处置结束：2024-01-31（周三） 16:20"
    assert "2024-02-04（周日）：调休上班，第 3 个工作日" in zh
    assert "2024-02-10（周六）至2024-02-17（周六）：春节放假，不计" in zh
    assert zh[-1] == "截止：2024-02-26（周一） 24:00"
    en = falls_due("rectification-report", "2024-01-31T16:20").lines("en")
    assert "Sun 2024-02-04: make-up working day, no. 3" in en
    assert "Sat 2024-02-10 to Sat 2024-02-17: Spring Festival, not counted" in en
    assert en[-1] == "due by: Mon 2024-02-26 24:00"
    assert len(zh) == len(en)
