"""The calendar of working days: what it comes with, what a year's notice adds, and what stays provisional."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.clocks import (
    ZONE,
    Holiday,
    NoticeError,
    Running,
    WorkingDays,
    YearNotice,
    due,
    find_clock,
    read_notice,
    recompute,
    warning,
    working_days,
)

CALENDAR = working_days()

# The arrangements of the State Council's notices, in their wording.
WORDINGS = {
    2012: """一、元旦：2012年1月1日至3日放假调休，共3天。2011年12月31日（星期六）上班。
二、春节：1月22日至28日放假调休，共7天。1月21日（星期六）、1月29日（星期日）上班。
三、清明节：4月2日至4日放假调休，共3天。3月31日（星期六）、4月1日（星期日）上班。
四、劳动节：4月29日至5月1日放假调休，共3天。4月28日（星期六）上班。
五、端午节：6月22日至24日放假公休，共3天。
六、中秋节、国庆节：9月30日至10月7日放假调休，共8天。9月29日（星期六）上班。""",
    2014: """一、元旦：1月1日放假1天。
二、春节：1月31日至2月6日放假调休，共7天。1月26日（星期日）、2月8日（星期六）上班。
三、清明节：4月5日放假，4月7日（星期一）补休。
四、劳动节：5月1日至3日放假调休，共3天。5月4日（星期日）上班。
五、端午节：6月2日放假，与周末连休。
六、中秋节：9月8日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月28日（星期日）、10月11日（星期六）上班。""",
    2018: """一、元旦：1月1日放假，与周末连休。
