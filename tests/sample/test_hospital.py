"""The synthetic hospital: what stands in the database, who may read it, and that nobody in it is real."""

import re

import psycopg
import pytest
from psycopg import sql

from xingdun.frame.roles import Role
from xingdun.sample import hospital as facts
from xingdun.sample import truth
from xingdun.sample.tables import TABLES

SCHEMAS = ["his", "lis", "pacs", "research"]


def column(connection, table, name):
    schema, _, table = table.partition(".")
    query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(name), sql.Identifier(schema, table))
    return [value for (value,) in connection.execute(query)]


def passes_gb_11643(number):
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
    return "10X98765432"[total % 11] == number[17]


def passes_luhn(number):
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def passes_gb_32100(number):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(letter) * pow(3, place, 31) for place, letter in enumerate(number[:17]))
    return alphabet[-total % 31] == number[17]


def test_the_full_hospital_is_as_large_as_promised():
    assert len(TABLES) >= 24
    assert sum(table.count(1.0) for table in TABLES) >= 400_000


def test_every_table_holds_the_rows_it_declares(hospital):
    for table in TABLES:
        name = sql.Identifier(*table.name.split("."))
        held = hospital.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone()[0]
        assert held == table.count(0.02), table.name


def test_the_database_says_everywhere_that_it_is_synthetic(hospital):
    comment = hospital.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()[0]
    assert "合成数据" in comment
    assert "Synthetic data" in comment
    schemas = hospital.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = ANY(%s)", [SCHEMAS]
    ).fetchall()
    assert len(schemas) == len(SCHEMAS)
    assert all("合成数据" in said for (said,) in schemas)
    notice = hospital.execute("SELECT notice_zh, notice_en, seed, scale FROM public.synthetic_notice").fetchall()
    assert len(notice) == 1
    assert notice[0][2:] == (20220808, 0.02)


def test_columns_are_told_in_part_as_in_real_systems(hospital):
    total, told = hospital.execute(
        "SELECT count(*), count(col_description(attrelid, attnum)) FROM pg_attribute "
        "WHERE attrelid::regclass::text ~ '^(his|lis|pacs|research)[.]' AND attnum > 0 "
        "AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r')"
    ).fetchone()
    assert 0.3 < told / total < 0.7


def test_keys_and_references_hold(hospital):
    kinds = dict(
        hospital.execute(
            "SELECT contype::text, count(*) FROM pg_constraint WHERE connamespace::regnamespace::text = ANY(%s) "
            "AND convalidated GROUP BY 1",
            [SCHEMAS],
        ).fetchall()
    )
    assert kinds["p"] == len(TABLES)
    assert kinds["f"] >= 50
    orphans = hospital.execute(
        "SELECT count(*) FROM lis.lab_result r LEFT JOIN lis.lab_report USING (report_no) WHERE lab_report IS NULL"
    ).fetchone()
    assert orphans == (0,)


def test_identity_numbers_are_right_and_wrong_in_the_shares_told(hospital):
    numbers = column(hospital, "his.pat_master", "sfzh")
    whole = [number for number in numbers if number and len(number) == 18]
    right = sum(map(passes_gb_11643, whole))
    shares = (right, len(whole) - right, sum(len(number or "") == 15 for number in numbers), numbers.count(None))
    for count, share in zip(shares, truth.RESIDENT_ID_SHARES, strict=True):
        spread = (share * (1 - share) * len(numbers)) ** 0.5
        assert abs(count - share * len(numbers)) < 5 * spread
    assert all(map(passes_gb_11643, column(hospital, "his.staff_info", "id_card")))


def test_no_identity_number_names_a_place_where_people_are_registered(hospital):
    numbers = column(hospital, "his.pat_master", "sfzh") + column(hospital, "his.staff_info", "id_card")
    assert all(71 <= int(number[2:4]) <= 89 for number in numbers if number)


def test_birthday_and_sex_agree_with_the_identity_number(hospital):
    rows = hospital.execute("SELECT sfzh, csrq, xb FROM his.pat_master WHERE length(sfzh) = 18").fetchall()
    assert all(number[6:14] == f"{born:%Y%m%d}" for number, born, _ in rows)
    assert all((int(number[16]) % 2 == 1) == (sex == "1") for number, _, sex in rows)


