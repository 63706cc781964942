"""Dictionaries of the hospital: departments, wards, beds, ICD-10, drugs, fees, tests."""

import polars as pl

from xingdun.sample.declaration import Column as C  # noqa: N817 - named hundreds of times
from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import Draw
from xingdun.sample.hospital import DEPARTMENTS
from xingdun.sample.vocabulary import administration, medicine

BEDS_PER_WARD = 36


def _departments(_world: World, draw: Draw, rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "dept_code": [department.code for department in DEPARTMENTS],
            "dept_name": [department.zh for department in DEPARTMENTS],
            "dept_name_en": [department.en for department in DEPARTMENTS],
            "dept_type": [department.kind for department in DEPARTMENTS],
            "floor": pl.Series(draw.numbers(rows, 1, 19)).cast(pl.String) + "F",
            "tel_ext": draw.digits(rows, 3, "8"),
            "qyrq": draw.days(rows).dt.strftime("%Y%m%d"),
        }
    )


def _wards(_world: World, draw: Draw, rows: int) -> pl.DataFrame:
    treating = [department for department in DEPARTMENTS if department.kind == "clinical"][:rows]
    return pl.DataFrame(
        {
            "ward_code": [f"W{department.code}" for department in treating],
            "ward_name": [f"{department.zh}病区" for department in treating],
            "dept_code": [department.code for department in treating],
            "open_beds": pl.Series(draw.numbers(rows, 24, BEDS_PER_WARD + 1)),
        }
    )


