"""What the hospital tells the authorities, and what it studies: notifiable diseases, vaccination, research, genes."""

from datetime import date

import numpy as np
import polars as pl

from xingdun.sample import identifiers
from xingdun.sample.declaration import Column as C  # noqa: N817 - named hundreds of times
from xingdun.sample.declaration import Table, World
from xingdun.sample.draw import FIRST_DAY, Draw, either
from xingdun.sample.tables.encounters import SEX_WORDS
from xingdun.sample.tables.people import serial
from xingdun.sample.vocabulary import administration, medicine, persons


def _report_cards(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    names, classes = zip(*medicine.NOTIFIABLE, strict=True)
    disease = draw.places(rows, len(names), medicine.NOTIFIABLE_WEIGHTS)
    found = draw.moments(rows)
    reporters = draw.rows_of(world["his.staff_info"], rows)
    return pl.DataFrame(
        {
            "卡片编号": serial(rows, 8, "CRB"),
            "patient_id": patients["patient_id"],
            "患者姓名": patients["xm"],
            "身份证号": patients["sfzh"],
            "性别": patients["xb"].replace_strict(SEX_WORDS),
            "出生日期": patients["csrq"].dt.strftime("%Y-%m-%d"),
            "人群分类": patients["occupation"],
            "现住址": patients["home_addr"],
            "联系电话": patients["mobile"],
            "疾病名称": pl.Series(names).gather(disease),
            "传染病类别": pl.Series(classes).gather(disease),
            "病例分类": draw.pick(rows, ["确诊病例", "临床诊断病例", "疑似病例", "病原携带者"], [6, 3, 1, 1]),
            "发病日期": found.cast(pl.Date),
            "诊断时间": draw.later(found, 60, 6000),
            "报告医生": reporters["emp_name"],
            "报告时间": draw.later(found, 6000, 8000),
            "备注": draw.sometimes(draw.pick(rows, ["密切接触者3人", "已转定点医院", "订正报告", "家庭聚集"]), 0.2),
        }
    )


def _vaccinations(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    return pl.DataFrame(
        {
            "jz_id": np.arange(1, rows + 1),
            "patient_id": patients["patient_id"],
            "child_name": patients["xm"],
            "jhr_xm": draw.names(draw.chance(rows, 0.4)),
            "jhr_dh": draw.phones(rows),
            "vaccine": draw.pick(rows, medicine.VACCINES),
            "dose_no": draw.numbers(rows, 1, 4),
            "ph": draw.digits(rows, 8, "Y"),
            "site": draw.pick(rows, ["左上臂", "右上臂", "左大腿", "口服"]),
            "jzrq": draw.days(rows),
            "reaction": draw.sometimes(draw.pick(rows, ["无", "局部红肿", "低热", "皮疹"], [90, 6, 3, 1]), 0.8),
        }
    )


def _projects(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    titles = list(administration.PROJECTS)
    leaders = draw.rows_of(world["his.staff_info"], rows)
    return pl.DataFrame(
        {
            "project_no": serial(rows, 3, "KY2024-"),
            "title": [f"{titles[row % len(titles)]}（第{row // len(titles) + 1}期）" for row in range(rows)],
            "pi_no": leaders["emp_no"],
            "pi_name": leaders["emp_name"],
            "ethics_no": draw.digits(rows, 4, "LL-2024-"),
            "funding": pl.Series(draw.numbers(rows, 5, 200) * 10_000),
            "start_date": draw.days(rows, FIRST_DAY, date(2025, 6, 30)),
            "hgr_approval": draw.sometimes(draw.digits(rows, 6, "HGR"), 0.3),
        }
    )


def _subjects(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    patients = draw.rows_of(world["his.pat_master"], rows)
    return pl.DataFrame(
        {
            "subject_no": serial(rows, 6, "S"),
            "project_no": draw.rows_of(world["research.project"], rows)["project_no"],
            "patient_id": patients["patient_id"],
            "initials": draw.pick(rows, ["WXM", "LJG", "ZHY", "CMF", "LYT", "HZQ", "SXW"]),
            "birth_year": patients["csrq"].dt.year(),
            "sex": either(patients["xb"].to_numpy() == "1", "M", "F"),
            "arm": draw.pick(rows, ["试验组", "对照组", "观察队列"]),
            "consent_date": draw.days(rows),
            "smoking": draw.pick(rows, ["从不", "已戒", "吸烟"], [6, 2, 2]),
            "bmi": np.round(draw.rng.normal(23.8, 3.2, rows), 1),
            "outcome": draw.pick(rows, ["缓解", "稳定", "进展", "失访", "死亡"], [3, 4, 2, 1, 0.5]),
            "memo": draw.sometimes(patients["xm"] + "，电话" + patients["mobile"] + "，末次随访失约", 0.1),
        }
    )


def _sequences(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    subjects = draw.rows_of(world["research.cohort_subject"], rows)
    sequences = pl.Series(identifiers.dna(draw.rng, draw.numbers(rows, 240, 900)))
    sample = serial(rows, 7, "DNA")
    gene = draw.pick(rows, medicine.GENES)
    fasta = ">" + sample + "|" + gene + "\n" + sequences.str.replace_all(r"(.{60})", "$1\n").str.strip_suffix("\n")
    return pl.DataFrame(
        {
            "sample_no": sample,
            "subject_no": subjects["subject_no"],
            "gene": gene,
            "variant": draw.pick(rows, medicine.VARIANTS),
            "meaning": draw.pick(rows, medicine.CLINICAL_MEANING, [5, 8, 30, 20, 37]),
            "fasta": fasta,
            "flank": sequences.str.slice(0, 40),
            "platform": draw.pick(rows, ["NGS-A", "NGS-B", "Sanger"]),
            "tested_at": draw.moments(rows),
            "lab": draw.pick(rows, ["本院临床研究中心", *administration.SUPPLIER_WORDS[:3]]) + "",
            "operator": draw.rows_of(world["his.staff_info"], rows)["emp_no"],
        }
    )


def _consents(world: World, draw: Draw, rows: int) -> pl.DataFrame:
    subjects = draw.rows_of(world["research.cohort_subject"], rows)
    people = subjects.select("patient_id").join(
        world["his.pat_master"], on="patient_id", how="left", maintain_order="left"
    )
    return pl.DataFrame(
        {
            "consent_id": np.arange(1, rows + 1),
            "subject_no": subjects["subject_no"],
            "signer": people["xm"],
            "signer_id_no": people["sfzh"],
            "relation": draw.pick(rows, ["本人", *persons.RELATIONS[:5]], [90, 2, 2, 2, 2, 2]),
            "signed_on": subjects["consent_date"],
            "scope": draw.pick(rows, ["本项目", "本项目及后续研究", "本项目，不含基因数据"]),
            "withdrawn": draw.chance(rows, 0.03),
        }
    )


_PATIENT = C("patient_id", "varchar(12)", "patient_id", to="his.pat_master(patient_id)")
_SUBJECT = C(
    "subject_no",
    "varchar(12)",
    "patient_id",
    "受试者编号",
    to="research.cohort_subject(subject_no)",
    identifier="quasi",
)

TABLES = (
    Table(
        "his.传染病报告卡",
        "中华人民共和国传染病报告卡 (院内登记)",
        about="patient",
        business="public_health",
        special=("C2", "C3"),
        rows=2_000,
        make=_report_cards,
        key="卡片编号",
        indexes=("patient_id", "疾病名称"),
        columns=(
            C("卡片编号", "varchar(16)", "record_id"),
            _PATIENT,
            C("患者姓名", "varchar(20)", "person_name"),
            C("身份证号", "varchar(18)", "resident_id"),
            C("性别", "varchar(2)", "sex"),
            C("出生日期", "varchar(10)", "date_of_birth"),
            C("人群分类", "varchar(12)", "occupation", identifier="quasi"),
            C("现住址", "varchar(120)", "address"),
            C("联系电话", "varchar(16)", "mobile_phone"),
            C("疾病名称", "varchar(40)", "infectious_disease"),
            C("传染病类别", "varchar(8)", "infectious_disease", "甲乙丙类"),
            C("病例分类", "varchar(16)", "category", identifier="sensitive"),
            C("发病日期", "date", "date"),
            C("诊断时间", "timestamp", "timestamp"),
            C("报告医生", "varchar(20)", "person_name"),
            C("报告时间", "timestamp", "timestamp"),
            C("备注", "varchar(60)", "free_text", identifier="sensitive"),
        ),
    ),
    Table(
        "his.yfjz",
        "预防接种",
        about="patient",
        business="public_health",
        special=("C3",),
        rows=6_000,
        make=_vaccinations,
        key="jz_id",
        indexes=("patient_id",),
        columns=(
            C("jz_id", "bigint generated by default as identity", "record_id"),
            _PATIENT,
            C("child_name", "varchar(20)", "person_name", "受种者"),
            C("jhr_xm", "varchar(20)", "person_name", "监护人姓名"),
            C("jhr_dh", "varchar(11)", "mobile_phone"),
            C("vaccine", "varchar(24)", "vaccination", "疫苗名称"),
            C("dose_no", "smallint", "sequence_number", "剂次"),
            C("ph", "varchar(16)", "code", "批号"),
            C("site", "varchar(8)", "category"),
            C("jzrq", "date", "date", "接种日期"),
            C("reaction", "varchar(12)", "category", "异常反应", identifier="sensitive"),
        ),
    ),
    Table(
        "research.project",
        "科研项目",
        about="nobody",
        business="research",
        rows=24,
        fixed=True,
        make=_projects,
        key="project_no",
        columns=(
            C("project_no", "varchar(16)", "record_id", "项目编号"),
            C("title", "varchar(80)", "unclassified"),
            C("pi_no", "varchar(8)", "staff_id", to="his.staff_info(emp_no)", identifier="direct"),
            C("pi_name", "varchar(20)", "person_name", "项目负责人", identifier="direct"),
            C("ethics_no", "varchar(20)", "code", "伦理批件号"),
            C("funding", "numeric(12,2)", "amount"),
            C("start_date", "date", "date"),
            C("hgr_approval", "varchar(20)", "code", "人类遗传资源审批号"),
        ),
    ),
    Table(
        "research.cohort_subject",
        "研究队列受试者",
        about="patient",
        business="research",
        rows=3_000,
        make=_subjects,
        key="subject_no",
        indexes=("project_no", "patient_id"),
        columns=(
            C("subject_no", "varchar(12)", "patient_id", "受试者编号", identifier="quasi"),
            C("project_no", "varchar(16)", "record_id", to="research.project(project_no)"),
            _PATIENT,
            C("initials", "varchar(6)", "person_name", identifier="quasi"),
            C("birth_year", "smallint", "date_of_birth"),
            C("sex", "char(1)", "sex"),
            C("arm", "varchar(12)", "category"),
            C("consent_date", "date", "date"),
            C("smoking", "varchar(8)", "category", identifier="sensitive"),
            C("bmi", "numeric(4,1)", "vital_sign"),
            C("outcome", "varchar(8)", "category", "结局", identifier="sensitive"),
            C("memo", "varchar(120)", "free_text", holds=("person_name", "mobile_phone")),
        ),
    ),
    Table(
        "research.gene_seq",
        "基因检测序列",
        about="patient",
        business="research",
        special=("C2",),
        rows=1_500,
        make=_sequences,
        key="sample_no",
        indexes=("subject_no",),
        columns=(
            C("sample_no", "varchar(16)", "record_id", "样本编号"),
            _SUBJECT,
            C("gene", "varchar(16)", "gene_variant", "基因"),
            C("variant", "varchar(24)", "gene_variant", "变异位点"),
            C("meaning", "varchar(12)", "category", "临床意义", identifier="sensitive"),
            C("fasta", "text", "gene_sequence", "测序序列"),
            C("flank", "varchar(60)", "gene_sequence"),
            C("platform", "varchar(12)", "category"),
            C("tested_at", "timestamp", "timestamp"),
            C("lab", "varchar(40)", "organisation_name", "检测机构"),
            C("operator", "varchar(8)", "staff_id", to="his.staff_info(emp_no)"),
        ),
    ),
    Table(
        "research.zqtys",
        "知情同意书",
        about="patient",
        business="research",
        rows=2_600,
        make=_consents,
        key="consent_id",
        indexes=("subject_no",),
        columns=(
            C("consent_id", "bigint generated by default as identity", "record_id"),
            _SUBJECT,
            C("signer", "varchar(20)", "person_name", "签署人"),
            C("signer_id_no", "varchar(18)", "resident_id"),
            C("relation", "varchar(8)", "relationship"),
            C("signed_on", "date", "date"),
            C("scope", "varchar(40)", "category", "同意范围"),
            C("withdrawn", "boolean", "flag", "是否撤回"),
        ),
    ),
)