@pytest.mark.parametrize(
    ("table", "name", "passes"),
    [
        ("his.pat_master", "ylzh", passes_luhn),
        ("his.staff_info", "salary_card", passes_luhn),
        ("his.yb_settle", "refund_card", passes_luhn),
        ("his.gys_info", "tyshxydm", passes_gb_32100),
        ("his.staff_info", "tel", re.compile(r"1[3-9]\d{9}").fullmatch),
        ("his.pat_document", "passport_no", re.compile(r"E[0-9A-HJ-NP-Z]\d{7}").fullmatch),
        ("his.gys_info", "delivery_plate", re.compile(r"\w[A-H](\d[A-HJ-NP-Z]\d{3}|[DF]\d{5})").fullmatch),
        ("his.gys_info", "email", re.compile(r"\w+@([\w.]+\.example|example\.(com|org|net))").fullmatch),
        ("research.gene_seq", "fasta", re.compile(r">DNA\d+\|\w+\n[ACGT\n]{200,}").fullmatch),
    ],
)
def test_identifiers_have_the_form_their_standard_asks_for(hospital, table, name, passes):
    values = [value for value in column(hospital, table, name) if value]
    assert values
    assert all(map(passes, values))


def test_notes_name_the_patient_they_are_about(hospital):
    shares = hospital.execute(
        "SELECT avg((position(xm in content) > 0)::int), avg((content LIKE '%%' || sfzh || '%%')::int), "
        "avg((content ~ '1[3-9][0-9]{9}')::int) FROM his.emr_doc JOIN his.pat_master USING (patient_id)"
    ).fetchone()
    assert all(share > minimum for share, minimum in zip(shares, (0.3, 0.05, 0.3), strict=True))
    assert "None" not in " ".join(column(hospital, "his.emr_doc", "content"))


def test_the_truth_covers_each_column_once(hospital):
    there = hospital.execute(
        "SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = ANY(%s)",
        [[*SCHEMAS, "public"]],
    ).fetchall()
    known = [(label.table, label.column) for label in truth.labels()]
    assert sorted(known) == sorted(there)
    assert len(set(known)) == len(known)


@pytest.mark.parametrize(
    ("table", "name", "told"),
    [
        ("his.pat_master", "sfzh", ("resident_id", "direct", ("C1",), "internal")),
        ("his.icd10_dict", "icd_name", ("diagnosis_name", "none", (), "public")),
        ("his.传染病报告卡", "疾病名称", ("infectious_disease", "sensitive", ("C1", "C2", "C3"), "confidential")),
        ("research.gene_seq", "fasta", ("gene_sequence", "sensitive", ("C1", "C2"), "confidential")),
        ("his.fee_item_dict", "xm", ("procedure_name", "none", (), "public")),
    ],
)
def test_the_truth_tells_entity_and_grade(table, name, told):
    label = truth.label(table, name)
    assert (label.entity, label.identifier, label.grade.subject, label.grade.sensitivity) == told


def test_the_systems_own_roles_have_their_rights(hospital):
    hospital.execute("SET ROLE his_app")
    hospital.execute("SELECT FROM his.sys_user LIMIT 1")
    added = hospital.execute(
        "INSERT INTO his.pat_contact (patient_id, contact_name) VALUES ('P00000001', '合成') RETURNING contact_id"
    ).fetchone()[0]
    assert added > 480
    hospital.execute("RESET ROLE")
    hospital.execute("SET ROLE his_report")
    hospital.execute("SELECT FROM lis.lab_result LIMIT 1")
    hospital.execute("SELECT outcome FROM research.cohort_subject LIMIT 1")
    for forbidden in (
        "SELECT FROM his.sys_user LIMIT 1",
        "SELECT memo FROM research.cohort_subject",
        "UPDATE his.pat_master SET xm = ''",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), hospital.transaction():
            hospital.execute(forbidden)


def test_nobody_can_sign_in_as_the_systems_own_roles(hospital, postgres_server):
    roles = hospital.execute(
        "SELECT rolname, rolcanlogin, rolsuper, rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid "
        "WHERE rolname IN ('his_app', 'his_report') ORDER BY 1"
    ).fetchall()
    assert roles == [("his_app", True, False, True), ("his_report", True, False, True)]
    for password in ("his_app", "20220808", ""):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(postgres_server.url(hospital.info.dbname, user="his_app", password=password))


def test_the_institution_is_told_without_inventing_a_person():
    assert facts.PROFILE.synthetic
    assert "合成" in facts.PROFILE.name
    codes = [department.code for department in facts.DEPARTMENTS]
    assert len(set(codes)) == len(codes)
    for account in facts.ACCOUNTS:
        assert account.role in Role.values
        assert account.department in codes
        assert account.zh.endswith("示例")
        assert account.en.endswith("(example)")
