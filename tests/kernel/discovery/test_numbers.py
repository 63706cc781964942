"""Numbers with check digits are told from numbers that only look like them, alone and inside text."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xingdun.kernel.discovery.kinds import KINDS
from xingdun.kernel.discovery.spans import find_spans
from xingdun.kernel.discovery.values import as_text, scan_text

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = [3**place % 31 for place in range(17)]
BOTH = "91310120001025495"  # with its check character also a right identity number


def kinds(value):
    seen = scan_text(as_text(pa.array([value])))
    whole = {kind for bit, kind in enumerate(KINDS) if int(seen.whole[0]) >> bit & 1}
    inside = {kind for bit, kind in enumerate(KINDS) if int(seen.inside[0]) >> bit & 1}
    return whole - {"integer", "decimal"}, inside


def resident(region, day, order):
    body = f"{region}{day}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def luhn_digit(body):
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


ids = st.builds(
    resident,
    st.sampled_from(["110101", "310115", "440305", "650102", "820000"]),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(lambda day: day.strftime("%Y%m%d")),
    st.integers(0, 999),
)


@settings(max_examples=60)
@given(ids)
def test_an_identity_number_with_its_right_check_digit_is_one(number):
    assert kinds(number) == ({"resident_id"}, set())
    assert kinds(number.lower()) == ({"resident_id"}, set())
    assert kinds(f"身份证号{number}。") == (set(), {"resident_id"})


@settings(max_examples=60)
@given(ids, st.integers(1, 10))
def test_a_wrong_check_digit_is_noticed_and_not_forgotten(number, shift):
    wrong = number[:17] + "0123456789X"[("0123456789X".index(number[17]) + shift) % 11]
    assert kinds(wrong)[0] in ({"resident_id_bad_check"}, {"credit_code"})


@settings(max_examples=40)
@given(st.from_regex(r"62[0-9]{13,16}", fullmatch=True))
def test_a_card_is_told_by_luhn(body):
    good = body + luhn_digit(body)
    bad = body + str((int(good[-1]) + 1) % 10)
    assert kinds(good)[0] & {"card", "resident_id", "resident_id_bad_check", "credit_code"}
    assert "card" not in kinds(bad)[0]


@example("91110117401174117")  # digits alone, and X as the check character: also the form of an identity number
@example(BOTH)
@settings(max_examples=40)
@given(st.from_regex(r"91[13][1-5]0[0-9]{3}[0-9A-HJ-NPQRTUWXY]{9}", fullmatch=True))
def test_a_social_credit_code_is_told_by_its_check_character(body):
    total = sum(CODE.index(char) * weight for char, weight in zip(body, CODE_WEIGHTS, strict=True))
    check = CODE[(31 - total % 31) % 31]
    assert kinds(body + check)[0] == ({"resident_id"} if body == BOTH else {"credit_code"})
    assert "credit_code" not in kinds(body + CODE[(CODE.index(check) + 1) % 31])[0]


@pytest.mark.parametrize(
    ("value", "whole", "inside"),
    [
        ("13800138000", {"mobile"}, set()),
        ("138-0013-8000", {"mobile"}, set()),
        ("+86 13800138000", {"mobile"}, set()),
        ("8613800138000", {"mobile"}, set()),
        ("１３８００１３８０００", {"mobile"}, set()),
        ("电话13800138000,传真010-62345678", set(), {"mobile", "landline"}),
        ("(0755)82345678", {"landline"}, set()),
        ("075582345678", {"landline"}, set()),
        ("138001380001", set(), set()),
        ("0.13800138000", set(), set()),
        ("110105194912310021138", set(), set()),
        ("110101 19900307 4557", {"resident_id"}, set()),
        ("440524188001010014", {"resident_id"}, set()),
        ("110105491231002", {"resident_id_15"}, set()),
        ("6222 0212 3456 7890 128", {"card"}, set()),
        ("2024-02-29", {"date"}, set()),
        ("2023-02-29", set(), set()),
        ("29/02/2024", {"date"}, set()),
        ("2150-04-10 07:00:00", {"datetime"}, set()),
        ("2020-01-02T10:11:12.123+08:00", {"datetime"}, set()),
        ("20240229", {"date8"}, set()),
        ("20230229", set(), set()),
        ("20240229101112", {"stamp14"}, set()),
        ("10:59", {"time"}, set()),
        ("10:61", set(), set()),
        ("192.168.1.254", {"ipv4"}, set()),
        ("192.168.1.256", set(), set()),
        ("from 10.0.0.1 port 22", set(), {"ipv4"}),
        ("", set(), set()),
        ("   ", set(), set()),
    ],
)
def test_numbers_are_called_what_they_are(value, whole, inside):
    assert kinds(value) == (whole, inside)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=20))
def test_any_text_can_be_scanned(texts):
    seen = scan_text(as_text(pa.array(texts, pa.string())), with_spans=True)
    stripped = [len((text or "").strip(" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f")) for text in texts]
    assert len(seen.lengths) == len(texts)
    assert all(not (length == 0 and text) for length, text in zip(seen.lengths, stripped, strict=True) if text > 4)


def test_slices_of_a_batch_are_scanned_at_their_own_place():
    array = pa.array(["x", "13800138000", None, "110101199003074557"]).slice(1)
    seen = scan_text(as_text(array))
    assert [bool(bits) for bits in seen.whole] == [True, False, True]


def test_spans_tell_where_identifiers_stand_in_a_text():
    text = "患者张伟,身份证110105194912310021,邮箱a@b.cn,住北京市海淀区中关村大街1号"
    found = find_spans(pa.array([None, text])).to_pylist()
    raw = text.encode()
    cut = {one["entity"]: raw[one["start"] : one["start"] + one["length"]].decode() for one in found}
    assert {one["row"] for one in found} == {1}
    assert cut["resident_id"] == "110105194912310021"
    assert cut["email"] == "a@b.cn"
    assert "张伟" in cut["person_name"]
    assert "中关村大街1号" in cut["address"]
