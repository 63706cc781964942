"""A scan as one self-contained page: no script, no address to load from, everything escaped."""

from html import escape
from typing import TYPE_CHECKING

from xingdun.doors.cli.scan_table import sampling_words, visible

if TYPE_CHECKING:
    from xingdun.engines.local import ScanResult, TableResult
    from xingdun.kernel.discovery.grading import Graded
    from xingdun.kernel.discovery.verdicts import Verdict

_WORDS = {
    "zh": {
        "title": "数据发现结果",
        "columns": ("列", "内容", "把握", "业务", "主体", "敏感程度", "国标级别", "标识", "依据"),
        "summary": "{tables} 张表,{columns} 列;直接标识 {direct} 列,未识别 {unknown} 列。",
        "note": "建议的分级,须经数据安全官确认;确认前按较严处理。页中没有任何原始值。",
    },
    "en": {
        "title": "What was discovered",
        "columns": (
            "Column",
            "Entity",
            "Confidence",
            "Business",
            "Subject",
            "Sensitivity",
            "National",
            "Identifier",
            "Why",
        ),
        "summary": "{tables} tables, {columns} columns; {direct} direct identifiers, {unknown} unclassified.",
        "note": "Suggested grades, for the data security officer to confirm; until then the stricter counts. "
        "No raw value is on this page.",
    },
}
_STYLE = """
:root{color-scheme:light dark;--ink:#12302f;--paper:#fff;--line:#c9d6d4;--deep:#0d4f4c;--apricot:#b4590a;--soft:#eef4f3}
@media(prefers-color-scheme:dark){:root{--ink:#dfeae8;--paper:#0e1b1b;--line:#2c4544;--deep:#7fc9c2;--apricot:#f0a868;
--soft:#152726}}
body{font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--ink);
background:var(--paper);margin:2rem auto;max-width:84rem;padding:0 1rem}
h1{color:var(--deep);font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .4rem;unicode-bidi:isolate}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:var(--soft)}td.name{font-family:ui-monospace,monospace;unicode-bidi:isolate;overflow-wrap:anywhere}
.direct{color:var(--apricot);font-weight:600}.quiet{opacity:.75}ul{margin:0;padding-left:1rem}
.scroll{overflow-x:auto}
"""


def _row(verdict: "Verdict", graded: "Graded", language: str) -> str:
    from xingdun.kernel.discovery.entities import entities

    known = entities()
    labels = " + ".join(getattr(known[code], language) for code in verdict.entities)
    grade = graded.grade
    reasons = "".join(
        f"<li>{escape(why.text(language))}"
        + (f' <span class="quiet">{escape(", ".join(why.clauses))}</span>' if why.clauses else "")
        + "</li>"
        for why in (*verdict.reasons, *graded.reasons)
    )
    cells = [
        f'<td class="name">{escape(visible(verdict.column))}</td>',
        f"<td>{escape(labels)}</td>",
        f"<td>{verdict.confidence:.2f}</td>",
        f"<td>{escape(grade.business)}</td>",
        f"<td>{escape('+'.join(grade.subject) or '-')}</td>",
        f"<td>{escape(grade.sensitivity)}</td>",
        f"<td>{grade.level} {escape(grade.national_class)}</td>",
        f'<td class="{escape(graded.identifier)}">{escape(graded.identifier)}</td>',
        f"<td><ul>{reasons}</ul></td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _table(one: "TableResult", language: str) -> str:
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in _WORDS[language]["columns"])
    rows = "".join(_row(verdict, graded, language) for verdict, graded in zip(one.verdicts, one.graded, strict=True))
    trouble = ""
    if one.error:
        text = escape(visible(one.error.text(language)))
        trouble = f"<p><strong>{escape(one.error.code)}</strong> {text}</p>"
    return (
        f"<section><h2>{escape(visible(one.table.label))}</h2>"
        f'<p class="quiet">{escape(sampling_words(one, language))}</p>{trouble}'
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def render_page(result: "ScanResult", language: str) -> str:
    """The whole page, in `zh` or `en`."""
    words = _WORDS[language]
    graded = [one for table in result.tables for one in table.graded]
    verdicts = [one for table in result.tables for one in table.verdicts]
    summary = str(words["summary"]).format(
        tables=len(result.tables),
        columns=len(verdicts),
        direct=sum(one.identifier == "direct" for one in graded),
        unknown=sum(one.entity == "unclassified" for one in verdicts),
    )
    tables = "".join(_table(one, language) for one in result.tables)
    title = escape(f"{words['title']}: {visible(result.source)}")
    return (
        f'<!doctype html><html lang="{"zh-Hans" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1><p>{escape(summary)}</p>"
        f'<p class="quiet">{escape(str(words["note"]))}</p>{tables}</body></html>\n'
    )
