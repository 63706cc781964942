"""Whom the hospital knows: patients, their contacts and documents, staff."""

from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from xingdun.sample import identifiers
from xingdun.sample.declaration import Column as C  # noqa: N817 - named hundreds of times
from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import LAST_DAY, Draw, either
from xingdun.sample.vocabulary import persons, places


class IdentityShares(NamedTuple):
    """How the identity numbers in the patient index divide."""

    valid: float
    wrong_check: float
    fifteen_digits: float
    missing: float


ID_SHARES = IdentityShares(valid=0.90, wrong_check=0.05, fifteen_digits=0.02, missing=0.03)


def text(numbers: np.ndarray | pl.Series, width: int, lead: str = "") -> pl.Series:
    """Numbers as strings of fixed width behind a fixed beginning."""
    return lead + pl.Series(numbers).cast(pl.String).str.zfill(width)


def serial(rows: int, width: int, lead: str = "", start: int = 1) -> pl.Series:
    """Running numbers as strings of fixed width."""
    return text(np.arange(start, start + rows), width, lead)


def _identity_numbers(draw: Draw, births: pl.Series, male: np.ndarray) -> pl.Series:
    """Numbers right, wrong, of the first generation, or missing, as `ID_SHARES` says."""
    right = draw.resident_ids(births, male)
    lots = pl.DataFrame(
        {
            "kind": draw.places(len(births), 4, ID_SHARES),
            "right": right,
            "wrong": identifiers.with_wrong_check_digit(draw.rng, right),
            "old": identifiers.first_generation(right),
        }
    )
    kinds = enumerate(("right", "wrong", "old"))  # the fourth kind is none at all
    return lots.select(pl.coalesce(pl.when(pl.col("kind") == place).then(name) for place, name in kinds))["right"]


def _patients(_world: World, draw: Draw, rows: int) -> pl.DataFrame:
    male = draw.chance(rows, 0.48)
    births = draw.days(rows, date(1935, 1, 1), date(2025, 12, 31))
    grown, small = births < date(2003, 1, 1), births < date(2018, 1, 1)
    phones = draw.phones(rows)
    return pl.DataFrame(
        {
            "patient_id": serial(rows, 8, "P"),
            "xm": draw.names(male),
            "xb": either(male, "1", "2"),
            "csrq": births,
            "sfzh": _identity_numbers(draw, births, male),
            "mz": draw.pick(rows, persons.ETHNIC_GROUPS, [200, *[1] * (len(persons.ETHNIC_GROUPS) - 1)]),
            "abo": draw.pick(rows, persons.BLOOD_TYPES, [28, 24, 30, 9, 9]),
            "marital_status": draw.pick(rows, persons.MARITAL, [12, 74, 7, 7]).zip_with(
                grown, either(grown, None, "未婚")
            ),
            "occupation": draw.pick(rows, persons.OCCUPATIONS).zip_with(grown, either(small, "学生", "散居儿童")),
            "mobile": draw.sometimes(phones.zip_with(draw.kept(rows, 0.97), draw.landlines(rows)), 0.98),
            "home_addr": draw.sometimes(draw.homes(rows), 0.96),
            "work_unit": draw.sometimes(
                draw.pick(rows, places.CITIES) + draw.pick(rows, ["第一中学", "机械厂", "建筑公司", "商贸公司"]), 0.4
            ),
            "email": draw.sometimes(draw.mails(rows), 0.2),
            "ybkh": draw.sometimes(draw.digits(rows, 9, "Y"), 0.8),
            "ylzh": draw.sometimes(draw.cards(rows), 0.15),
            "pay_kind": draw.pick(rows, ["01", "02", "07", "99"], [4, 4, 2, 1]),
            "vip_flag": draw.pick(rows, ["0", "1"], [97, 3]),
            "create_time": draw.moments(rows),
        }
    )


