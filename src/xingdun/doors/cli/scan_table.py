"""A scan as text for a terminal: names made visible, Chinese counted at its width."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xingdun.engines.local import ScanResult, TableResult

WIDEST = 44
_WORDS = {
    "zh": ("列", "内容", "把握", "业务", "主体", "敏感", "国标", "标识", "依据"),
    "en": ("column", "entity", "conf.", "business", "subject", "sensitivity", "national", "identifier", "why"),
}
_SAMPLING = {
    "zh": {
        "whole": "全部",
        "spread": "均匀抽样",
        "blocks": "随机数据块抽样",
        "head": "仅前若干行",
    },
    "en": {
        "whole": "every row",
        "spread": "sampled all through",
        "blocks": "sampled by random blocks",
        "head": "its first rows only",
    },
}


def visible(text: str) -> str:
    """The text with control, formatting and direction characters shown as codes, so that no name can deceive."""
    return "".join(
        char if char == " " or unicodedata.category(char)[0] not in "CZ" else f"\\u{ord(char):04x}" for char in text
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    while _width(text) > width - 1:
        text = text[:-1]
    return text + "…"


def _lines(rows: Sequence[tuple[str, ...]]) -> list[str]:
    cells = [[_cut(cell, WIDEST) for cell in row[:-1]] + [row[-1]] for row in rows]
    widths = [max(_width(row[place]) for row in cells) for place in range(len(cells[0]) - 1)]
    return [
        "  ".join(
            [*(cell + " " * (width - _width(cell)) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]]
        ).rstrip()
        for row in cells
    ]


def sampling_words(one: "TableResult", language: str) -> str:
    """How a table was read, and how many of its rows, in words."""
    how = _SAMPLING[language][one.sampling.kind]
    about = "" if one.exact else ("约 " if language == "zh" else "about ")
    if language == "zh":
        return f"{about}{one.rows:,} 行,看了 {one.scanned_rows:,} 行({how})"
    return f"{about}{one.rows:,} rows, {one.scanned_rows:,} looked at ({how})"


def _table(one: "TableResult", language: str) -> list[str]:
    from xingdun.kernel.discovery.entities import entities

    known = entities()
    rows = [_WORDS[language]]
    for verdict, graded in zip(one.verdicts, one.graded, strict=True):
        labels = [getattr(known[code], language) for code in verdict.entities]
        grade = graded.grade
        rows.append(
            (
                visible(verdict.column),
                " + ".join(labels),
                f"{verdict.confidence:.2f}",
                grade.business,
                "+".join(grade.subject) or "-",
                grade.sensitivity,
                f"{grade.level} {grade.national_class}",
                graded.identifier,
                "; ".join(why.text(language) for why in verdict.reasons[:2]),
            )
        )
    head = f"{visible(one.table.label)}  {sampling_words(one, language)}"
    body = _lines(rows) if one.verdicts else []
    trouble = [f"{one.error.code}  {visible(one.error.text(language))}"] if one.error else []
    return [head, *(f"  {line}" for line in (*body, *trouble)), ""]


def render_table(result: "ScanResult", language: str) -> str:
    """Every table of a scan, one line a column."""
    return "\n".join(line for one in result.tables for line in _table(one, language)).rstrip()
