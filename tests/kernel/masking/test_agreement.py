"""A mask means the same over Arrow columns and as an expression of a PostgreSQL view."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xingdun.kernel.masking import (
    AddressToCity,
    AgeBand,
    Clear,
    ColumnKind,
    DateTo,
    KeepEnds,
    KeySql,
    Null,
    NumberBand,
    Pseudonym,
    PseudonymKey,
    Redact,
    column_kind,
    mask_column,
    mask_sql,
    quote_literal,
    suits,
)

KEY = PseudonymKey(b"a key of a grant, thirty-two byte")
KEY_SQL = KeySql(f"'\\x{KEY.inner.hex()}'::bytea", f"'\\x{KEY.outer.hex()}'::bytea")
AS_OF = date(2026, 11, 22)

names = st.sampled_from(["张三", "欧阳娜娜", "Ann O'Neil", "李\u200f四", "𠮷野家", "e\u0301clair", "", "$1\\1", "a\nb"])
wild = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
numbers_in_text = st.sampled_from(
    [
        "患者：李小龙，电话138-0000-1234，身份证13010219900101123X。",
        "邮箱 a.b@c.example.cn 住址: 河北省石家庄市长安区1号 来电0311-88888888",
        "BP 120/80 mmHg，体温36.5，2026-01-02复诊",
        "１３８００００１２３４ 护照 E12345678 地址 10.20.30.40",
        "联系人:王·买买提 母亲：赵六",
    ]
)
DIVISIONS = (
    ["河北省", "石家庄市", "广西壮族自治区", "北京市", "朝阳区", "延边朝鲜族自治州", "延吉市", "郑州市"],
    ["锡林郭勒盟", "香港特别行政区", "沙市区", "1号", "县", "旗", "x", " ", "\n"],
)
divisions = st.sampled_from([part for row in DIVISIONS for part in row])
addresses = st.lists(divisions, max_size=5).map("".join)
text_dates = st.sampled_from(
    [
        "2023-01-05",
        "2023年1月5日",
        "20230105",
        "1999/12/31",
        "2023.13.1",
        " 2001-9",
        "0123-01-01",
        "20231",
        "二〇二三年",
    ]
)
texts = st.one_of(names, wild, numbers_in_text, addresses, text_dates, st.none())
at = partial(datetime, tzinfo=None)  # hypothesis wants bounds without a zone
moments = st.datetimes(at(1, 1, 2), at(9999, 12, 30))
leap_days = st.builds(date, st.sampled_from([1904, 1936, 2000, 2020, 2024]), st.just(2), st.sampled_from([28, 29]))
days = st.one_of(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.dates(date(1920, 1, 1), date(2026, 12, 31)), leap_days)

COLUMNS = {
    "text": (pa.large_string(), "text", texts),
    "integer": (pa.int64(), "bigint", st.one_of(st.none(), st.integers(-5, 130), st.integers(-(2**62), 2**62))),
    "float": (pa.float64(), "float8", st.one_of(st.none(), st.floats(), st.floats(-1, 130))),
    "decimal": (
        pa.decimal128(20, 2),
        "numeric(20,2)",
        st.one_of(st.none(), st.integers(-(10**12), 10**12).map(lambda n: Decimal(n) / 100)),
    ),
    "boolean": (pa.bool_(), "boolean", st.one_of(st.none(), st.booleans())),
    "date": (pa.date32(), "date", st.one_of(st.none(), days)),
    "timestamp": (pa.timestamp("us"), "timestamp", st.one_of(st.none(), moments)),
    "timestamptz": (
        pa.timestamp("us", "UTC"),
        "timestamptz",
        st.one_of(st.none(), st.datetimes(at(1902, 1, 1), at(2037, 12, 30)).map(lambda d: d.replace(tzinfo=UTC))),
    ),
}
MASKS = [
    Null(),
    Clear(),
    KeepEnds(1, 0),
    KeepEnds(3, 4),
    KeepEnds(0, 2, "$"),
    KeepEnds(0, 0, "×"),
    DateTo("year"),
    DateTo("month"),
    AgeBand(AS_OF),
    AgeBand(date(2023, 3, 1), width=5, top=85),
    AgeBand(date(2024, 2, 29), width=1, top=120),
    AgeBand(date(2023, 2, 28), width=1, top=120),
    NumberBand(10, 90),
    NumberBand(7, 700),
    AddressToCity(),
    Pseudonym(),
    Redact(),
]
PAIRS = [(name, mask) for name, (arrow, _, _) in COLUMNS.items() for mask in MASKS if suits(mask, column_kind(arrow))]
PAIRS.remove(("timestamptz", Clear()))  # shown in the reader's own zone and style


@pytest.fixture(scope="module")
def connection(postgres_server):
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        # What a reader may change must change nothing.
        connection.execute("SET TimeZone = 'America/New_York'; SET DateStyle = 'SQL, DMY'")
        yield connection


@pytest.mark.parametrize(("column", "mask"), PAIRS, ids=[f"{c}-{m}" for c, m in PAIRS])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_arrow_and_sql_show_the_same(connection, column, mask, data):
    arrow_type, type_name, values = COLUMNS[column]
    chosen = data.draw(st.lists(values, min_size=1, max_size=40))
    kind = column_kind(arrow_type)
    column_array = pa.array(chosen, arrow_type)
    shown = mask_column(mask, column_array, key=KEY).to_pylist()
    # Values go in as constants of their own type, so no adaptation stands between.
    rows = ", ".join(f"({i}, {literal(value, type_name)})" for i, value in enumerate(chosen))
    expression = mask_sql(mask, "v", kind, key=KEY_SQL, type_name=type_name)
    seen = [row[0] for row in connection.execute(f"SELECT {expression} FROM (VALUES {rows}) AS t(i, v) ORDER BY i")]
    if kind is ColumnKind.FLOAT and isinstance(mask, Clear):
        shown, seen = [repr(v) for v in shown], [repr(v) for v in seen]
    assert shown == seen


def literal(value, type_name):
    if value is None:
        return f"NULL::{type_name}"
    if isinstance(value, datetime | date):
        return f"{quote_literal(value.isoformat())}::{type_name}"
    return f"{quote_literal(str(value))}::{type_name}"


def test_every_mask_is_tried():
    assert {type(mask) for _, mask in PAIRS} == {type(mask) for mask in MASKS}


@pytest.mark.parametrize("special", ["'infinity'", "'-infinity'", "'0044-03-15 BC'", "'5874897-12-31'"])
def test_strange_dates_raise_nothing(connection, special):
    for mask in [DateTo("year"), DateTo("month"), AgeBand(AS_OF), Null()]:
        expression = mask_sql(mask, f"({special}::date)", ColumnKind.DATE, type_name="date")
        text = connection.execute(f"SELECT ({expression})::text").fetchone()
        assert text is not None


def test_numbers_beyond_a_float_raise_nothing(connection):
    for number in ["1e400", "-1e400", "'NaN'", "'Infinity'", "1e-400"]:
        expression = mask_sql(NumberBand(10, 90), f"({number}::numeric)", ColumnKind.DECIMAL)
        assert connection.execute(f"SELECT {expression}").fetchone()[0] in {"90+", None, "0-9"}
