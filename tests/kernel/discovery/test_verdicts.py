"""What a column holds is told from its values and its name, with reasons, and nothing of the values is kept."""

import decimal
import json
from datetime import date, datetime

import pyarrow as pa
import pytest

from xingdun.kernel.discovery.entities import entities
from xingdun.kernel.discovery.profile import StateError, TableProfile
from xingdun.kernel.discovery.verdicts import table_verdicts

GOOD_IDS = ["11010519491231002X", "440524188001010014", "110101199003074557"]
BAD_IDS = ["110105194912310021", "440524188001010015", "110101199003074551"]


def judge(values, name="c", *, table="", kind=None):
    profile = TableProfile(table)
    profile.observe(pa.RecordBatch.from_arrays([pa.array(values, kind)], names=[name]))
    return table_verdicts(profile)[0]


@pytest.mark.parametrize(
    ("values", "entity"),
    [
        (GOOD_IDS, "resident_id"),
        (["13800138000", "15912345678"], "mobile_phone"),
        ([13800138000, 15912345678], "mobile_phone"),
        ([13800138000.0, None, 15912345678.0], "mobile_phone"),
        (["010-62345678", "0755-82345678"], "landline_phone"),
        (["a@b.cn", "li.ming@example.com"], "email"),
        (["10.0.0.1", "fe80:0:0:0:1:2:3:4"], "ip_address"),
        (["京A12345", "粤B·D12345"], "plate"),
        (["张伟", "王芳", "欧阳娜娜", "阿依古丽·买买提"], "person_name"),
        (["北京市朝阳区建国路88号3单元501室", "河北省邯郸市魏县魏城镇东关村12号"], "address"),
        (["91350100M000100Y43"], "social_credit_code"),
        (["I10.x00", "E11.900", "J18.900x001"], "diagnosis_code"),
        (["阿莫西林胶囊", "0.9%氯化钠注射液", "Heparin Sodium"], "drug_name"),
        (["白细胞计数", "血红蛋白", "丙氨酸氨基转移酶"], "test_name"),
        (["高血压", "2型糖尿病", "急性阑尾炎"], "diagnosis_name"),
        (["男", "女", "女"], "sex"),
        (["汉族", "回族"], "ethnicity"),
        (["ACGTACGTACGTACGTACGTACGT", "TTTTGGGGCCCCAAAATTTTGGGG"], "gene_sequence"),
        (["2024-01-01", "2024-02-03"], "date"),
        (["2024-01-01 00:00:00", "2024-02-03 00:00:00"], "date"),
        (["2024-01-01 10:00:00", "2024-02-03 00:00:00"], "timestamp"),
        ([date(2024, 1, 1)], "date"),
        ([datetime(2024, 1, 1, 8)], "timestamp"),  # noqa: DTZ001 - a column without zone
        (["内科门诊", "心血管内科"], "department"),
        (["mg/dL", "mmol/L", "%"], "unit"),
        ([None, None], "unclassified"),
    ],
)
def test_values_alone_tell_what_they_are(values, entity):
    assert judge(values).entity == entity


def test_a_wrong_check_digit_lowers_confidence_but_not_to_nothing():
    good, bad = judge(GOOD_IDS), judge(BAD_IDS)
    assert bad.entity == good.entity == "resident_id"
    assert 0.3 < bad.confidence < good.confidence
    assert "VALUES-RESIDENT_ID_BAD_CHECK" in {why.code for why in bad.reasons}


def test_a_name_that_its_values_do_not_confirm_counts_half_and_says_so():
    sure, doubtful = judge(GOOD_IDS, "身份证号"), judge(["abc", "def"], "身份证号")
    assert doubtful.confidence < sure.confidence / 1.8
    assert {why.code for why in doubtful.reasons} & {"UNCONFIRMED", "SHAPE-DIFFERS"}


def test_masked_values_are_still_what_their_name_says():
    verdict = judge(["1101**********4557", "4405**********0014"], "sfzh")
    assert verdict.entity == "resident_id"
    assert "MASKED" in {why.code for why in verdict.reasons}


