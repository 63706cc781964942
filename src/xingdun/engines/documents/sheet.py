"""Building a Word template: A4, margins, fonts and tables in the manner of official documents (GB/T 9704).

Templates are built once by scripts/word_templates.py and kept as files, so that an institution can lay them out anew
in Word. Fonts are named, not embedded: the reader's office program has 仿宋, 黑体 and 楷体.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from xingdun.engines.documents.word import without_clock

BODY, HEAD, SIGN = "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # a template's properties tell no time of building


class Sheet:
    """One template under construction; words in `{{ }}` and `{% %}` are filled in later."""

    def __init__(self, *, body_size: float = 14) -> None:
        self.document = Document()
        self.size = body_size
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        normal: Any = self.document.styles["Normal"]
        normal.font.name, normal.font.size = LATIN, Pt(body_size)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
        self._page_number(section.footer.paragraphs[0])

    def title(self, words: str, *, size: float = 22) -> None:
        """The title, in the middle."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, words, font=HEAD, size=size)

    def heading(self, words: str, level: int = 1) -> None:
        """A heading that Word's outline knows."""
        paragraph = self.document.add_heading(level=level)
        self._run(paragraph, words, font=HEAD if level == 1 else SIGN, size=self.size + 1 if level == 1 else self.size)

    def paragraph(self, words: str, *, indent: bool = True, right: bool = False) -> None:
        """A paragraph whose first line is set in by two signs."""
        paragraph = self.document.add_paragraph()
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif indent:
            paragraph.paragraph_format.first_line_indent = Pt(self.size * 2)
        self._run(paragraph, words)

    def lines(self, pairs: Iterable[tuple[str, str]], *, size: float = 12) -> None:
        """Names and values in two columns."""
        table = self._table(2)
        for name, value in pairs:
            cells = table.add_row().cells
            self._cell(cells[0], name, size=size, font=HEAD)
            self._cell(cells[1], value, size=size)
        self._widths(table, (5.2, 10.4))

    def grid(self, rows: Sequence[Sequence[str]], widths: Sequence[float], *, size: float = 10.5) -> None:
        """A table of fixed rows; the cells at even places (from 0) are names, the others values."""
        table = self._table(len(widths))
        for row in rows:
            cells = table.add_row().cells
            for place, words in enumerate(row):
                self._cell(cells[place], words, size=size, font=HEAD if place % 2 == 0 else BODY)
            if len(row) < len(cells):
                cells[len(row) - 1].merge(cells[-1])
        self._widths(table, widths)

    def ledger(
        self, each: str, columns: Sequence[tuple[str, str]], widths: Sequence[float], *, size: float = 10
    ) -> None:
        """A table with a heading that repeats, and one row for `each` (such as `row in rows`). columns: head, value."""
        table = self._table(len(columns))
        head = table.add_row()
        mark = OxmlElement("w:tblHeader")
        head._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no other way to say it
        for cell, (words, _value) in zip(head.cells, columns, strict=True):
            self._cell(cell, words, size=size, font=HEAD)
        self._cell(table.add_row().cells[0], f"{{%tr for {each} %}}", size=size)
        for cell, (_head, value) in zip(table.add_row().cells, columns, strict=True):
            self._cell(cell, value, size=size)
        self._cell(table.add_row().cells[0], "{%tr endfor %}", size=size)
        self._widths(table, widths)

    def page_break(self) -> None:
        """What follows starts on a new page."""
        self.document.add_page_break()

    def made(self, *, title: str) -> bytes:
        """The template's bytes; the same for the same steps."""
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments, properties.language = title, "", "", "zh-CN"
        properties.created = properties.modified = _MADE
        kept = BytesIO()
        self.document.save(kept)
        return without_clock(kept)

    def _table(self, columns: int) -> Any:
        table = self.document.add_table(rows=0, cols=columns)
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        return table

    def _widths(self, table: Any, widths: Sequence[float]) -> None:
        for place, width in enumerate(widths):
            table.columns[place].width = Cm(width)
            for row in table.rows:
                row.cells[place].width = Cm(width)
        self.document.add_paragraph()

    def _cell(self, cell: Any, words: str, *, size: float, font: str = BODY) -> None:
        self._run(cell.paragraphs[0], words, font=font, size=size)

    def _run(self, paragraph: Any, words: str, *, font: str = BODY, size: float | None = None) -> None:
        run = paragraph.add_run(words)
        run.font.name, run.font.size, run.font.color.rgb = LATIN, Pt(size or self.size), None
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - the same

    def _page_number(self, paragraph: Any) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)  # noqa: SLF001 - the same