def _beds(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    wards = world["his.ward"]["ward_code"].to_list()
    return pl.DataFrame(
        {
            "bed_id": [f"{ward}-{bed:02d}" for ward in wards for bed in range(1, BEDS_PER_WARD + 1)],
            "ward_code": [ward for ward in wards for _ in range(BEDS_PER_WARD)],
            "cwh": [f"{bed}床" for _ in wards for bed in range(1, BEDS_PER_WARD + 1)],
            "bed_status": draw.pick(rows, ["占用", "空闲", "包床", "消毒"], [8, 2, 0.2, 0.3]),
            "price": draw.pick(rows, ["45.00", "80.00", "160.00"]),
        }
    )


def _icd10(_world: World, _draw: Draw, _rows: int) -> pl.DataFrame:
    codes, names, departments = zip(*medicine.ICD10, strict=True)
    return pl.DataFrame({"icd_code": codes, "icd_name": names, "default_dept": departments})


def _drugs(_world: World, draw: Draw, rows: int) -> pl.DataFrame:
    names, strengths, forms, units, prices = zip(*medicine.DRUGS, strict=True)
    return pl.DataFrame(
        {
            "drug_code": [f"YP{number:06d}" for number in range(1, rows + 1)],
            "ypmc": names,
            "gg": strengths,
            "jx": forms,
            "dw": units,
            "lsj": prices,
            "approval_no": draw.digits(rows, 8, "国药准字H"),
            "barcode": draw.digits(rows, 11, "69"),
            "kc": draw.numbers(rows, 0, 20_000),
        }
    )


def _fees(_world: World, _draw: Draw, _rows: int) -> pl.DataFrame:
    codes, names, prices, kinds = zip(*administration.FEE_ITEMS, strict=True)
    return pl.DataFrame({"item_code": codes, "xm": names, "unit_price": prices, "fee_class": kinds})


def _tests(_world: World, _draw: Draw, _rows: int) -> pl.DataFrame:
    measured = [(code, name, unit, low, high, panel) for code, name, unit, low, high, _, panel in medicine.TESTS]
    words = [(code, name, None, None, None, panel) for code, name, panel in medicine.QUALITATIVE_TESTS]
    columns = ["item_code", "item_name", "unit", "ref_low", "ref_high", "panel"]
    return pl.DataFrame(measured + words, schema=dict.fromkeys(columns, pl.String), orient="row")


TABLES = (
    Table(
        "his.dept_dict",
        "科室字典",
        about="nobody",
        business="operations",
        rows=len(DEPARTMENTS),
        fixed=True,
        published=True,
        make=_departments,
        key="dept_code",
        columns=(
            C("dept_code", "varchar(8)", "department", "科室代码"),
            C("dept_name", "varchar(40)", "department", "科室名称"),
            C("dept_name_en", "varchar(80)", "department"),
            C("dept_type", "varchar(16)", "category"),
            C("floor", "varchar(8)", "category"),
            C("tel_ext", "varchar(8)", "landline_phone", "分机号"),
            C("qyrq", "char(8)", "date", "启用日期"),
        ),
    ),
    Table(
        "his.ward",
        "病区字典",
        about="nobody",
        business="operations",
        rows=sum(department.kind == "clinical" for department in DEPARTMENTS),
        fixed=True,
        published=True,
        make=_wards,
        key="ward_code",
        columns=(
            C("ward_code", "varchar(8)", "department"),
            C("ward_name", "varchar(40)", "department", "病区名称"),
            C("dept_code", "varchar(8)", "department", to="his.dept_dict(dept_code)"),
            C("open_beds", "smallint", "quantity", "开放床位数"),
        ),
    ),
    Table(
        "his.bed_rec",
        "床位",
        about="nobody",
        business="operations",
        rows=BEDS_PER_WARD * sum(department.kind == "clinical" for department in DEPARTMENTS),
        fixed=True,
        make=_beds,
        key="bed_id",
        indexes=("ward_code",),
        columns=(
            C("bed_id", "varchar(12)", "bed"),
            C("ward_code", "varchar(8)", "department", to="his.ward(ward_code)"),
            C("cwh", "varchar(8)", "bed", "床位号"),
            C("bed_status", "varchar(8)", "category", "床位状态"),
            C("price", "numeric(8,2)", "amount"),
        ),
    ),
    Table(
        "his.icd10_dict",
        "疾病诊断字典 (ICD-10)",
        about="nobody",
        business="clinical",
        rows=len(medicine.ICD10),
        fixed=True,
        published=True,
        make=_icd10,
        key="icd_code",
        columns=(
            C("icd_code", "varchar(12)", "diagnosis_code", "疾病编码"),
            C("icd_name", "varchar(80)", "diagnosis_name", "疾病名称"),
            C("default_dept", "varchar(8)", "department", to="his.dept_dict(dept_code)"),
        ),
    ),
    Table(
        "his.yp_zd",
        "药品字典",
        about="nobody",
        business="clinical",
        rows=len(medicine.DRUGS),
        fixed=True,
        published=True,
        make=_drugs,
        key="drug_code",
        columns=(
            C("drug_code", "varchar(12)", "drug_code"),
            C("ypmc", "varchar(60)", "drug_name", "药品名称"),
            C("gg", "varchar(40)", "dosage", "规格"),
            C("jx", "varchar(20)", "dosage", "剂型"),
            C("dw", "varchar(8)", "unit", "单位"),
            C("lsj", "numeric(10,2)", "amount", "零售价"),
            C("approval_no", "varchar(24)", "code", "批准文号"),
            C("barcode", "varchar(16)", "code"),
            C("kc", "integer", "quantity", "库存"),
        ),
    ),
    Table(
        "his.fee_item_dict",
        "收费项目字典",
        about="nobody",
        business="operations",
        rows=len(administration.FEE_ITEMS),
        fixed=True,
        published=True,
        make=_fees,
        key="item_code",
        columns=(
            C("item_code", "varchar(12)", "procedure_code", "项目编码"),
            C("xm", "varchar(60)", "procedure_name", "项目"),  # reads like 姓名, holds items
            C("unit_price", "numeric(10,2)", "amount"),
            C("fee_class", "varchar(12)", "category", "费用类别"),
        ),
    ),
    Table(
        "lis.lab_item_dict",
        "检验项目字典",
        about="nobody",
        business="clinical",
        rows=len(medicine.TESTS) + len(medicine.QUALITATIVE_TESTS),
        fixed=True,
        published=True,
        make=_tests,
        key="item_code",
        columns=(
            C("item_code", "varchar(12)", "test_code"),
            C("item_name", "varchar(40)", "test_name", "检验项目名称"),
            C("unit", "varchar(16)", "unit"),
            C("ref_low", "numeric(12,3)", "reference_range", "参考值下限"),
            C("ref_high", "numeric(12,3)", "reference_range", "参考值上限"),
            C("panel", "varchar(20)", "test_name"),
        ),
    ),
)
