"""Money: bills, their details, settlement with the medical insurance, suppliers."""

import numpy as np
import polars as pl

from xingdun.sample import identifiers
from xingdun.sample.declaration import Column as C  # noqa: N817 - named hundreds of times
from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import Draw, either
from xingdun.sample.tables.people import serial
from xingdun.sample.vocabulary import administration, persons, places

SETTLEMENT_START = 2_024_000_001


def _bills(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    visits = draw.rows_of(world["his.outp_visit"], rows)
    total = np.round(draw.rng.gamma(2.0, 160.0, rows) + 5, 2)
    covered = np.round(total * draw.rng.uniform(0, 0.9, rows), 2)
    return pl.DataFrame(
        {
            "bill_no": serial(rows, 10, "SF"),
            "patient_id": visits["patient_id"],
            "visit_no": visits["visit_no"],
            "zje": total,
            "ybzf": covered,
            "zfje": np.round(total - covered, 2),
            "pay_way": draw.pick(rows, administration.PAY_WAYS, [45, 25, 12, 6, 12]),
            "trade_no": draw.digits(rows, 20, "42000"),
            "invoice_no": draw.digits(rows, 10),
            "cashier": draw.rows_of(world["his.staff_info"], rows)["emp_no"],
            "sfsj": draw.later(visits["visit_time"], 3, 60),
        }
    )


def _bill_details(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    bills = world["his.fee_bill"]
    items = draw.rows_of(world["his.fee_item_dict"], rows)
    amount = pl.Series(draw.numbers(rows, 1, 4))
    price = items["unit_price"].cast(pl.Float64)
    return pl.DataFrame(
        {
            "detail_id": np.arange(1, rows + 1),
            "bill_no": bills["bill_no"].gather(np.sort(draw.places(rows, bills.height))),
            "item_code": items["item_code"],
            "item_name": items["xm"],
            "quantity": amount,
            "dj": price,
            "je": (price * amount).round(2),
            "zxks": draw.rows_of(world["his.dept_dict"], rows)["dept_code"],
        }
    )


def _settlements(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    bills = draw.rows_of(world["his.fee_bill"], rows)
    people = bills.select("patient_id").join(
        world["his.pat_master"], on="patient_id", how="left", maintain_order="left"
    )
    kind = draw.pick(rows, administration.PAY_KINDS[:2], [6, 4])
    return pl.DataFrame(
        {
            "js_id": serial(rows, 1, "", SETTLEMENT_START).cast(pl.Int64),
            "bill_no": bills["bill_no"],
            "psn_no": draw.digits(rows, 16, "3371"),
            "ybh": people["ybkh"],
            "psn_name": people["xm"],
            "certno": people["sfzh"],
            "insutype": kind,
            "medfee_sumamt": bills["zje"],
            "fund_pay_sumamt": bills["ybzf"],
            "acct_pay": (bills["zfje"] * 0.3).round(2),
            "refund_card": draw.sometimes(draw.cards(rows), 0.4),
            "bank_name": draw.sometimes(draw.pick(rows, persons.BANKS), 0.4),
            "setl_time": bills["sfsj"],
            "upload_flag": draw.pick(rows, ["已上传", "未上传", "上传失败"], [95, 4, 1]),
        }
    )


def _suppliers(_world: World, draw: Draw, rows: int) -> pl.DataFrame:
    names = draw.pick(rows, places.CITIES) + draw.pick(rows, administration.SUPPLIER_WORDS)
    return pl.DataFrame(
        {
            "gys_id": np.arange(1, rows + 1),
            "gysmc": names + draw.pick(rows, administration.SUPPLIER_KINDS),
            "tyshxydm": identifiers.credit_codes(draw.rng, rows, places.PROVINCE_CODES),
            "legal_person": draw.names(draw.chance(rows, 0.7)),
            "contact": draw.names(draw.chance(rows, 0.5)),
            "contact_tel": draw.phones(rows),
            "fax": draw.sometimes(draw.landlines(rows), 0.7),
            "address": draw.homes(rows),
            "bank_account": draw.digits(rows, 15, "3300"),
            "email": draw.mails(rows),
            "delivery_plate": draw.sometimes(identifiers.plates(draw.rng, rows, places.PLATE_CHARACTERS), 0.6),
            "supply": draw.pick(rows, administration.SUPPLY),
            "blacklist": either(draw.chance(rows, 0.02), "是", "否"),
        }
    )


TABLES = (
    Table(
        "his.fee_bill",
        "门诊收费",
        about="patient",
        business="operations",
        rows=36_000,
        make=_bills,
        key="bill_no",
        indexes=("patient_id", "visit_no"),
        columns=(
            C("bill_no", "varchar(16)", "record_id", "收费单号"),
            C("patient_id", "varchar(12)", "patient_id", to="his.pat_master(patient_id)"),
            C("visit_no", "varchar(16)", "visit_id", to="his.outp_visit(visit_no)"),
            C("zje", "numeric(12,2)", "amount", "总金额"),
            C("ybzf", "numeric(12,2)", "amount"),
            C("zfje", "numeric(12,2)", "amount", "自付金额"),
            C("pay_way", "varchar(12)", "category", "支付方式"),
            C("trade_no", "varchar(32)", "record_id"),
            C("invoice_no", "varchar(16)", "record_id", "发票号"),
            C("cashier", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
            C("sfsj", "timestamp", "timestamp"),
        ),
    ),
    Table(
        "his.fee_detail",
        "收费明细",
        about="patient",
        business="operations",
        rows=60_000,
        make=_bill_details,
        key="detail_id",
        indexes=("bill_no", "item_code"),
        columns=(
            C("detail_id", "bigint generated by default as identity", "record_id"),
            C("bill_no", "varchar(16)", "record_id", to="his.fee_bill(bill_no)"),
            C("item_code", "varchar(12)", "procedure_code", to="his.fee_item_dict(item_code)"),
            C("item_name", "varchar(60)", "procedure_name", "项目名称"),
            C("quantity", "integer", "quantity"),
            C("dj", "numeric(10,2)", "amount", "单价"),
            C("je", "numeric(12,2)", "amount"),
            C("zxks", "varchar(8)", "department", "执行科室", to="his.dept_dict(dept_code)"),
        ),
    ),
    Table(
        "his.yb_settle",
        "医保结算",
        about="patient",
        business="operations",
        rows=20_000,
        make=_settlements,
        key="js_id",
        indexes=("bill_no", "psn_no"),
        columns=(
            C("js_id", "bigint", "record_id", "结算ID"),
            C("bill_no", "varchar(16)", "record_id", to="his.fee_bill(bill_no)"),
            C("psn_no", "varchar(30)", "insurance_number", "人员编号"),
            C("ybh", "varchar(20)", "insurance_number", "医保号"),
            C("psn_name", "varchar(20)", "person_name"),
            C("certno", "varchar(18)", "resident_id", "证件号码"),
            C("insutype", "varchar(16)", "insurance_type", "险种类型"),
            C("medfee_sumamt", "numeric(12,2)", "amount"),
            C("fund_pay_sumamt", "numeric(12,2)", "amount"),
            C("acct_pay", "numeric(12,2)", "amount"),
            C("refund_card", "varchar(19)", "bank_card"),
            C("bank_name", "varchar(20)", "organisation_name", "开户行"),
            C("setl_time", "timestamp", "timestamp"),
            C("upload_flag", "varchar(8)", "category"),
        ),
    ),
    Table(
        "his.gys_info",
        "供应商",
        about="partner",
        business="operations",
        rows=240,
        make=_suppliers,
        key="gys_id",
        columns=(
            C("gys_id", "integer generated by default as identity", "record_id"),
            C("gysmc", "varchar(80)", "organisation_name", "供应商名称"),
            C("tyshxydm", "char(18)", "social_credit_code"),
            C("legal_person", "varchar(20)", "person_name", "法定代表人"),
            C("contact", "varchar(20)", "person_name"),
            C("contact_tel", "varchar(11)", "mobile_phone"),
            C("fax", "varchar(16)", "landline_phone", identifier="none"),
            C("address", "varchar(120)", "address", identifier="none"),
            C("bank_account", "varchar(24)", "code", "对公账号"),
            C("email", "varchar(60)", "email"),
            C("delivery_plate", "varchar(10)", "plate", "送货车牌"),
            C("supply", "varchar(20)", "category"),
            C("blacklist", "char(1)", "flag"),
        ),
    ),
)
