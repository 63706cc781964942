"""What is done for patients: orders, prescriptions, notes, vital signs, check-ups, imaging."""

import numpy as np
import polars as pl

from xingdun.sample.declaration import Column as C  # noqa: N817 - named hundreds of times
from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import Draw, either
from xingdun.sample.tables.encounters import SEX_WORDS, ages
from xingdun.sample.tables.people import serial
from xingdun.sample.vocabulary import administration, persons, phrases
from xingdun.sample.writing import dashed, fill, told_day, wide


def _orders(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    admissions = draw.rows_of(world["his.inp_adm"], rows)
    began = draw.later(admissions["rysj"], 10, 6 * 24 * 60)
    nurses = draw.rows_of(world["his.staff_info"], rows)
    return pl.DataFrame(
        {
            "order_id": np.arange(1, rows + 1),
            "zyh": admissions["zyh"],
            "patient_id": admissions["patient_id"],
            "order_text": draw.pick(rows, phrases.ORDER_TEXTS),
            "order_class": draw.pick(rows, ["长期", "临时"]),
            "pc": draw.pick(rows, phrases.FREQUENCIES),
            "begin_time": began,
            "stop_time": draw.sometimes(draw.later(began, 60, 5000).dt.epoch("s"), 0.5),
            "kdys": admissions["zzys"],
            "exec_nurse": nurses["emp_name"],
            "status": draw.numbers(rows, 0, 5),
        }
    )


def _prescriptions(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    visits = draw.rows_of(world["his.outp_visit"], rows)
    drugs = draw.rows_of(world["his.yp_zd"], rows)
    amount = pl.Series(draw.numbers(rows, 1, 6))
    return pl.DataFrame(
        {
            "rx_no": serial(rows, 10, "CF"),
            "visit_no": visits["visit_no"],
            "patient_id": visits["patient_id"],
            "drug_code": drugs["drug_code"],
            "drug_name": drugs["ypmc"],
            "dosage": draw.pick(rows, ["1片", "2片", "0.5g", "10ml", "1支", "4单位"]),
            "route": draw.pick(rows, phrases.ROUTES, [60, 15, 5, 8, 4, 8]),
            "pc": draw.pick(rows, phrases.FREQUENCIES),
            "sl": amount,
            "je": (drugs["lsj"].cast(pl.Float64) * amount).round(2),
            "kfrq": visits["visit_time"].dt.strftime("%Y%m%d%H%M%S"),
            "doctor_no": visits["doctor_no"],
        }
    )


def sentence_slots(world: World, draw: Draw, encounters: pl.DataFrame) -> dict[str, pl.Series]:
    """What sentences about these encounters need; columns: patient_id, no, at, diagnosis, doctor_no."""
    rows = encounters.height
    people = encounters.select("patient_id").join(
        world["his.pat_master"], on="patient_id", how="left", maintain_order="left"
    )
    staff = encounters.select(emp_no="doctor_no").join(
        world["his.staff_info"], on="emp_no", how="left", maintain_order="left"
    )
    departments = staff.select("dept_code").join(
        world["his.dept_dict"], on="dept_code", how="left", maintain_order="left"
    )
    family = draw.phones(rows)
    return {
        "name": people["xm"],
        "sex": people["xb"].replace_strict(SEX_WORDS),
        "age": ages(people["csrq"], encounters["at"]),
        "ethnic": people["mz"],
        "id_no": people["sfzh"],
        "address": people["home_addr"],
        "phone": people["mobile"],
        "phone_dashed": dashed(draw.phones(rows)),
        "contact": draw.names(draw.chance(rows, 0.5)),
        "contact_phone": family,
        "contact_phone_wide": wide(family),
        "relation": draw.pick(rows, persons.RELATIONS),
        "complaint": draw.pick(rows, phrases.COMPLAINTS_OF_PATIENTS),
        "days": pl.Series(draw.numbers(rows, 1, 30)),
        "date": told_day(encounters["at"]),
        "diagnosis": encounters["diagnosis"],
        "doctor": staff["emp_name"],
        "department": departments["dept_name"],
        "mrn": encounters["no"],
        "visit": encounters["no"],
        "temp": pl.Series(draw.numbers(rows, 360, 395) / 10),
        "pulse": pl.Series(draw.numbers(rows, 58, 118)),
        "bp": pl.Series(draw.numbers(rows, 95, 175)).cast(pl.String)
        + "/"
        + pl.Series(draw.numbers(rows, 55, 105)).cast(pl.String),
        "mm": pl.Series(draw.numbers(rows, 3, 40)),
    }


def _notes(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    admissions = draw.rows_of(world["his.inp_adm"], rows)
    slots = sentence_slots(
        world, draw, admissions.select("patient_id", no="zyh", at="rysj", diagnosis="ryzd", doctor_no="zzys")
    )
    kinds = {
        "入院记录": phrases.ADMISSION_NOTES,
        "病程记录": phrases.PROGRESS_NOTES,
        "出院记录": phrases.DISCHARGE_NOTES,
    }
    kind = draw.pick(rows, list(kinds), [3, 5, 2])
    texts = pl.DataFrame({name: fill(draw, templates, slots) for name, templates in kinds.items()})
    body = pl.coalesce(pl.when(pl.lit(kind) == name).then(name) for name in kinds)
    return pl.DataFrame(
        {
            "doc_id": serial(rows, 9, "E"),
            "zyh": admissions["zyh"],
            "patient_id": admissions["patient_id"],
            "doc_type": kind,
            "content": texts.select(body.alias("content"))["content"],
            "author": slots["doctor"],
            "written_at": draw.later(admissions["rysj"], 30, 9000),
            "signed": draw.chance(rows, 0.93),
            "sign_hash": draw.digits(rows, 32),
        }
    )


def _vital_signs(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    admissions = draw.rows_of(world["his.inp_adm"], rows)
    return pl.DataFrame(
        {
            "id": np.arange(1, rows + 1),
            "zyh": admissions["zyh"],
            "clsj": draw.later(admissions["rysj"], 0, 10_000),
            "tw": draw.numbers(rows, 358, 398) / 10,
            "mb": draw.numbers(rows, 50, 130),
            "hx": draw.numbers(rows, 12, 28),
            "ssy": draw.numbers(rows, 88, 185),
            "szy": draw.numbers(rows, 50, 110),
            "spo2": draw.numbers(rows, 88, 101),
            "pain_score": draw.numbers(rows, 0, 11),
            "hs": draw.rows_of(world["his.staff_info"], rows)["emp_no"],
        }
    )


def _check_ups(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    days = draw.days(rows)
    return pl.DataFrame(
        {
            "体检编号": serial(rows, 8, "TJ"),
            "patient_id": patients["patient_id"],
            "姓名": patients["xm"],
            "性别": patients["xb"].replace_strict(SEX_WORDS),
            "年龄": ages(patients["csrq"], days),
            "手机号码": patients["mobile"],
            "体检单位": patients["work_unit"],
            "体检日期": days,
            "身高cm": draw.numbers(rows, 1480, 1920) / 10,
            "体重kg": draw.numbers(rows, 420, 1050) / 10,
            "血压": pl.Series(draw.numbers(rows, 95, 175)).cast(pl.String)
            + "/"
            + pl.Series(draw.numbers(rows, 55, 105)).cast(pl.String),
            "主检结论": draw.pick(rows, administration.PHYSICAL_CONCLUSIONS),
            "费用": draw.pick(rows, ["268.00", "580.00", "1280.00"]),
        }
    )


def _imaging(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    visits = draw.rows_of(world["his.outp_visit"], rows)
    slots = sentence_slots(
        world, draw, visits.select("patient_id", "doctor_no", no="visit_no", at="visit_time", diagnosis="main_diag")
    )
    slots["exam_no"] = serial(rows, 9, "RIS")
    kinds = list(phrases.IMAGING_FINDINGS)
    kind = draw.places(rows, len(kinds))
    findings = pl.DataFrame({name: fill(draw, phrases.IMAGING_FINDINGS[name], slots) for name in kinds})
    body = pl.coalesce(pl.when(pl.lit(pl.Series(kind)) == place).then(name) for place, name in enumerate(kinds))
    return pl.DataFrame(
        {
            "exam_no": slots["exam_no"],
            "patient_id": visits["patient_id"],
            "visit_no": visits["visit_no"],
            "exam_item": pl.Series(kinds).gather(kind),
            "modality": either(np.isin(kind, [0, 3, 4]), "CT/DR", "US/MR"),
            "study_uid": draw.digits(rows, 30, "2.25."),
            "exam_time": draw.later(visits["visit_time"], 20, 3000),
            "findings": fill(draw, phrases.IMAGING_HEADS, slots) + findings.select(body.alias("x"))["x"],
            "impression": fill(draw, phrases.IMAGING_CONCLUSIONS, slots),
            "bgys": draw.rows_of(world["his.staff_info"], rows)["emp_name"],
            "device_ae": draw.pick(rows, ["CT01", "CT02", "MR01", "DR03", "US05", "US07"]),
        }
    )


_PATIENT = C("patient_id", "varchar(12)", "patient_id", to="his.pat_master(patient_id)")
_IDENTIFIERS = ("person_name", "mobile_phone", "resident_id", "address", "date", "diagnosis_name")

TABLES = (
    Table(
        "his.orders",
        "住院医嘱",
        about="patient",
        business="clinical",
        rows=30_000,
        make=_orders,
        key="order_id",
        indexes=("zyh", "patient_id"),
        columns=(
            C("order_id", "bigint generated by default as identity", "record_id"),
            C("zyh", "varchar(16)", "visit_id", to="his.inp_adm(zyh)"),
            _PATIENT,
            C("order_text", "varchar(60)", "free_text", "医嘱内容"),
            C("order_class", "varchar(4)", "category"),
            C("pc", "varchar(8)", "dosage", "频次"),
            C("begin_time", "timestamp", "timestamp"),
            C("stop_time", "bigint", "timestamp"),  # seconds since 1970: the vendor's second thought
            C("kdys", "varchar(8)", "staff_id", "开单医生", to="his.staff_info(emp_no)"),
            C("exec_nurse", "varchar(20)", "person_name"),
            C("status", "smallint", "category"),
        ),
    ),
    Table(
        "his.outp_rx_detail",
        "门诊处方明细",
        about="patient",
        business="clinical",
        rows=44_000,
        make=_prescriptions,
        key="rx_no",
        indexes=("visit_no", "patient_id"),
        columns=(
            C("rx_no", "varchar(16)", "record_id", "处方号"),
            C("visit_no", "varchar(16)", "visit_id", to="his.outp_visit(visit_no)"),
            _PATIENT,
            C("drug_code", "varchar(12)", "drug_code", to="his.yp_zd(drug_code)"),
            C("drug_name", "varchar(60)", "drug_name"),
            C("dosage", "varchar(12)", "dosage", "单次剂量"),
            C("route", "varchar(12)", "dosage"),
            C("pc", "varchar(8)", "dosage"),
            C("sl", "integer", "quantity", "数量"),
            C("je", "numeric(12,2)", "amount", "金额"),
            C("kfrq", "char(14)", "timestamp"),
            C("doctor_no", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
        ),
    ),
    Table(
        "his.emr_doc",
        "电子病历文书",
        about="patient",
        business="clinical",
        rows=14_000,
        make=_notes,
        key="doc_id",
        indexes=("zyh", "patient_id"),
        columns=(
            C("doc_id", "varchar(16)", "record_id"),
            C("zyh", "varchar(16)", "visit_id", to="his.inp_adm(zyh)"),
            _PATIENT,
            C("doc_type", "varchar(12)", "category", "文书类型"),
            C("content", "text", "free_text", "病历内容", holds=_IDENTIFIERS),
            C("author", "varchar(20)", "person_name"),
            C("written_at", "timestamp", "timestamp"),
            C("signed", "boolean", "flag"),
            C("sign_hash", "varchar(64)", "opaque_number", identifier="none"),
        ),
    ),
    Table(
        "his.hl_tzd",
        "护理体征单",
        about="patient",
        business="clinical",
        rows=24_000,
        make=_vital_signs,
        key="id",
        indexes=("zyh",),
        columns=(
            C("id", "bigint generated by default as identity", "record_id"),
            C("zyh", "varchar(16)", "visit_id", to="his.inp_adm(zyh)"),
            C("clsj", "timestamp", "timestamp", "测量时间"),
            C("tw", "numeric(4,1)", "vital_sign", "体温"),
            C("mb", "smallint", "vital_sign", "脉搏"),
            C("hx", "smallint", "vital_sign", "呼吸"),
            C("ssy", "smallint", "vital_sign", "收缩压"),
            C("szy", "smallint", "vital_sign", "舒张压"),
            C("spo2", "smallint", "vital_sign"),
            C("pain_score", "smallint", "vital_sign"),
            C("hs", "varchar(8)", "staff_id", "护士", to="his.staff_info(emp_no)"),
        ),
    ),
    Table(
        "his.健康体检",
        "健康体检",
        about="patient",
        business="clinical",
        rows=6_000,
        make=_check_ups,
        key="体检编号",
        indexes=("patient_id",),
        columns=(
            C("体检编号", "varchar(16)", "visit_id"),
            _PATIENT,
            C("姓名", "varchar(20)", "person_name"),
            C("性别", "varchar(2)", "sex"),
            C("年龄", "smallint", "age"),
            C("手机号码", "varchar(16)", "mobile_phone"),
            C("体检单位", "varchar(60)", "workplace", identifier="quasi"),
            C("体检日期", "date", "date"),
            C("身高cm", "numeric(5,1)", "vital_sign"),
            C("体重kg", "numeric(5,1)", "vital_sign"),
            C("血压", "varchar(8)", "vital_sign"),
            C("主检结论", "varchar(120)", "free_text", identifier="sensitive"),
            C("费用", "numeric(10,2)", "amount"),
        ),
    ),
    Table(
        "pacs.ris_report",
        "影像检查报告",
        about="patient",
        business="clinical",
        rows=10_000,
        make=_imaging,
        key="exam_no",
        indexes=("patient_id", "visit_no"),
        columns=(
            C("exam_no", "varchar(16)", "record_id", "检查号"),
            _PATIENT,
            C("visit_no", "varchar(16)", "visit_id", to="his.outp_visit(visit_no)"),
            C("exam_item", "varchar(40)", "test_name", "检查项目"),
            C("modality", "varchar(8)", "category"),
            C("study_uid", "varchar(64)", "record_id"),
            C("exam_time", "timestamp", "timestamp"),
            C("findings", "text", "free_text", "影像所见", holds=("person_name", "resident_id", "visit_id", "date")),
            C("impression", "text", "free_text", "诊断意见", holds=("person_name", "mobile_phone", "date")),
            C("bgys", "varchar(20)", "person_name", "报告医生"),
            C("device_ae", "varchar(16)", "device_id", identifier="none"),
        ),
    ),
)
