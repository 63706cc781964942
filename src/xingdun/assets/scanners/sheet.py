"""The platform's own sheet (XLSX): findings of evaluations, document checks and penetration tests, typed by hand."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xingdun.assets.scanners.errors import RowsWrong, ScanBroken, ScanTooLarge
from xingdun.assets.scanners.found import MOST_NAME, MOST_TEXT, MOST_TITLE, Found, ScanResult, Severity, cut, score_of
from xingdun.assets.scanners.gathering import MOST_FINDINGS, Gathered
from xingdun.assets.scanners.worksheets import first_seen, merged_in
from xingdun.frame.errors import Refusal
from xingdun.frame.wording import listed

TOOL = "sheet"
MOST_PARTS, MOST_UNPACKED = 2_000, 128 << 20
TOLD = 20  # problems named in one refusal
# Field of a finding: its heading in Chinese and in English. The first three are needed.
COLUMNS = {
    "target": ("对象", "target"),
    "title": ("问题", "finding"),
    "severity": ("严重程度", "severity"),
    "port": ("端口", "port"),
    "component": ("组件或位置", "component"),
    "identifier": ("编号", "identifier"),
    "cvss": ("CVSS", "cvss"),
    "references": ("CVE", "cve"),
    "description": ("说明", "description"),
    "solution": ("整改建议", "solution"),
}
NEEDED = ("target", "title", "severity")
_WORDS = {
    Severity.CRITICAL: ("严重", "危急", "超危"),
    Severity.HIGH: ("高", "高危", "高风险"),
    Severity.MEDIUM: ("中", "中危", "中风险"),
    Severity.LOW: ("低", "低危", "低风险"),
    Severity.INFO: ("信息", "提示"),
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in (severity.value, *words)}
_EXAMPLE = (
    "10.0.0.1",
    "数据库端口对全院开放",
    "高",
    "1433/tcp",
    "",
    "8.1.3.1",
    7.5,
    "",
    "任意终端可连接。",
    "限制来源地址。",
)
_FORMULA = gettext_lazy("a formula where a value is wanted")
_FAULT = gettext_lazy("an error of the spreadsheet")
_TYPES = {"f": _FORMULA, "e": _FAULT}


def template() -> bytes:
    """An empty sheet with headings, the words of severity to choose from, and one example row."""
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        page, bold = book.add_worksheet("问题清单"), book.add_format({"bold": True})
        for place, ((field, (heading, _english)), example) in enumerate(zip(COLUMNS.items(), _EXAMPLE, strict=True)):
            page.write_string(0, place, f"{heading}*" if field in NEEDED else heading, bold)
            page.write(1, place, example)
        words = [words[0] for words in _WORDS.values()]
        page.data_validation(1, 2, MOST_FINDINGS, 2, {"validate": "list", "source": words})
        page.set_column(0, len(COLUMNS) - 1, 18)
        page.freeze_panes(1, 0)
    return made.getvalue()


def read(file: BinaryIO) -> ScanResult:
    """The findings of the first worksheet. Raises ScanBroken, ScanHostile, ScanTooLarge, and RowsWrong for all rows."""
    _check_parts(file)
    file.seek(0)
    rows = _rows(file)
    fields = _fields(next(rows, (1, []))[1])
    gathered, problems = Gathered(TOOL, set()), []
    lines: dict[str, int] = {}
    for line, cells in rows:
        found, wrong = _found(line, cells, fields)
        if found is not None:
            before = lines.setdefault(found.fingerprint, line)
            if before != line:
                wrong = [_("row %(row)d repeats row %(before)d") % {"row": line, "before": before}]
            gathered.cover(found.target)
            gathered.add(found)
        problems += wrong
    if problems:
        more = "…" if len(problems) > TOLD else ""
        raise RowsWrong(count=len(problems), problems="; ".join(problems[:TOLD]) + more)
    return gathered.result()


def _check_parts(file: BinaryIO) -> None:
    """Refuse a package that unpacks too far, holds a document type, rows out of order, or merged cells.

    A value of many rows is none.
    """
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            _check_size(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as content:
                        _check_part(content, part.filename)
    except Refusal:
        raise
    except Exception as error:  # a broken package raises anything from BadZipFile to zlib's own error
        raise _no_workbook(error) from error


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ScanTooLarge(problem=_("it unpacks to more than %(most)d MB") % {"most": MOST_UNPACKED >> 20})


def _check_part(content: Any, name: str) -> None:
    for ref in merged_in(content, name):
        raise ScanBroken(place=f"{name.rpartition('/')[2]} {ref}", problem=_("merged cells; separate them"))


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first worksheet people see that hold anything, with their number.

    A formula reads as `_FORMULA`, an error of the spreadsheet as `_FAULT`.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        page = first_seen(book)
        page.reset_dimensions()  # what a file claims of its size is not to be trusted
        for line, row in enumerate(page.iter_rows(max_col=len(COLUMNS) + 20), start=1):
            _check_length(line)
            cells = [_TYPES.get(cell.data_type, cell.value) for cell in row]
            if any(cell is not None and str(cell).strip() for cell in cells):
                yield line, cells
    except Refusal:
        raise
    except Exception as error:  # a broken workbook raises anything from KeyError to ParseError
        raise _no_workbook(error) from error


def _no_workbook(error: Exception) -> ScanBroken:
    problem = _("it is no workbook (%(error)s)") % {"error": type(error).__name__}
    return ScanBroken(place=_("the file"), problem=problem)


def _check_length(line: int) -> None:
    if line > MOST_FINDINGS + 1:
        raise ScanTooLarge(problem=_("more than %(most)d rows") % {"most": MOST_FINDINGS})


def _fields(heads: list[Any]) -> dict[str, int]:
    """Where each field stands. Raises ScanBroken for a heading that is missing, unknown or there twice."""
    names = {head.casefold(): field for field, heads_ in COLUMNS.items() for head in heads_}
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        word = str(head if head is not None else "").strip().rstrip("*").strip()
        if not word:
            continue
        field = names.get(word.casefold())
        if field is None or field in found:
            problem = _("the heading “%(head)s” is unknown or there twice") % {"head": cut(word, 40)}
            raise ScanBroken(place=_("row 1, column %(column)d") % {"column": place + 1}, problem=problem)
        found[field] = place
    missing = [COLUMNS[field][0] for field in NEEDED if field not in found]
    if missing:
        problem = _("the heading(s) %(heads)s are missing") % {"heads": listed(missing)}
        raise ScanBroken(place=_("row 1"), problem=problem)
    return found


def _found(line: int, cells: list[Any], fields: dict[str, int]) -> tuple[Found | None, list[str]]:
    given = {field: cells[place] if place < len(cells) else None for field, place in fields.items()}
    problems = [_problem(line, field, problem) for field, value in given.items() for problem in _wrong(field, value)]
    if problems:
        return None, problems
    words = {field: str(value if value is not None else "").strip() for field, value in given.items()}
    title = cut(words["title"], MOST_TITLE)
    return (
        Found(
            tool=TOOL,
            target=cut(words["target"], MOST_NAME),
            title=title,
            severity=_SEVERITIES[words["severity"].casefold()],
            port=cut(words.get("port"), MOST_NAME),
            component=cut(words.get("component"), MOST_NAME),
            identifier=cut(words.get("identifier") or title, MOST_NAME),
            cvss=score_of(words["cvss"]) if words.get("cvss") else None,
            references=tuple(
                cut(one, MOST_NAME) for one in words.get("references", "").replace("，", ",").split(",") if one.strip()
            ),
            description=cut(words.get("description"), MOST_TEXT),
            solution=cut(words.get("solution"), MOST_TEXT),
        ),
        [],
    )


def _wrong(field: str, value: Any) -> Iterator[Any]:
    words = str(value if value is not None else "").strip()
    if value is _FORMULA or value is _FAULT:
        yield value
    elif field in NEEDED and not words:
        yield gettext_lazy("empty")
    elif field == "severity" and words.casefold() not in _SEVERITIES:
        yield format_lazy("“{}” {}", cut(words, 40), gettext_lazy("is no severity"))
    elif field == "cvss" and words and score_of(words) is None:
        yield format_lazy("“{}” {}", cut(words, 40), gettext_lazy("is no score from 0 to 10"))


def _problem(line: int, field: str, problem: Any) -> str:
    return _("row %(row)d, %(head)s: %(problem)s") % {"row": line, "head": COLUMNS[field][0], "problem": problem}
