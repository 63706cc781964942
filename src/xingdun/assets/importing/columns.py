"""The columns of the workbook of networks: headings, what each holds, and the empty template."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from xingdun.assets.models import Technology

Kind = Literal["text", "department", "technologies", "whole", "yes_no", "date"]


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column: the argument of `network_create` it gives, its headings, its kind. most: characters, for a text."""

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    needed: bool = False
    most: int = 2000
    example: object = ""


COLUMNS = (
    ImportColumn("code", "网络编码", "code", needed=True, most=40, example="HIS-01"),
    ImportColumn("name", "网络名称", "name", needed=True, most=120, example="医院信息系统"),
    ImportColumn("competent_department", "主管部门", "competent department", "department"),
    ImportColumn("operating_department", "运营部门", "operating department", "department"),
    ImportColumn("it_department", "信息化部门", "IT department", "department"),
    ImportColumn("user_department", "使用部门", "user department", "department"),
    ImportColumn("purpose", "网络功能", "function", example="门诊、住院、收费业务"),
    ImportColumn("service_scope", "服务范围", "service scope", most=200, example="全院"),
    ImportColumn("service_objects", "服务对象", "served", most=200, example="患者、职工"),
    ImportColumn("data_description", "承载数据", "data held", example="病历、检验、费用"),
    ImportColumn("technologies", "新技术应用", "new technology", "technologies", example="大数据、云计算"),
    ImportColumn("persons_held", "涉及个人信息人数", "persons whose data are held", "whole", example=120000),
    ImportColumn("carries_internet_care", "承载互联网诊疗", "carries care over the internet", "yes_no", example="否"),
    ImportColumn("new", "新建网络", "newly built", "yes_no", example="否"),
    ImportColumn("launch_planned_on", "计划上线日期", "launch planned on", "date"),
    ImportColumn("in_operation_since", "投入运行日期", "in operation since", "date", example="2019-06-01"),
)
BY_HEADING = {heading.casefold(): column for column in COLUMNS for heading in (column.zh, column.en)}
# By what people write, in small letters; the Chinese words are those named where one is not understood.
TECHNOLOGIES = {
    "大数据": Technology.BIG_DATA,
    "人工智能": Technology.ARTIFICIAL_INTELLIGENCE,
    "区块链": Technology.BLOCKCHAIN,
    "云计算": Technology.CLOUD,
    "物联网": Technology.INTERNET_OF_THINGS,
    "移动互联": Technology.MOBILE,
    "工业控制": Technology.INDUSTRIAL_CONTROL,
    "5g": Technology.FIFTH_GENERATION,
    **{str(one.value): one for one in Technology},
}
YES_NO = {"是": True, "yes": True, "否": False, "no": False}


def template(departments: Iterable[str], *, language: str) -> bytes:
    """An empty workbook: headings (needed ones with *), choices for departments and yes/no, an example sheet.

    departments: the names people may choose. language: `zh…` or another, for the headings.
    """
    import xlsxwriter

    chinese = language.startswith("zh")
    made, names = BytesIO(), list(departments)
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet("网络台账" if chinese else "networks")
        example = book.add_worksheet("示例" if chinese else "example")
        listed = book.add_worksheet("部门" if chinese else "departments")
        for place, name in enumerate(names):
            listed.write_string(place, 0, name)
        for place, column in enumerate(COLUMNS):
            heading = (column.zh if chinese else column.en) + ("*" if column.needed else "")
            for sheet in (page, example):
                sheet.write_string(0, place, heading, bold)
                sheet.set_column(place, place, 18, day if column.kind == "date" else None)
            value = names[0] if column.kind == "department" and names else column.example
            example.write(1, place, value)
            choices = _choices(column, len(names), listed.name, chinese=chinese)
            if choices:
                page.data_validation(1, place, 50_000, place, {"validate": "list", "source": choices})
        page.freeze_panes(1, 0)
    return made.getvalue()


def _choices(column: ImportColumn, departments: int, sheet: str, *, chinese: bool) -> object:
    if column.kind == "yes_no":
        return ["是", "否"] if chinese else ["yes", "no"]
    return f"={sheet}!$A$1:$A${departments}" if column.kind == "department" and departments else None
