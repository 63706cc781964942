"""What people see through each mask."""

import hashlib
import hmac
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from xingdun.kernel.masking import (
    AddressToCity,
    AgeBand,
    Clear,
    ColumnKind,
    DateTo,
    KeepEnds,
    KeySql,
    MaskError,
    MissingKeyError,
    Null,
    NumberBand,
    Pseudonym,
    PseudonymKey,
    Redact,
    UnsuitableMaskError,
    fit,
    mask_column,
    mask_sql,
    quote_identifier,
    quote_literal,
)

KEY = PseudonymKey(bytes(range(32)))


def shown(mask, values, arrow_type=None, key=None):
    return mask_column(mask, pa.array(values, arrow_type), key=key).to_pylist()


def test_a_phone_keeps_its_ends():
    assert shown(KeepEnds(3, 4), ["13800001234", None]) == ["138****1234", None]


def test_a_name_keeps_its_surname():
    assert shown(KeepEnds(1, 0), ["张三", "欧阳娜娜", "李"]) == ["张*", "欧***", "*"]


def test_a_value_no_longer_than_its_ends_is_filled_whole():
    assert shown(KeepEnds(3, 4), ["1234567", "12"]) == ["*******", "**"]


def test_an_address_is_cut_to_its_city():
    assert shown(
        AddressToCity(),
        [
            "河北省石家庄市长安区中山东路1号",
            "北京市朝阳区建国路",
            "内蒙古自治区锡林郭勒盟多伦县",
            "吉林省延边朝鲜族自治州延吉市",
            "河南省郑州市",
            "建国路1号",
        ],
    ) == ["河北省石家庄市", "北京市", "内蒙古自治区锡林郭勒盟", "吉林省延边朝鲜族自治州", "河南省郑州市", None]


def test_a_birthday_becomes_an_age_band():
    born = [date(1990, 11, 22), date(1990, 11, 23), date(1930, 1, 1), date(2026, 12, 1), date(2020, 2, 29), None]
    assert shown(AgeBand(date(2026, 11, 22)), born) == ["30-39", "30-39", "90+", None, "0-9", None]
    assert shown(AgeBand(date(2021, 2, 28), width=1, top=3), [date(2020, 2, 29)]) == ["0-0"]


def test_a_number_becomes_a_band():
    assert shown(NumberBand(10, 90), [0, 39, 40, 95, -1]) == ["0-9", "30-39", "40-49", "90+", None]


def test_a_date_is_cut_to_month_or_year():
    assert shown(DateTo("month"), [date(2026, 11, 22)]) == [date(2026, 11, 1)]
    assert shown(DateTo("year"), ["2026年11月22日", "出院"]) == ["2026", None]
    assert shown(DateTo("month"), ["2026/1/2", "20260102"]) == ["2026-01", "2026-01"]


def test_a_time_is_cut_on_the_hospitals_clock():
    new_year_in_shanghai = pa.array([datetime(2025, 12, 31, 16, 30, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    assert mask_column(DateTo("year"), new_year_in_shanghai).to_pylist() == [date(2026, 1, 1)]


def test_a_pseudonym_is_the_hmac_of_the_text():
    expected = hmac.new(KEY.secret, "张三".encode(), hashlib.sha256).hexdigest()[:32]
    assert shown(Pseudonym(), ["张三", "张三", None], key=KEY) == [expected, expected, None]
    assert KEY.pseudonym("张三") == expected


def test_a_pseudonym_may_use_sm3():
    key = PseudonymKey(bytes(100), "sm3")
    assert shown(Pseudonym(), ["张三"], key=key) == [key.pseudonym("张三")]
    assert key.pseudonym("张三") != PseudonymKey(bytes(100)).pseudonym("张三")


def test_numbers_and_dates_have_pseudonyms_too():
    assert shown(Pseudonym(), [42], key=KEY) == [KEY.pseudonym("42")]
    assert shown(Pseudonym(), [date(2026, 1, 2)], key=KEY) == [KEY.pseudonym("2026-01-02")]


def test_nothing_hashed_leaves_nothing():
    assert shown(Pseudonym(), [], pa.string(), KEY) == []
    assert shown(Pseudonym(), [None], pa.string(), KEY) == [None]


def test_free_text_loses_its_identifiers():
    note = "患者：李小龙，电话138-0000-1234，身份证13010219900101123X，邮箱li@example.cn，血压120/80，2026-01-02复诊"
    assert shown(Redact(), [note]) == ["患者：[姓名]，电话[号码]，身份证[号码]，邮箱[邮箱]，血压120/80，2026-01-02复诊"]


def test_dictionary_and_chunked_columns_are_masked():
    column = pa.chunked_array([pa.array(["张三", "李四"]).dictionary_encode(), pa.array(["张三"]).dictionary_encode()])
    assert mask_column(KeepEnds(1, 0), column).to_pylist() == ["张*", "李*", "张*"]
    assert mask_column(Pseudonym(), column, key=KEY).to_pylist()[0] == KEY.pseudonym("张三")


def test_null_keeps_the_type():
    assert mask_column(Null(), pa.array([1, 2])) == pa.nulls(2, pa.int64())
    assert mask_sql(Null(), '"v"', ColumnKind.DATE, type_name="date") == "NULL::date"


def test_a_mask_that_does_not_suit_is_refused_or_falls_back_to_nothing():
    with pytest.raises(UnsuitableMaskError):
        shown(AddressToCity(), [1])
    with pytest.raises(UnsuitableMaskError):
        mask_sql(Redact(), "v", ColumnKind.BINARY)
    assert fit(KeepEnds(1, 1), ColumnKind.BINARY) == Null()
    assert fit(Clear(), ColumnKind.BINARY) == Clear()


def test_a_pseudonym_without_a_key_is_refused():
    with pytest.raises(MissingKeyError):
        shown(Pseudonym(), ["x"])
    with pytest.raises(MissingKeyError):
        mask_sql(Pseudonym(), "v", ColumnKind.TEXT)
    assert "sha256(k.o || sha256(k.i" in mask_sql(Pseudonym(), "v", ColumnKind.TEXT, key=KeySql("k.i", "k.o"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: KeepEnds(-1, 0),
        lambda: KeepEnds(0, 1000),
        lambda: KeepEnds(1, 1, ""),
        lambda: DateTo("day"),
        lambda: NumberBand(0, 10),
        lambda: NumberBand(7, 90),
        lambda: AgeBand(date(2026, 1, 1), width=20, top=10),
        lambda: AgeBand(date(80, 1, 1)),
        lambda: NumberBand(1, 10_000),
        lambda: PseudonymKey(b"short"),
        lambda: PseudonymKey(bytes(32), "md5"),
    ],
)
def test_a_mask_that_makes_no_sense_is_refused(make):
    with pytest.raises(MaskError):
        make()


def test_a_key_never_shows_itself():
    assert "secret" not in repr(KEY)


def test_names_and_texts_are_quoted():
    assert quote_identifier('a"b') == '"a""b"'
    assert quote_literal("it's") == "'it''s'"
    assert quote_literal("a\\'b") == "E'a\\\\''b'"
    for bad in ["", "a\0b"]:
        with pytest.raises(ValueError, match="identifier"):
            quote_identifier(bad)
    with pytest.raises(ValueError, match="zero byte"):
        quote_literal("\0")
