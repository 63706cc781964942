# noqa: INP001 - a script of the tree, not of a package
"""Builds the Word templates of the papers for authorities; the same bytes each time.

They are kept as files beside their typst twins, so that an institution can lay them out anew in Word: what stands in
`{{ }}` and `{% %}` is filled in. `--check` changes nothing and fails when a kept template is not the one built here.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from xingdun.engines.documents.sheet import Sheet

FOLDER = Path(__file__).resolve().parent.parent / "src/xingdun/assets/filings/templates"


def ticks(name: str) -> str:
    """A line of boxes."""
    return "{% for one in " + name + " %}{{ '☑' if one.on else '□' }}{{ one.words }}　{% endfor %}"


def _side(sheet: Sheet, side: str, words: str, number: str, description: str) -> None:
    sheet.heading(f"({number}){words}安全保护等级的确定", 2)
    sheet.paragraph(f"1. {words}描述：{{{{ {description} }}}}")
    sheet.paragraph(f"2. {words}受到破坏时所侵害客体及侵害程度的确定：")
    each = f"one in {side}.harmed"
    sheet.ledger(each, [("所侵害的客体", "{{ one.object }}"), ("侵害程度", "{{ one.degree }}")], (10, 5.6))
    sheet.paragraph(f"3. {words}安全等级的确定(依据 GB/T 22240-2020 矩阵，【】为本网络所处的格)：")
    heads = ("受侵害的客体", "一般损害", "严重损害", "特别严重损害")
    sheet.ledger(
        f"row in {side}.matrix",
        [(head, f"{{{{ row[{place}] }}}}") for place, head in enumerate(heads)],
        (6.6, 3, 3, 3),
    )
    sheet.paragraph(f"{words}安全保护等级为{{{{ {side}.level }}}}。")


def grading_report() -> bytes:
    """定级报告."""
    sheet = Sheet()
    sheet.title("{{ network }}")
    sheet.title("网络安全等级保护定级报告", size=20)
    sheet.heading("一、网络描述")
    sheet.paragraph(
        "(一)责任主体：{{ institution }}为该网络的运营者，承担网络安全保护责任。主管部门为{{ competent_department }}，"
        "运营部门为{{ operating_department }}，信息化部门为{{ it_department }}，使用部门为{{ user_department }}。"
    )
    sheet.paragraph("(二)基本要素、网络结构与边界设备：{{ structure }}")
    sheet.paragraph("(三)承载业务：{{ business_description }}；网络功能：{{ purpose }}")
    sheet.paragraph("(四)承载数据：{{ data }}")
    sheet.heading("二、安全保护等级的确定")
    _side(sheet, "information", "业务信息", "一", "information_description")
    _side(sheet, "service", "系统服务", "二", "service_description")
    sheet.heading("(三)网络安全保护等级的确定", 2)
    sheet.lines(
        [
            ("网络名称", "{{ network }}({{ code }})"),
            ("业务信息安全保护等级", "{{ information.level }}"),
            ("系统服务安全保护等级", "{{ service.level }}"),
            ("网络安全保护等级", "{{ level }}({{ code_of_level }})"),
            ("定级时间", "{{ determined_on }}"),
        ]
    )
    sheet.paragraph("{% if raised %}等级高于矩阵结果的理由：{{ raised }}{% endif %}")
    sheet.heading("三、评审与审批意见")
    sheet.lines(
        [
            ("专家评审意见", "{{ expert_review }}{% if expert_reviewed_on %}({{ expert_reviewed_on }}){% endif %}"),
            ("上级主管部门意见", "{{ opinion }} {{ opinion_number }} {{ opinion_on }}"),
        ]
    )
    sheet.paragraph("{{ institution }}(盖章)", right=True)
    sheet.paragraph("{{ made_on }}", right=True)
    return sheet.made(title="网络安全等级保护定级报告")


def filing_form() -> bytes:
    """备案表."""
    sheet = Sheet()
    sheet.paragraph("备案表编号：{{ receipt_number }}", indent=False)
    sheet.title("网络安全等级保护")
    sheet.title("备案表")
    sheet.lines(
        [
            ("备案单位(盖章)", "{{ one.name }}"),
            ("备案日期", "{{ made_on }}"),
            ("受理备案单位(盖章)", ""),
            ("受理日期", ""),
        ]
    )
    sheet.paragraph("中华人民共和国公安部监制", indent=False)
    sheet.page_break()
    sheet.heading("表一　单位基本情况")
    pair = (3.2, 4.6, 3.2, 4.6)
    sheet.grid(
        [
            ("01 单位名称", "{{ one.name }}"),
            ("02 单位地址", "{{ one.address }}"),
            ("03 邮政编码", "{{ one.postal_code }}", "04 行政区划代码", "{{ one.region_code }}"),
            ("行政区划", "{{ one.region }}"),
            ("05 单位负责人", "{{ one.head_name }}", "职务/职称", "{{ one.head_title }}"),
            ("办公电话", "{{ one.head_phone }}"),
            ("06 责任部门", "{{ one.department }}"),
            ("07 责任部门联系人", "{{ one.contact_name }}", "职务/职称", "{{ one.contact_title }}"),
            ("办公电话", "{{ one.contact_phone }}", "移动电话", "{{ one.contact_mobile }}"),
            ("电子邮件", "{{ one.contact_email }}"),
            ("08 隶属关系", ticks("one.subordination")),
            ("09 单位类型", ticks("one.form")),
            ("10 行业类别", "{{ one.industry }}"),
            (
                "11 网络总数",
                "{{ one.total }} 个",
                "12 各级网络数",
                "{% for each in one.levels %}{{ each.level }}{{ each.count }}个　{% endfor %}",
            ),
        ],
        pair,
    )
    sheet.page_break()
    sheet.heading("表二　网络基本情况({{ number }})")
    sheet.grid(
        [
            ("01 网络名称", "{{ two.name }}", "02 网络编号", "{{ two.code }}"),
            ("03 业务类型", ticks("two.business")),
            ("业务描述", "{{ two.business_description }}"),
            ("04 服务范围", ticks("two.scope")),
            ("服务对象", ticks("two.served")),
            ("05 覆盖范围", ticks("two.coverage")),
            ("网络性质", ticks("two.nature")),
            ("06 互联情况", ticks("two.interconnection")),
            ("07 采用服务情况", ticks("two.services")),
            ("服务商", "{{ two.provider }}"),
            ("08 等级测评单位", "{{ two.agency }}"),
            ("09 投入运行时间", "{{ two.started }}"),
            ("10 是否分系统", "{{ '是' if two.part else '否' }}", "11 上级系统", "{{ two.parent or '无' }}"),
            ("主管部门", "{{ two.departments[0] }}", "运营部门", "{{ two.departments[1] }}"),
            ("信息化部门", "{{ two.departments[2] }}", "使用部门", "{{ two.departments[3] }}"),
        ],
        pair,
    )
    sheet.paragraph("关键产品使用情况", indent=False)
    sheet.ledger(
        "product in two.products",
        [
            ("产品类型", "{{ product.kind }}"),
            ("数量", "{{ product.number }}"),
            ("国产品使用率", "{{ product.share }}"),
        ],
        (7.6, 4, 4),
    )
    sheet.page_break()
    sheet.heading("表三　网络定级情况({{ number }})")
    for side, words in (("information", "业务信息"), ("service", "系统服务")):
        sheet.paragraph(f"确定{words}安全保护等级", indent=False)
        sheet.ledger(
            f"row in three.{side}",
            [("损害客体", "{{ row.object }}"), ("损害程度", ticks("row.degrees"))],
            (6.6, 9),
        )
        sheet.paragraph(f"{words}安全保护等级：{{{{ three.{side}_level }}}}", indent=False)
    sheet.grid(
        [
            ("网络安全保护等级", "{{ three.level }}", "定级时间", "{{ three.determined_on }}"),
            ("专家评审情况", ticks("three.reviewed"), "是否有主管部门", ticks("three.authority")),
            ("主管部门审批", "{{ three.opinion }}"),
            ("定级报告", "{{ three.report }}"),
            ("填表人", "{{ three.proposer }}", "填表日期", "{{ made_on }}"),
        ],
        pair,
    )
    sheet.paragraph("{%p if four %}", indent=False)
    sheet.heading("表四　第三级以上网络提交材料情况({{ number }})")
    sheet.ledger("row in four", [("材料", "{{ row.what }}"), ("附件名称", "{{ row.attached }}")], (8, 7.6))
    sheet.paragraph("{%p endif %}", indent=False)
    return sheet.made(title="网络安全等级保护备案表")


def rectification_report() -> bytes:
    """整改报告."""
    sheet = Sheet()
    sheet.title("{{ institution }}")
    sheet.title("网络安全自查整改报告", size=20)
    sheet.heading("一、组织实施")
    sheet.lines(
        [
            ("自查名称", "{{ title }}"),
            ("通知文号", "{{ ordered }}"),
            ("依据", "{{ basis }}"),
            ("组织领导与参加部门", "{{ organisation }}"),
            ("范围", "{{ scope }}"),
            ("起止时间", "{{ period }}"),
            (
                "网络定级情况",
                "{% for each in networks %}{{ each.level }}{{ each.count }}个　{% endfor %}",
            ),
        ]
    )
    sheet.heading("二、自查方式与结果")
    sheet.ledger(
        "row in results",
        [
            ("方式", "{{ row.method }}"),
            ("名称", "{{ row.title }}"),
            ("日期", "{{ row.on }}"),
            ("实施单位", "{{ row.by }}"),
            ("发现问题", "{{ row.found }}"),
        ],
        (2.6, 4.6, 3.2, 3.2, 2),
    )
    sheet.paragraph("总体结论：{{ summary }}")
    sheet.heading("三、问题与整改情况")
    sheet.paragraph(
        "共发现问题{{ total }}项，已整改并复测通过{{ closed }}项，遗留{{ left }}项。"
        "{% if omitted %}下表列最严重的部分，其余{{ omitted }}项见隐患台账。{% endif %}"
    )
    sheet.ledger(
        "row in findings",
        [
            ("编号", "{{ row.number }}"),
            ("位置", "{{ row.where }}"),
            ("条款/标识", "{{ row.identifier }}"),
            ("风险", "{{ row.severity }}"),
            ("问题", "{{ row.title }}"),
            ("原因", "{{ row.cause }}"),
            ("整改措施", "{{ row.measures }}"),
            ("责任人", "{{ row.responsible }}"),
            ("计划/完成", "{{ row.planned }}{% if row.done %} / {{ row.done }}{% endif %}"),
            ("状态与复测证据", "{{ row.state }} {{ row.proof }}"),
        ],
        (1, 2, 1.8, 0.9, 2, 1.8, 2, 1.6, 1.6, 1.9),
        size=8,
    )
    sheet.heading("四、遗留问题与补偿措施")
    sheet.ledger(
        "row in exceptions",
        [
            ("问题", "{{ row.title }}"),
            ("暂缓至", "{{ row.until }}"),
            ("理由", "{{ row.reason }}"),
            ("补偿措施", "{{ row.compensation }}"),
        ],
        (4, 2.8, 4.4, 4.4),
    )
    sheet.heading("五、整改建议")
    sheet.paragraph("{{ advice }}")
    sheet.paragraph("{{ institution }}(盖章)", right=True)
    sheet.paragraph("{{ made_on }}", right=True)
    return sheet.made(title="网络安全自查整改报告")


TEMPLATES: dict[str, Callable[[], bytes]] = {
    "grading-report": grading_report,
    "filing-form": filing_form,
    "rectification-report": rectification_report,
}


def main() -> int:
    """Write the templates, or compare them."""
    stale = []
    for name, build in TEMPLATES.items():
        path = FOLDER / f"{name}.docx"
        made = build()
        if not path.exists() or path.read_bytes() != made:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_bytes(made)
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"not as built: {', '.join(stale)}; run scripts/word_templates.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
