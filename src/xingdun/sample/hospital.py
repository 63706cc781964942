"""Facts of the institution the sample database belongs to, as plain data for the platform's first records.

Nothing here is a person: accounts are named for the role they show.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Profile:
    """What an institution's record says of it; the field names are those of organisation.Institution."""

    name: str
    english_name: str
    kind: str
    tier: str
    region_code: str
    internet_hospital: bool
    face_recognition: bool
    cross_border: bool
    cloud: bool
    artificial_intelligence: bool
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Department:
    """A department in both languages."""

    code: str
    zh: str
    en: str
    kind: Literal["clinical", "technical", "administrative"]


@dataclass(frozen=True, slots=True)
class Account:
    """An account that shows a role; `role` is a value of frame.roles.Role."""

    login: str
    zh: str
    en: str
    role: str
    department: str


@dataclass(frozen=True, slots=True)
class Network:
    """A network as it is found: entered by no grading yet. Its departments by their codes.

    persons_held: natural persons whose data it holds, None while nobody has counted; in_operation_since: None of one
    that is planned.
    """

    code: str
    name: str
    purpose: str
    competent_department: str
    operating_department: str
    it_department: str
    user_department: str
    in_operation_since: date | None
    persons_held: int | None
    technologies: tuple[str, ...] = ()
    carries_internet_care: bool = False


PROFILE = Profile(
    name="杏林示范医院 (合成)",
    english_name="Xinglin Demonstration Hospital (synthetic)",
    kind="hospital",
    tier="tertiary",
    region_code="",  # it stands nowhere
    internet_hospital=True,
    face_recognition=True,
    cross_border=False,
    cloud=False,
    artificial_intelligence=True,
    synthetic=True,
)

_DEPARTMENTS = """\
0101|呼吸与危重症医学科|Respiratory and Critical Care Medicine|clinical
0102|心血管内科|Cardiology|clinical
0103|神经内科|Neurology|clinical
0104|消化内科|Gastroenterology|clinical
0105|内分泌科|Endocrinology|clinical
0106|肾内科|Nephrology|clinical
0107|风湿免疫科|Rheumatology and Immunology|clinical
0108|血液内科|Haematology|clinical
0109|感染性疾病科|Infectious Diseases|clinical
0110|肿瘤科|Oncology|clinical
0201|普通外科|General Surgery|clinical
0202|神经外科|Neurosurgery|clinical
0203|骨科|Orthopaedics|clinical
0204|泌尿外科|Urology|clinical
0205|心胸外科|Cardiothoracic Surgery|clinical
0301|妇产科|Obstetrics and Gynaecology|clinical
0302|新生儿科|Neonatology|clinical
0303|儿科|Paediatrics|clinical
0401|眼科|Ophthalmology|clinical
0402|耳鼻咽喉科|Otorhinolaryngology|clinical
0403|口腔科|Stomatology|clinical
0404|皮肤科|Dermatology|clinical
0405|精神心理科|Psychiatry|clinical
0501|急诊科|Emergency|clinical
0502|重症医学科|Intensive Care|clinical
0503|康复医学科|Rehabilitation|clinical
0504|中医科|Traditional Chinese Medicine|clinical
0601|健康管理中心|Health Management Centre|clinical
0602|互联网医院管理办公室|Internet Hospital Office|administrative
0701|检验科|Clinical Laboratory|technical
0702|放射科|Radiology|technical
0703|超声医学科|Ultrasound|technical
0704|病理科|Pathology|technical
0705|药学部|Pharmacy|technical
0706|麻醉科|Anaesthesiology|technical
0707|输血科|Blood Transfusion|technical
0708|临床研究中心|Clinical Research Centre|technical
0801|院办公室|Director's Office|administrative
0802|医务部|Medical Affairs|administrative
0803|护理部|Nursing|administrative
0804|财务部|Finance|administrative
0805|医保办公室|Medical Insurance Office|administrative
0806|信息中心|Information Centre|administrative
0807|公共卫生科|Public Health|administrative
0808|法务部|Legal Affairs|administrative
0809|审计部|Internal Audit|administrative
0810|病案室|Medical Records|administrative
0811|设备科|Equipment|administrative
0812|客户服务中心|Patient Services|administrative
0813|数据安全管理办公室|Data Security Office|administrative
"""


def _department(line: str) -> Department:
    code, zh, en, kind = line.split("|")
    if kind == "clinical":
        return Department(code, zh, en, "clinical")
    return Department(code, zh, en, "technical" if kind == "technical" else "administrative")


DEPARTMENTS = tuple(_department(line) for line in _DEPARTMENTS.splitlines())

ACCOUNTS = (
    Account("dso", "数据安全官 示例", "Data security officer (example)", "dso", "0813"),
    Account("secadmin", "安全管理员 示例", "Security administrator (example)", "security_admin", "0806"),
    Account("sysadmin", "系统管理员 示例", "System administrator (example)", "system_admin", "0806"),
    Account("auditor", "审计员 示例", "Auditor (example)", "auditor", "0809"),
    Account("head-lab", "检验科主任 示例", "Head of laboratory (example)", "department_head", "0701"),
    Account("head-records", "病案室主任 示例", "Head of medical records (example)", "department_head", "0810"),
    Account("clinician", "临床医师 示例", "Clinician (example)", "applicant", "0102"),
    Account("researcher", "研究人员 示例", "Researcher (example)", "applicant", "0708"),
    Account("keyholder-a", "密钥保管人甲 示例", "Key holder A (example)", "key_holder", "0802"),
    Account("keyholder-b", "密钥保管人乙 示例", "Key holder B (example)", "key_holder", "0807"),
    Account("legal", "法务人员 示例", "Legal (example)", "legal", "0808"),
    Account("director", "院长 示例", "Head of institution (example)", "head", "0801"),
)

NETWORKS = (
    Network(
        "HIS",
        "医院信息系统 (合成)",
        "挂号、收费、医嘱与病历",
        "0802",
        "0806",
        "0806",
        "0802",
        date(2016, 5, 1),
        1_280_000,
    ),
    Network(
        *("IHP", "互联网医院平台 (合成)", "在线复诊与处方流转", "0602", "0806", "0806", "0602"),
        date(2021, 9, 1),
        96_000,
        ("mobile",),
        carries_internet_care=True,
    ),
    Network(
        *("PACS", "医学影像系统 (合成)", "影像存储、阅片与辅助诊断", "0802", "0806", "0806", "0702"),
        date(2018, 3, 1),
        640_000,
        ("artificial_intelligence",),
    ),
    Network(
        *("RDP", "临床科研数据平台 (合成)", "去标识化数据的统计与建模", "0708", "0806", "0806", "0708"),
        None,
        None,
        ("big_data",),
    ),
)