def _contacts(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    male = draw.chance(rows, 0.5)
    return pl.DataFrame(
        {
            "contact_id": np.arange(1, rows + 1),
            "patient_id": patients["patient_id"],
            "contact_name": draw.names(male),
            "relation": draw.pick(rows, persons.RELATIONS),
            "lxdh": draw.phones(rows),
            "contact_addr": patients["home_addr"].zip_with(draw.kept(rows, 0.6), draw.homes(rows)),
            "priority": draw.numbers(rows, 1, 4),
        }
    )


def _documents(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    foreign = draw.pick(rows, persons.LATIN_SURNAMES) + "/" + draw.pick(rows, persons.LATIN_GIVEN)
    native = draw.kept(rows, 0.7)
    return pl.DataFrame(
        {
            "doc_id": np.arange(1, rows + 1),
            "patient_id": patients["patient_id"],
            "zjlx": either(native, "中国护照", "外国护照"),
            "passport_no": identifiers.passports(draw.rng, rows),
            "holder": patients["xm"].zip_with(native, foreign),
            "nationality": either(native, "中国", None).fill_null(draw.pick(rows, persons.NATIONALITIES)),
            "valid_until": draw.days(rows, date(2026, 1, 1), date(2035, 12, 31)),
            "scan_path": "/scan/" + serial(rows, 7) + ".jpg",
        }
    )


def _staff(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    male = draw.chance(rows, 0.35)
    births = draw.days(rows, date(1964, 1, 1), date(2002, 12, 31))
    departments = world["his.dept_dict"]
    places_of = np.concatenate([np.arange(min(rows, departments.height)), draw.places(rows, departments.height)])
    return pl.DataFrame(
        {
            "emp_no": serial(rows, 5, "D"),
            "emp_name": draw.names(male),
            "sex": either(male, "男", "女"),
            "dept_code": departments["dept_code"].gather(places_of[:rows]),
            "zc": draw.pick(rows, persons.TITLES),
            "xl": draw.pick(rows, persons.EDUCATION, [8, 30, 45, 15, 2]),
            "id_card": draw.resident_ids(births, male),
            "tel": draw.phones(rows),
            "office_tel": draw.sometimes(draw.landlines(rows), 0.5),
            "mail": serial(rows, 5, "d") + "@xinglin.example",
            "licence_no": draw.sometimes(draw.digits(rows, 15, "1"), 0.6),
            "salary_card": draw.cards(rows),
            "entry_date": draw.days(rows, date(1995, 1, 1), LAST_DAY),
            "zzbz": draw.pick(rows, ["1", "0"], [95, 5]),
        }
    )


STAFF = Table(
    "his.staff_info",
    "职工信息",
    about="staff",
    business="operations",
    rows=2_400,
    make=_staff,
    key="emp_no",
    indexes=("dept_code",),
    columns=(
        C("emp_no", "varchar(8)", "staff_id", "工号"),
        C("emp_name", "varchar(20)", "person_name", "姓名"),
        C("sex", "varchar(2)", "sex"),
        C("dept_code", "varchar(8)", "department", to="his.dept_dict(dept_code)"),
        C("zc", "varchar(20)", "job_title", "职称"),
        C("xl", "varchar(8)", "education", "学历"),
        C("id_card", "varchar(18)", "resident_id"),
        C("tel", "varchar(11)", "mobile_phone", "手机"),
        C("office_tel", "varchar(16)", "landline_phone"),
        C("mail", "varchar(40)", "email"),
        C("licence_no", "varchar(20)", "staff_id", "执业证书编号", identifier="direct"),
        C("salary_card", "varchar(19)", "bank_card", "工资卡号"),
        C("entry_date", "date", "date", "入职日期"),
        C("zzbz", "char(1)", "flag", "在职标志"),
    ),
)

PATIENTS = (
    Table(
        "his.pat_master",
        "患者主索引",
        about="patient",
        business="clinical",
        rows=36_000,
        make=_patients,
        key="patient_id",
        indexes=("sfzh", "xm", "mobile"),
        columns=(
            C("patient_id", "varchar(12)", "patient_id", "患者ID"),
            C("xm", "varchar(20)", "person_name"),
            C("xb", "char(1)", "sex", "性别 1男 2女"),
            C("csrq", "date", "date_of_birth", "出生日期"),
            C("sfzh", "varchar(18)", "resident_id"),
            C("mz", "varchar(12)", "ethnicity", "民族"),
            C("abo", "varchar(4)", "blood_type", "血型"),
            C("marital_status", "varchar(4)", "marital_status"),
            C("occupation", "varchar(12)", "occupation"),
            C("mobile", "varchar(16)", "mobile_phone", "联系电话", holds=("landline_phone",)),
            C("home_addr", "varchar(120)", "address"),
            C("work_unit", "varchar(60)", "workplace", "工作单位", identifier="quasi"),
            C("email", "varchar(60)", "email"),
            C("ybkh", "varchar(20)", "insurance_number", "医保卡号"),
            C("ylzh", "varchar(19)", "bank_card", "银联账号"),
            C("pay_kind", "char(2)", "insurance_type"),
            C("vip_flag", "char(1)", "flag"),
            C("create_time", "timestamp", "timestamp"),
        ),
    ),
    Table(
        "his.pat_contact",
        "患者联系人",
        about="patient",
        business="clinical",
        rows=24_000,
        make=_contacts,
        key="contact_id",
        indexes=("patient_id",),
        columns=(
            C("contact_id", "bigint generated by default as identity", "record_id"),
            C("patient_id", "varchar(12)", "patient_id", to="his.pat_master(patient_id)"),
            C("contact_name", "varchar(20)", "person_name", "联系人姓名"),
            C("relation", "varchar(8)", "relationship", "与患者关系"),
            C("lxdh", "varchar(11)", "mobile_phone"),
            C("contact_addr", "varchar(120)", "address"),
            C("priority", "smallint", "sequence_number"),
        ),
    ),
    Table(
        "his.pat_document",
        "患者证件",
        about="patient",
        business="clinical",
        rows=4_000,
        make=_documents,
        key="doc_id",
        indexes=("patient_id",),
        columns=(
            C("doc_id", "bigint generated by default as identity", "record_id"),
            C("patient_id", "varchar(12)", "patient_id", to="his.pat_master(patient_id)"),
            C("zjlx", "varchar(12)", "category", "证件类型"),
            C("passport_no", "varchar(12)", "passport"),
            C("holder", "varchar(40)", "person_name", "持证人"),
            C("nationality", "varchar(20)", "nationality", "国籍"),
            C("valid_until", "date", "date"),
            C("scan_path", "varchar(60)", "url"),
        ),
    ),
)