二、春节：2月15日至21日放假调休，共7天。2月11日（星期日）、2月24日（星期六）上班。
三、清明节：4月5日至7日放假调休，共3天。4月8日（星期日）上班。
四、劳动节：4月29日至5月1日放假调休，共3天。4月28日（星期六）上班。
五、端午节：6月18日放假，与周末连休。
六、中秋节：9月24日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期六）、9月30日（星期日）上班。""",
    2025: """根据2024年11月修订的放假办法，自2025年1月1日起，国庆节自10月1日起放假调休7天。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期。""",
}

# A year still to come, made up for the tests.
NEXT_YEAR = """
year = 2027
holidays = [
  { name = "new_year", from = 2027-01-01, to = 2027-01-03 },
  { name = "spring_festival", from = 2027-02-05, to = 2027-02-12 },
  { name = "qingming", from = 2027-04-03, to = 2027-04-05 },
  { name = "labour_day", from = 2027-05-01, to = 2027-05-05 },
  { name = "dragon_boat", from = 2027-06-09, to = 2027-06-09 },
  { name = "mid_autumn", from = 2027-09-15, to = 2027-09-15 },
  { name = "national_day", from = 2027-10-01, to = 2027-10-07 },
]
makeup = [2027-01-30, 2027-02-14, 2027-05-08, 2027-09-26, 2027-10-09]
"""


def wording(year, text=None):
    return f"国务院办公厅关于{year}年部分节假日安排的通知\n{text or WORDINGS[year]}\n"


def days_of(year):
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", WORDINGS)
def test_the_notice_in_its_own_words_says_what_the_calendar_holds(year):
    alone = WorkingDays((read_notice(wording(year)),))
    until_new_years_week = [day for day in days_of(year) if day < date(year, 12, 25)]
    assert [day for day in until_new_years_week if alone.works(day) != CALENDAR.works(day)] == []


def test_the_calendar_reaches_from_2004_to_2026():
    assert [notice.year for notice in CALENDAR.notices] == list(range(2004, 2027))
    assert CALENDAR.last_year == 2026
    totals = {year: sum(map(CALENDAR.works, days_of(year))) for year in (2024, 2025, 2026)}
    assert totals == {2024: 251, 2025: 248, 2026: 248}


@pytest.mark.parametrize(
    ("day", "works", "kind"),
    [
        ("2018-12-29", True, "makeup"),  # the notice of 2019 reached back into December
        ("2018-12-31", False, "holiday"),
        ("2020-01-31", False, "holiday"),  # the Spring Festival that was prolonged
        ("2020-02-01", False, "holiday"),
        ("2015-09-03", False, "holiday"),
        ("2024-02-09", True, "weekday"),  # New Year's Eve was only advised
        ("2024-02-18", True, "makeup"),
        ("2026-02-16", False, "holiday"),
        ("2026-03-07", False, "weekend"),
    ],
)
def test_days_with_a_history(day, works, kind):
    status = CALENDAR.status(date.fromisoformat(day))
    assert (status.works, status.kind, status.settled) == (works, kind, True)


def test_dates_past_the_last_known_year_follow_weekends_and_are_provisional():
    request = due(find_clock("mlps-filing"), datetime(2027, 3, 1, 9, tzinfo=ZONE), CALENDAR)
    assert request.provisional
    assert request.at.date() == date(2027, 3, 15)
    assert "暂定" in request.lines("zh")[-2]


def test_new_years_week_waits_for_the_notice_of_the_year_after():
    early = due(find_clock("complaint-acceptance"), datetime(2026, 12, 20, 9, tzinfo=ZONE), CALENDAR)
    late = due(find_clock("complaint-acceptance"), datetime(2026, 12, 24, 9, tzinfo=ZONE), CALENDAR)
    assert not early.provisional
    assert late.provisional
    assert not due(find_clock("finding-high"), datetime(2030, 1, 1, 9, tzinfo=ZONE), CALENDAR).provisional


def test_a_new_year_moves_and_settles_what_was_provisional():
    def running(key, clock, *start):
        return Running(key, find_clock(clock), datetime(*start, tzinfo=ZONE))

    after = CALENDAR.with_notice(read_notice(NEXT_YEAR))
    changes = recompute(
        [
            running("past", "mlps-filing", 2026, 9, 18, 12),
            running("moves", "mlps-filing", 2026, 12, 20, 10),
            running("settles", "mlps-filing", 2027, 7, 1, 10),
            running("hours", "incident-report-i-ii", 2027, 2, 5, 10),
        ],
        CALENDAR,
        after,
    )
    assert [(each.key, each.before.provisional, each.after.provisional) for each in changes] == [
        ("moves", True, False),
        ("settles", True, False),
    ]
    # 21-25, 28-31 December are nine days; 1 January is free, so the tenth is Monday the 4th instead of Friday the 1st
    assert (changes[0].before.at.date(), changes[0].after.at.date()) == (date(2027, 1, 1), date(2027, 1, 4))
    assert changes[0].moved == timedelta(days=3)
    assert changes[1].moved == timedelta(0)


def test_a_later_notice_replaces_that_of_its_year():
    first = CALENDAR.with_notice(read_notice(NEXT_YEAR))
    corrected = first.with_notice(read_notice(NEXT_YEAR.replace("2027-10-09]", "2027-10-10]")))
    assert first.works(date(2027, 10, 9))
    assert not corrected.works(date(2027, 10, 9))
    assert corrected.works(date(2027, 10, 10))
    assert len(corrected.notices) == len(first.notices)


def test_two_years_may_not_contradict_each_other_about_december():
    before = YearNotice(2027, notice_2027().holidays, (*notice_2027().makeup[1:], date(2027, 12, 26)))
    breaks = (
        Holiday("new_year", date(2027, 12, 26), date(2028, 1, 1)),
        Holiday("spring_festival", date(2028, 1, 25), date(2028, 1, 31)),
        Holiday("labour_day", date(2028, 5, 1), date(2028, 5, 1)),
        Holiday("national_day", date(2028, 10, 1), date(2028, 10, 7)),
    )
    with pytest.raises(NoticeError, match="2027-12-26"):
        CALENDAR.with_notice(before).with_notice(YearNotice(2028, breaks, ()))


def test_a_notice_saved_by_an_editor_on_windows_is_the_same_notice():
    assert read_notice("\ufeff" + NEXT_YEAR.replace("\n", "\r\n")) == notice_2027()


def notice_2027():
    return read_notice(NEXT_YEAR)


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2027),
        (date(2027, 5, 1), 2027),
        (date(2025, 12, 1), None),
    ],
)
def test_a_missing_year_is_asked_for_from_november(today, missing):
    found = warning(CALENDAR, today)
    assert (found.year if found else None) == missing
    assert found is None or (str(missing) in found.text.zh and str(missing) in found.text.en)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("makeup = [", "makeup = [2027-10-02, "), "2027-10-02"),  # both free and worked
        (("2027-01-30", "2027-01-29"), "2027-01-29"),  # a Friday is worked anyway
        (("2027-01-30", "2027-02-14"), "2027-02-14"),  # twice
        (("2027-01-30", "2026-01-31"), "2026-01-31"),  # another year
        (("2027-01-30", "2026-12-19"), "2026-12-19"),  # December, but not its last week
        (("2027-01-30", "2028-01-01"), "2028-01-01"),
        (("to = 2027-02-12", "to = 2027-05-02"), "2027-02-05"),  # too long to be a break
        (("from = 2027-02-05", "from = 2027-01-03"), "2027-01-03"),  # breaks overlap
        (("to = 2027-02-12", "to = 2027-02-04"), "2027-02-05"),  # ends before it begins
        (("from = 2027-10-01", "from = 2027-10-02"), "2027-10-01"),  # a fixed holiday is missing
        (
            ('  { name = "spring_festival", from = 2027-02-05, to = 2027-02-12 },\n', ""),
            "2027",
        ),  # a festival is missing
        (("makeup = [", "makeup = [2027-03-06, "), "2027"),  # more is worked off than is free
        (("year = 2027", 'year = "2027"'), "year"),
        (("year = 2027", "year = true"), "year"),
        (("year = 2027", "year = 2027\nyears = 1"), "years"),
        (("makeup = [", 'makeup = ["2027-01-30", '), "makeup"),
        (("makeup = [", "makeup = [2027-01-30T08:00:00, "), "makeup"),
        (("makeup = [", "made_up = ["), "made_up"),
        (('name = "new_year", ', ""), "holidays"),
        (("holidays = [", "holidays = ["), None),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused_with_its_place(change, where):
    text = NEXT_YEAR.replace(*change, 1)
    if where is None:
        assert read_notice(text).year == 2027
        return
    with pytest.raises(NoticeError, match="XD-CLOCK-008") as refused:
        read_notice(text)
    assert str(refused.value.facts["where"]).startswith(where)
    assert where in refused.value.text.zh


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("5月9日（周六）", "5月9日（周五）"), "劳动节"),
        (("至5日（周二）放假调休，共5天", "至5日（周二）放假调休，共6天"), "劳动节"),
        (("5月9日（周六）上班", "5月8日（周五）上班"), "2026-05-08"),
        (("5月1日（周五）至5日（周二）", "4月31日至5日"), "劳动节"),
        (("5月1日（周五）至5日（周二）放假调休，共5天。", ""), "劳动节"),
        (("关于2026年部分", "关于部分"), "1"),
        (("七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。", ""), "国庆节"),
        (("三、清明节：", "3、清明节："), "清明节"),  # an item that cannot be made out is missed, not skipped
        (("2月28日（周六）上班", "2月28日（周六）正常工作"), "春节"),  # two dates of which nothing is said
        (("七、国庆节", "七、清明节：4月11日（周六）至12日（周日）放假，共2天。\n八、国庆节"), "清明节"),  # twice
    ],
)
def test_a_notice_in_words_is_read_strictly(change, where):
    with pytest.raises(NoticeError) as refused:
        read_notice(wording(2026).replace(*change, 1))
    assert str(refused.value.facts["where"]) == where


@pytest.mark.parametrize(
    "text",
    [
        "",
        "放假",
        "year = ",
        "x" * 70_000,
        "一、元旦：放假",
        "\x00",
        "\n" * 60_000 + "放假",
        wording(2026, "一、元旦：1日（" + "1日（" * 15_000 + "放假"),
        wording(2026, "一、元旦：" + "假" * 60_000 + "放假"),
        "a = " + "[" * 60_000,
        "a = " + "9" * 60_000,
        "year = 2027\nholidays = []\nmakeup = [2027-02-30]",
    ],
    ids=range(12),
)
def test_what_is_no_notice_is_refused(text):
    with pytest.raises(NoticeError):
        read_notice(text)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_notice_is_read_or_refused_never_anything_else(data):
    text = wording(2026) if data.draw(st.booleans()) else NEXT_YEAR
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text = (
            text[:place]
            + data.draw(st.text("0123456789年月日至（）、。：一二共天放假上班=[]{}-\n", max_size=3))
            + text[place + 1 :]
        )
    try:
        notice = read_notice(text)
    except NoticeError:
        return
    assert isinstance(notice, YearNotice)


@settings(max_examples=80)
@given(st.dates(date(2004, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_counting_on_and_back_agree(day, n):
    last = CALENDAR.add(day, n)
    assert CALENDAR.works(last)
    assert CALENDAR.count(day + timedelta(days=1), last) == n
    first = CALENDAR.add(last, -(n - 1)) if n > 1 else last
    assert CALENDAR.count(first, last) == n
    assert CALENDAR.add(day, 0) == day
