"""Word and PDF from templates: people's words come through as they are, and the same data give the same bytes."""

from datetime import UTC, datetime
from io import BytesIO

import docx
import pypdf
import pytest

from xingdun.engines.documents import DocumentError, docx_from_template, pdf_from_typst
from xingdun.engines.documents.sheet import Sheet

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOSTILE = '<b>&amp; # $x$ "q" \'\\ @a [b] *c* _d_ `e` {{ 7*7 }} {% raw %} {_{ a }_} {_% %_} ]]> =HYPERLINK() 〇'
PAGE = """#title(data.name, under: "副题")
#lines((("名称", data.name), ("无", none), ("数", 3)))
#ledger(("甲", "乙"), data.rows, columns: (2fr, 1fr))
#tick(true, "是")"""


@pytest.fixture(scope="module")
def template():
    sheet = Sheet()
    sheet.title("{{ name }}")
    sheet.heading("一、事项")
    sheet.lines([("名称", "{{ name }}")])
    sheet.ledger("row in rows", [("甲", "{{ row[0] }}"), ("乙", "{{ row[1] }}")], (9, 6.6))
    return sheet.made(title="样表")


def test_words_of_people_come_through_word(template):
    data = {"name": f"{HOSTILE} 🏥 𠮷\x07\x00\ud800\r\n第二行", "rows": [[HOSTILE, 1], ["丙", None]]}
    made = docx_from_template(template, data, made_at=NOW)
    assert made == docx_from_template(template, data, made_at=NOW)
    document = docx.Document(BytesIO(made))
    assert document.paragraphs[0].text == f"{HOSTILE} 🏥 𠮷\n第二行"
    lines, ledger = document.tables
    assert lines.rows[0].cells[1].text == f"{HOSTILE} 🏥 𠮷\n第二行"
    assert [[cell.text for cell in row.cells] for row in ledger.rows] == [["甲", "乙"], [HOSTILE, "1"], ["丙", ""]]
    assert document.core_properties.created == NOW


def test_what_a_template_asks_for_and_the_data_lack_is_an_error(template):
    with pytest.raises(DocumentError, match="name"):
        docx_from_template(template, {"rows": []}, made_at=NOW)
    with pytest.raises(DocumentError, match="name"):
        pdf_from_typst(PAGE, {"rows": []}, made_at=NOW)


def test_words_of_people_come_through_print():
    data = {"name": f"{HOSTILE}\x07\n第二行", "rows": [["🏥𠮷", "\u202e反"], ["x" * 300, 2]]}
    made = pdf_from_typst(PAGE, data, made_at=NOW)
    assert made == pdf_from_typst(PAGE, data, made_at=NOW)
    reader = pypdf.PdfReader(BytesIO(made))
    words = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    assert HOSTILE.replace(" ", "") in words
    assert "〔U+1F3E5〕〔U+20BB7〕" in words
    assert "〔U+202E〕反" in words
    assert "\x00" not in words
    assert {font["/FontDescriptor"]["/FontName"].partition("+")[2] for font in _fonts(reader)} <= {
        "NotoSerifSC-Regular",
        "NotoSansSC-Regular",
    }


def _fonts(reader):
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            yield from (one.get_object() for one in font["/DescendantFonts"])
