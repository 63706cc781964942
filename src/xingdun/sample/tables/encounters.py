"""How patients meet the hospital: appointments, outpatient visits, admissions, diagnoses, operations."""

import numpy as np
import polars as pl

from xingdun.sample.declaration import Column as C  # noqa: N817 - named hundreds of times
from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import LAST_DAY, Draw
from xingdun.sample.identifiers import addresses_v4
from xingdun.sample.tables.people import serial
from xingdun.sample.vocabulary import medicine
from xingdun.sample.vocabulary.phrases import COMPLAINTS_OF_PATIENTS

SEX_WORDS = {"1": "男", "2": "女"}


def ages(births: pl.Series, moments: pl.Series) -> pl.Series:
    """Whole years lived at each moment, never below nought."""
    return ((moments.cast(pl.Date) - births).dt.total_days() // 365.25).cast(pl.Int64).clip(0)


def treating(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    """A diagnosis a row, its department, and a member of that department's staff."""
    staff = world["his.staff_info"].select("emp_no", "emp_name", "dept_code").sort("dept_code", maintain_order=True)
    blocks = staff.group_by("dept_code", maintain_order=True).len()
    sizes = dict(blocks.iter_rows())
    starts = dict(zip(sizes, np.cumsum([0, *sizes.values()])[:-1], strict=True))
    illnesses = draw.rows_of(world["his.icd10_dict"], rows)
    everyone = (0, staff.height)  # a department without staff borrows
    spans = {code: (starts[code], sizes[code]) if code in sizes else everyone for code in illnesses["default_dept"]}
    block = np.array([spans[code] for code in illnesses["default_dept"]])
    chosen = block[:, 0] + (draw.rng.random(rows) * block[:, 1]).astype(np.int64)
    return illnesses.hstack(staff[chosen].select(doctor_no="emp_no", doctor="emp_name"))


def _appointments(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    seen = treating(world, draw, rows)
    return pl.DataFrame(
        {
            "appoint_no": serial(rows, 12, "20"),
            "patient_id": patients["patient_id"],
            "name": patients["xm"],
            "phone": patients["mobile"],
            "dept_code": seen["default_dept"],
            "doctor_id": seen["doctor_no"],
            "yy_sj": draw.moments(rows),
            "channel": draw.pick(rows, ["微信公众号", "互联网医院", "窗口", "电话", "自助机"], [5, 2, 2, 1, 2]),
            "openid": draw.sometimes(draw.digits(rows, 22, "oXLd_"), 0.6),
            "client_ip": draw.sometimes(addresses_v4(draw.rng, rows), 0.6),
            "status": draw.pick(rows, ["0", "1", "2", "9"], [1, 8, 1, 1]),
        }
    )


def _visits(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    seen = treating(world, draw, rows)
    moments = draw.moments(rows)
    return pl.DataFrame(
        {
            "visit_no": serial(rows, 9, "MZ"),
            "patient_id": patients["patient_id"],
            "pat_name": patients["xm"],
            "gender": patients["xb"].replace_strict(SEX_WORDS),
            "nl": ages(patients["csrq"], moments).cast(pl.String) + "岁",
            "dept_code": seen["default_dept"],
            "doctor_no": seen["doctor_no"],
            "visit_time": moments,
            "chief": draw.pick(rows, _chiefs()),
            "main_icd": seen["icd_code"],
            "main_diag": seen["icd_name"],
            "fee_type": draw.pick(rows, ["01", "02", "07", "99"]),
            "internet_flag": draw.pick(rows, ["N", "Y"], [9, 1]),
        }
    )


def _chiefs() -> list[str]:
    return [f"{complaint}{days}" for complaint in COMPLAINTS_OF_PATIENTS for days in ("1天", "3天", "半月", "2年余")]


def _admissions(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    seen = treating(world, draw, rows)
    beds = draw.rows_of(world["his.bed_rec"], rows)
    admitted = draw.moments(rows)
    left = draw.later(admitted, 24 * 60, 24 * 60 * 21)
    return pl.DataFrame(
        {
            "zyh": serial(rows, 8, "ZY"),
            "patient_id": patients["patient_id"],
            "bah": serial(rows, 7, "", 1_200_001),
            "admit_no": draw.numbers(rows, 1, 6),
            "age": ages(patients["csrq"], admitted),
            "ward_code": beds["ward_code"],
            "bed_id": beds["bed_id"],
            "rysj": admitted,
            "cysj": left.to_frame("t").select(pl.when(pl.col("t") < pl.lit(LAST_DAY)).then("t"))["t"],
            "ry_icd": seen["icd_code"],
            "ryzd": seen["icd_name"],
            "zzys": seen["doctor_no"],
            "deposit": (pl.Series(draw.numbers(rows, 10, 200)) * 100).cast(pl.Float64),
            "lyfs": draw.pick(rows, ["医嘱离院", "转院", "非医嘱离院", "死亡"], [94, 3, 2, 1]),
        }
    )


def _diagnoses(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    outpatient, inpatient = world["his.outp_visit"], world["his.inp_adm"]
    first = outpatient.head(rows // 2).select("patient_id", no="visit_no", at="visit_time")
    second = inpatient.select("patient_id", no="zyh", at="rysj")
    visits = pl.concat([first, draw.rows_of(second, rows - first.height)])
    seen = treating(world, draw, rows)
    return pl.DataFrame(
        {
            "diag_id": np.arange(1, rows + 1),
            "patient_id": visits["patient_id"],
            "encounter_no": visits["no"],
            "diag_code": seen["icd_code"],
            "diag_name": seen["icd_name"].zip_with(draw.kept(rows, 0.9), seen["icd_name"] + "?"),
            "diag_type": draw.pick(rows, ["1", "2", "3"], [6, 3, 1]),
            "diag_time": visits["at"],
            "diag_doctor": seen["doctor"],
        }
    )


def _operations(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    admissions = draw.rows_of(world["his.inp_adm"], rows)
    staff = draw.rows_of(world["his.staff_info"], rows)
    done = draw.places(rows, len(medicine.OPERATIONS))
    codes, names = zip(*medicine.OPERATIONS, strict=True)
    started = draw.later(admissions["rysj"], 12 * 60, 72 * 60)
    return pl.DataFrame(
        {
            "op_id": np.arange(1, rows + 1),
            "zyh": admissions["zyh"],
            "patient_id": admissions["patient_id"],
            "op_code": pl.Series(codes).gather(done),
            "ssmc": pl.Series(names).gather(done),
            "anaesthesia": draw.pick(rows, medicine.ANAESTHESIA),
            "surgeon": staff["emp_name"],
            "surgeon_no": staff["emp_no"],
            "start_at": started,
            "end_at": draw.later(started, 25, 400),
            "blood_loss_ml": draw.numbers(rows, 0, 80) * 10,
            "qk": draw.pick(rows, ["Ⅰ/甲", "Ⅱ/甲", "Ⅱ/乙", "Ⅲ/甲"]),
        }
    )


_PATIENT = C("patient_id", "varchar(12)", "patient_id", to="his.pat_master(patient_id)")
_DEPARTMENT = C("dept_code", "varchar(8)", "department", "科室代码", to="his.dept_dict(dept_code)")

TABLES = (
    Table(
        "his.reg_appoint",
        "预约挂号",
        about="patient",
        business="operations",
        rows=16_000,
        make=_appointments,
        key="appoint_no",
        indexes=("patient_id",),
        columns=(
            C("appoint_no", "varchar(16)", "record_id"),
            _PATIENT,
            C("name", "varchar(20)", "person_name"),
            C("phone", "varchar(16)", "mobile_phone"),
            _DEPARTMENT,
            C("doctor_id", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
            C("yy_sj", "timestamp", "timestamp", "预约时间"),
            C("channel", "varchar(16)", "category"),
            C("openid", "varchar(32)", "online_account", "微信openid"),
            C("client_ip", "varchar(15)", "ip_address"),
            C("status", "char(1)", "category"),
        ),
    ),
    Table(
        "his.outp_visit",
        "门诊就诊记录",
        about="patient",
        business="clinical",
        rows=54_000,
        make=_visits,
        key="visit_no",
        indexes=("patient_id", "visit_time"),
        columns=(
            C("visit_no", "varchar(16)", "visit_id", "门诊号"),
            _PATIENT,
            C("pat_name", "varchar(20)", "person_name"),
            C("gender", "varchar(2)", "sex"),
            C("nl", "varchar(8)", "age", "年龄"),
            _DEPARTMENT,
            C("doctor_no", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
            C("visit_time", "timestamp", "timestamp"),
            C("chief", "varchar(60)", "free_text", "主诉"),
            C("main_icd", "varchar(12)", "diagnosis_code", to="his.icd10_dict(icd_code)"),
            C("main_diag", "varchar(80)", "diagnosis_name", "主要诊断"),
            C("fee_type", "char(2)", "insurance_type"),
            C("internet_flag", "char(1)", "flag", "互联网诊疗标志"),
        ),
    ),
    Table(
        "his.inp_adm",
        "住院登记",
        about="patient",
        business="clinical",
        rows=10_000,
        make=_admissions,
        key="zyh",
        indexes=("patient_id", "rysj"),
        columns=(
            C("zyh", "varchar(16)", "visit_id", "住院号"),
            _PATIENT,
            C("bah", "varchar(10)", "medical_record_number", "病案号"),
            C("admit_no", "smallint", "sequence_number", "住院次数"),
            C("age", "smallint", "age"),
            C("ward_code", "varchar(8)", "department", to="his.ward(ward_code)"),
            C("bed_id", "varchar(12)", "bed", to="his.bed_rec(bed_id)"),
            C("rysj", "timestamp", "timestamp", "入院时间"),
            C("cysj", "timestamp", "timestamp"),
            C("ry_icd", "varchar(12)", "diagnosis_code", to="his.icd10_dict(icd_code)"),
            C("ryzd", "varchar(80)", "diagnosis_name", "入院诊断"),
            C("zzys", "varchar(8)", "staff_id", "主治医生", to="his.staff_info(emp_no)"),
            C("deposit", "numeric(12,2)", "amount"),
            C("lyfs", "varchar(12)", "category", "离院方式", identifier="sensitive"),
        ),
    ),
    Table(
        "his.diag_rec",
        "诊断记录",
        about="patient",
        business="clinical",
        rows=60_000,
        make=_diagnoses,
        key="diag_id",
        indexes=("patient_id", "encounter_no", "diag_code"),
        columns=(
            C("diag_id", "bigint generated by default as identity", "record_id"),
            _PATIENT,
            C("encounter_no", "varchar(16)", "visit_id"),
            C("diag_code", "varchar(12)", "diagnosis_code", to="his.icd10_dict(icd_code)"),
            C("diag_name", "varchar(80)", "diagnosis_name"),
            C("diag_type", "char(1)", "category", "诊断类型"),
            C("diag_time", "timestamp", "timestamp"),
            C("diag_doctor", "varchar(20)", "person_name", "诊断医生"),
        ),
    ),
    Table(
        "his.oper_rec",
        "手术记录",
        about="patient",
        business="clinical",
        rows=3_000,
        make=_operations,
        key="op_id",
        indexes=("zyh", "patient_id"),
        columns=(
            C("op_id", "bigint generated by default as identity", "record_id"),
            C("zyh", "varchar(16)", "visit_id", to="his.inp_adm(zyh)"),
            _PATIENT,
            C("op_code", "varchar(12)", "procedure_code", "手术编码 ICD-9-CM-3"),
            C("ssmc", "varchar(60)", "procedure_name", "手术名称"),
            C("anaesthesia", "varchar(12)", "category"),
            C("surgeon", "varchar(20)", "person_name"),
            C("surgeon_no", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
            C("start_at", "timestamp", "timestamp"),
            C("end_at", "timestamp", "timestamp"),
            C("blood_loss_ml", "integer", "quantity"),
            C("qk", "varchar(8)", "category", "切口愈合"),
        ),
    ),
)
