"""Around care: follow-up, complaints, devices and their logs, the system's accounts and its audit trail."""

import numpy as np
import polars as pl

from xingdun.sample import identifiers
from xingdun.sample.declaration import Column as C  # noqa: N817 - named hundreds of times
from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import Draw, either
from xingdun.sample.tables.clinical import sentence_slots
from xingdun.sample.tables.people import serial
from xingdun.sample.vocabulary import administration, phrases, places
from xingdun.sample.writing import fill


def _follow_ups(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    admissions = draw.rows_of(world["his.inp_adm"], rows)
    slots = sentence_slots(
        world, draw, admissions.select("patient_id", no="zyh", at="rysj", diagnosis="ryzd", doctor_no="zzys")
    )
    slots["city"] = draw.pick(rows, places.CITIES)
    callers = draw.rows_of(world["his.staff_info"], rows)
    return pl.DataFrame(
        {
            "sf_id": np.arange(1, rows + 1),
            "zyh": admissions["zyh"],
            "patient_id": admissions["patient_id"],
            "callee_phone": slots["contact_phone"],
            "call_time": draw.later(admissions["rysj"], 10_000, 60_000),
            "seconds": draw.numbers(rows, 0, 600),
            "connected": draw.chance(rows, 0.82),
            "sfnr": fill(draw, phrases.FOLLOW_UP, slots),
            "satisfaction": draw.sometimes(pl.Series(draw.numbers(rows, 1, 6)).cast(pl.String), 0.7),
            "caller": callers["emp_no"],
            "recording": "/rec/" + serial(rows, 8) + ".wav",
        }
    )


def _complaints(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    visits = draw.rows_of(world["his.outp_visit"], rows)
    slots = sentence_slots(
        world, draw, visits.select("patient_id", "doctor_no", no="visit_no", at="visit_time", diagnosis="main_diag")
    )
    slots |= {
        "card": draw.cards(rows),
        "plate": identifiers.plates(draw.rng, rows, places.PLATE_CHARACTERS),
        "email": draw.mails(rows),
    }
    return pl.DataFrame(
        {
            "投诉编号": serial(rows, 5, "TS"),
            "投诉人": slots["name"].zip_with(draw.kept(rows, 0.5), slots["contact"]),
            "联系方式": slots["contact_phone"].zip_with(draw.kept(rows, 0.85), slots["email"]),
            "车牌号": draw.sometimes(slots["plate"], 0.2),
            "被投诉科室": slots["department"],
            "投诉类别": draw.pick(rows, phrases.GRIEVANCE_KINDS),
            "投诉内容": fill(draw, phrases.GRIEVANCES, slots),
            "受理时间": draw.later(visits["visit_time"], 60, 20_000),
            "处理人工号": draw.rows_of(world["his.staff_info"], rows)["emp_no"],
            "处理结果": draw.pick(rows, ["已答复", "处理中", "已转科室", "不予受理"], [7, 2, 1, 0.3]),
        }
    )


def _devices(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    kinds, groups = zip(*administration.DEVICE_KINDS, strict=True)
    kind = draw.places(rows, len(kinds))
    return pl.DataFrame(
        {
            "sb_no": serial(rows, 5, "SB"),
            "sbmc": pl.Series(kinds).gather(kind),
            "sb_group": pl.Series(groups).gather(kind),
            "maker": draw.pick(rows, administration.DEVICE_MAKERS),
            "serial_number": draw.digits(rows, 12, "SN"),
            "ip_addr": identifiers.addresses_v4(draw.rng, rows),
            "mac": identifiers.hardware_addresses(draw.rng, rows),
            "dept_code": draw.rows_of(world["his.dept_dict"], rows)["dept_code"],
            "gys_id": draw.rows_of(world["his.gys_info"], rows)["gys_id"],
            "keeper": draw.rows_of(world["his.staff_info"], rows)["emp_name"],
            "purchase_price": pl.Series(draw.numbers(rows, 2, 900) * 5_000),
            "qyrq": draw.days(rows),
        }
    )


def _device_log(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    devices = draw.rows_of(world["his.sb_zc"], rows)
    users = draw.rows_of(world["his.staff_info"], rows)
    source = identifiers.addresses_v4(draw.rng, rows)
    slots = {"ip": source, "user": users["emp_no"], "count": pl.Series(draw.numbers(rows, 1, 99))}
    return pl.DataFrame(
        {
            "log_id": np.arange(1, rows + 1),
            "sb_no": devices["sb_no"],
            "ts": draw.moments(rows).sort(),
            "level": draw.pick(rows, administration.LEVELS, [90, 8, 2]),
            "src_ip": source,
            "port": draw.numbers(rows, 1024, 65_536),
            "message": fill(draw, administration.DEVICE_EVENTS, slots),
        }
    )


def _accounts(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    staff = world["his.staff_info"].head(rows)
    return pl.DataFrame(
        {
            "user_id": np.arange(1, rows + 1),
            "login_name": staff["emp_no"].str.to_lowercase(),
            "real_name": staff["emp_name"],
            "emp_no": staff["emp_no"],
            "pwd_hash": draw.digits(rows, 44, "SYNTHETIC$"),
            "role_code": draw.pick(rows, administration.HIS_ROLES, [30, 40, 6, 6, 6, 5, 1, 3]),
            "sjhm": staff["tel"],
            "last_login_ip": identifiers.addresses_v4(draw.rng, rows),
            "last_login": draw.moments(rows),
            "locked": either(draw.chance(rows, 0.02), "Y", "N"),
        }
    )


def _audit(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    users = draw.rows_of(world["his.sys_user"], rows)
    patients = draw.rows_of(world["his.pat_master"], rows)
    action = draw.pick(rows, administration.AUDIT_ACTIONS, [15, 12, 40, 8, 8, 2, 30, 1, 0.2])
    told = draw.pick(rows, ["查询患者 ", "打印报告 ", "打开病历 "]) + patients["xm"] + " " + patients["sfzh"]
    return pl.DataFrame(
        {
            "audit_id": np.arange(1, rows + 1),
            "op_time": draw.moments(rows).sort(),
            "user_id": users["user_id"],
            "czy": users["real_name"],
            "action": action,
            "client_ip": identifiers.addresses_v4(draw.rng, rows),
            "patient_id": draw.sometimes(patients["patient_id"], 0.7),
            "detail": draw.sometimes(told, 0.3),
            "result": draw.pick(rows, ["成功", "失败"], [98, 2]),
        }
    )


_PATIENT = C("patient_id", "varchar(12)", "patient_id", to="his.pat_master(patient_id)")

TABLES = (
    Table(
        "his.sf_record",
        "出院随访",
        about="patient",
        business="clinical",
        rows=5_000,
        make=_follow_ups,
        key="sf_id",
        indexes=("zyh", "patient_id"),
        columns=(
            C("sf_id", "bigint generated by default as identity", "record_id"),
            C("zyh", "varchar(16)", "visit_id", to="his.inp_adm(zyh)"),
            _PATIENT,
            C("callee_phone", "varchar(16)", "mobile_phone"),
            C("call_time", "timestamp", "timestamp"),
            C("seconds", "integer", "quantity", "通话时长"),
            C("connected", "boolean", "flag"),
            C("sfnr", "text", "free_text", "随访内容", holds=("person_name", "mobile_phone")),
            C("satisfaction", "char(1)", "category"),
            C("caller", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
            C("recording", "varchar(40)", "url", "录音文件"),
        ),
    ),
    Table(
        "his.投诉登记",
        "投诉登记",
        about="patient",
        business="operations",
        rows=600,
        make=_complaints,
        key="投诉编号",
        columns=(
            C("投诉编号", "varchar(12)", "record_id"),
            C("投诉人", "varchar(20)", "person_name"),
            C("联系方式", "varchar(60)", "mobile_phone", holds=("email",)),
            C("车牌号", "varchar(10)", "plate"),
            C("被投诉科室", "varchar(40)", "department"),
            C("投诉类别", "varchar(12)", "category"),
            C(
                "投诉内容",
                "text",
                "free_text",
                holds=("person_name", "mobile_phone", "resident_id", "bank_card", "address", "plate", "email", "date"),
            ),
            C("受理时间", "timestamp", "timestamp"),
            C("处理人工号", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
            C("处理结果", "varchar(12)", "category"),
        ),
    ),
    Table(
        "his.sb_zc",
        "设备资产",
        about="nobody",
        business="operations",
        rows=480,
        make=_devices,
        key="sb_no",
        columns=(
            C("sb_no", "varchar(12)", "device_id", "设备编号"),
            C("sbmc", "varchar(40)", "unclassified", "设备名称"),
            C("sb_group", "varchar(12)", "category"),
            C("maker", "varchar(40)", "organisation_name"),
            C("serial_number", "varchar(24)", "device_id", "序列号"),
            C("ip_addr", "varchar(15)", "ip_address"),
            C("mac", "char(17)", "device_id"),
            C("dept_code", "varchar(8)", "department", to="his.dept_dict(dept_code)"),
            C("gys_id", "integer", "record_id", to="his.gys_info(gys_id)"),
            C("keeper", "varchar(20)", "person_name", "保管人", identifier="direct"),
            C("purchase_price", "numeric(14,2)", "amount"),
            C("qyrq", "date", "date"),
        ),
    ),
    Table(
        "his.device_log",
        "设备日志",
        about="nobody",
        business="operations",
        rows=12_000,
        make=_device_log,
        key="log_id",
        indexes=("sb_no", "ts"),
        columns=(
            C("log_id", "bigint generated by default as identity", "record_id"),
            C("sb_no", "varchar(12)", "device_id", to="his.sb_zc(sb_no)"),
            C("ts", "timestamp", "timestamp"),
            C("level", "varchar(8)", "category"),
            C("src_ip", "inet", "ip_address", identifier="direct"),
            C("port", "integer", "code"),
            C("message", "text", "free_text", holds=("ip_address", "staff_id"), identifier="sensitive"),
        ),
    ),
    Table(
        "his.sys_user",
        "系统用户",
        about="staff",
        business="operations",
        rows=2_400,
        make=_accounts,
        key="user_id",
        indexes=("login_name", "emp_no"),
        columns=(
            C("user_id", "bigint generated by default as identity", "staff_id"),
            C("login_name", "varchar(20)", "online_account", "登录名"),
            C("real_name", "varchar(20)", "person_name"),
            C("emp_no", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
            C("pwd_hash", "varchar(80)", "credential", "口令散列", identifier="sensitive"),
            C("role_code", "varchar(12)", "category"),
            C("sjhm", "varchar(11)", "mobile_phone"),
            C("last_login_ip", "varchar(15)", "ip_address"),
            C("last_login", "timestamp", "timestamp"),
            C("locked", "char(1)", "flag"),
        ),
    ),
    Table(
        "his.sys_audit",
        "系统操作审计",
        about="patient",
        business="operations",
        rows=16_000,
        make=_audit,
        key="audit_id",
        indexes=("op_time", "user_id", "patient_id"),
        columns=(
            C("audit_id", "bigint generated by default as identity", "record_id"),
            C("op_time", "timestamp", "timestamp"),
            C("user_id", "bigint", "staff_id", to="his.sys_user(user_id)"),
            C("czy", "varchar(20)", "person_name", "操作员"),
            C("action", "varchar(20)", "category"),
            C("client_ip", "varchar(15)", "ip_address"),
            _PATIENT,
            C("detail", "varchar(120)", "free_text", holds=("person_name", "resident_id")),
            C("result", "varchar(4)", "category"),
        ),
    ),
)