def test_free_text_names_every_identifier_inside_it():
    notes = [
        "患者张伟,男,45岁,因头痛三天入院,家住北京市海淀区中关村大街1号。",
        "家属电话13800138000,身份证11010519491231002X,车牌京A12345。",
        "邮箱li@example.com,银行卡6222021234567890128,一般情况可,无发热。",
    ]
    verdict = judge(notes, "病程记录")
    assert verdict.entity == "free_text"
    assert {"person_name", "address", "mobile_phone", "resident_id", "plate", "email", "bank_card"} <= set(
        verdict.entities
    )


def test_every_verdict_gives_reasons_in_both_languages():
    for values in (GOOD_IDS, ["13800138000"], ["xyz", "abc"], [None], [1.5, 2.5]):
        verdict = judge(values)
        assert verdict.reasons
        assert all(why.code and why.zh and why.en for why in verdict.reasons)
        assert verdict.entity in entities()
        assert 0 <= verdict.confidence <= 1


def test_a_profile_keeps_no_value():
    secrets = [*GOOD_IDS, "张伟丽", "机密的内容在这里"]
    profile = TableProfile("t")
    profile.observe(pa.RecordBatch.from_arrays([pa.array(secrets)], names=["c"]))
    kept = json.dumps(profile.to_state(), ensure_ascii=False)
    assert not [secret for secret in secrets if secret in kept]
    assert "999999999999999999" in kept


def test_parts_merge_to_the_same_verdict_as_the_whole():
    values = [*(f"患者王伟{n},电话138{n:08d}" for n in range(500)), None, ""]
    whole, left, right = TableProfile("t"), TableProfile("t"), TableProfile("t")
    batch = pa.RecordBatch.from_arrays([pa.array(values)], names=["note"])
    whole.observe(batch)
    left.observe(batch.slice(0, 200))
    right.observe(batch.slice(200))
    left.merge(right)
    assert left.columns["note"].inside == whole.columns["note"].inside
    assert left.columns["note"].distinct == whole.columns["note"].distinct
    assert table_verdicts(left) == table_verdicts(whole)


def test_a_stored_profile_goes_on_where_it_was():
    batch = pa.RecordBatch.from_arrays([pa.array(GOOD_IDS), pa.array([1.5, 2, None])], names=["sfzh", "je"])
    profile = TableProfile("t", "备注")
    profile.observe(batch)
    again = TableProfile.from_state(json.loads(json.dumps(profile.to_state())))
    assert table_verdicts(again) == table_verdicts(profile)
    again.observe(batch)
    profile.observe(batch)
    assert again.to_state() == profile.to_state()


@pytest.mark.parametrize(
    "state", [{}, {"version": 0}, {"version": 1, "name": "t", "comment": "", "rows": 1, "columns": [{}]}]
)
def test_a_state_that_cannot_be_read_is_refused(state):
    with pytest.raises(StateError):
        TableProfile.from_state(state)


def test_every_arrow_type_can_be_scanned():
    columns = {
        "ints": pa.array([1, None], pa.int16()),
        "unsigned": pa.array([1, 2**64 - 1], pa.uint64()),
        "decimals": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(10, 2)),
        "flags": pa.array([True, None]),
        "bytes": pa.array([b"\x00\xff", None]),
        "coded": pa.array(["男", "女"]).dictionary_encode(),
        "lists": pa.array([["13800138000"], None]),
        "structs": pa.array([{"a": "x", "b": 1}, None]),
        "maps": pa.array([[("k", "v")], None], pa.map_(pa.string(), pa.string())),
        "views": pa.array(["a", None], pa.string_view()),
        "floats": pa.array([float("nan"), float("inf")]),
        "halves": pa.array([1.5, None], pa.float32()),
        "times": pa.array([1, None], pa.time64("us")),
        "stamps": pa.array([2**62, None], pa.timestamp("us", "UTC")),
        "spans": pa.array([1, None], pa.duration("s")),
        "nulls": pa.nulls(2),
    }
    profile = TableProfile("t")
    profile.observe(pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)))
    verdicts = {one.column: one for one in table_verdicts(profile)}
    assert set(verdicts) == set(columns)
    assert verdicts["coded"].entity == "sex"
    assert verdicts["lists"].entity == "mobile_phone"


def test_two_columns_of_one_name_are_both_seen():
    profile = TableProfile("t")
    profile.observe(pa.RecordBatch.from_arrays([pa.array(GOOD_IDS[:2]), pa.array(["男", "女"])], names=["c", "c"]))
    assert [one.entity for one in table_verdicts(profile)] == ["resident_id", "sex"]
