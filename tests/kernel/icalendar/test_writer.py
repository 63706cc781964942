"""Calendars as other programs read them."""

from datetime import UTC, datetime, timedelta, timezone

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.icalendar import Event, written

AT = datetime(2026, 3, 2, 23, 59, 59, tzinfo=timezone(timedelta(hours=8)))
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=90)


def read(text):
    calendar = icalendar.Calendar.from_ical(text)
    return list(calendar.walk("VEVENT"))


def calendar(*events):
    return written("义务日历", events, producer="Xingdun", refresh=timedelta(hours=6))


@settings(max_examples=60)
@given(summary=words, description=words, uid=st.text("abcdef0123456789", min_size=1, max_size=40))
def test_what_is_written_is_read_back(summary, description, uid):
    text = calendar(Event(uid, AT, AT, summary, f"{description}\n{summary}", "https://x.example/?a=1;b=2,c", ("a,b",)))
    (event,) = read(text)
    assert event["SUMMARY"] == summary
    assert event["DESCRIPTION"] == f"{description}\n{summary}"
    assert event["UID"] == uid
    assert event["URL"] == "https://x.example/?a=1;b=2,c"
    assert event["DTSTART"].dt == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_nobody_writes_lines_of_their_own_into_it():
    evil = "x\r\nATTACH:http://evil.example\rBEGIN:VALARM\x00\x0b"
    (event,) = read(calendar(Event("u", AT, AT, evil, url="https://x.example/\r\nATTENDEE:mailto:a@b")))
    assert not {"ATTACH", "ATTENDEE"} & set(event)
    assert event.subcomponents == []


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        calendar(Event("u", datetime(2026, 1, 1), AT, "x"))  # noqa: DTZ001 - what is refused


def test_an_empty_calendar_is_one():
    assert read(calendar()) == []
