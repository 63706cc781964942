"""Names of columns are evidence in Chinese, pinyin, its initials and English."""

import pytest

from xingdun.kernel.discovery.column_names import name_evidence, table_role


@pytest.mark.parametrize(
    ("column", "entity"),
    [
        ("姓名", "person_name"),
        ("患者姓名", "person_name"),
        ("xm", "person_name"),
        ("HZXM", "person_name"),
        ("huanzhexingming", "person_name"),
        ("patientName", "person_name"),
        ("PATIENT_NAME", "person_name"),
        ("患者身份证号码", "resident_id"),
        ("sfzh", "resident_id"),
        ("id_card_no", "resident_id"),
        ("联系人电话", "mobile_phone"),
        ("lxdh", "mobile_phone"),
        ("email_addr", "email"),
        ("出生日期", "date_of_birth"),
        ("csrq", "date_of_birth"),
        ("dob", "date_of_birth"),
        ("诊断日期", "date"),
        ("入院时间", "timestamp"),
        ("诊断编码", "diagnosis_code"),
        ("icd10_code", "diagnosis_code"),
        ("zdmc", "diagnosis_name"),
        ("药品名称", "drug_name"),
        ("ypmc", "drug_name"),
        ("drug_name", "drug_name"),
        ("住院号", "visit_id"),
        ("jzlsh", "visit_id"),
        ("hadm_id", "visit_id"),
        ("stay_id", "visit_id"),
        ("subject_id", "patient_id"),
        ("order_provider_id", "staff_id"),
        ("caregiver_id", "staff_id"),
        ("医生工号", "staff_id"),
        ("病案号", "medical_record_number"),
        ("医保卡号", "insurance_number"),
        ("主诉", "free_text"),
        ("dod", "date_of_death"),
        ("anchor_year", "year"),
        ("storetime", "timestamp"),
        ("总费用", "amount"),
        ("统一社会信用代码", "social_credit_code"),
        ("基因序列", "gene_sequence"),
        ("车牌号", "plate"),
    ],
)
def test_a_name_says_what_its_column_holds(column, entity):
    assert name_evidence(column)[0].entity == entity


@pytest.mark.parametrize(
    ("table", "column", "entity"),
    [
        ("d_icd_procedures", "icd_code", "procedure_code"),
        ("d_icd_diagnoses", "icd_code", "diagnosis_code"),
        ("doctor", "name", "person_name"),
        ("药品字典", "名称", "drug_name"),
        ("lab_result", "value", "test_result"),
        ("传染病报告卡", "疾病名称", "infectious_disease"),
    ],
)
def test_the_table_tells_what_a_bare_name_means(table, column, entity):
    assert name_evidence(column, table=table)[0].entity == entity


def test_a_comment_counts_as_a_second_name():
    assert name_evidence("f07", comment="身份证号,18 位")[0].entity == "resident_id"


@pytest.mark.parametrize(
    "name", ["", "   ", '"; drop table x; --', "<script>", "\u202egnp.exe", "列" * 500, "a_" * 400]
)
def test_any_name_can_be_read(name):
    name_evidence(name, table=name, comment=name)
    table_role(name)


def test_words_inside_other_words_say_nothing():
    assert not [one for one in name_evidence("message") if one.entity == "age"]
    assert not [one for one in name_evidence("candidate") if one.entity in ("date", "record_id")]
