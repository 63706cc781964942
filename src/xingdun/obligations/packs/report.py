"""The readable part of a pack, in Word and PDF: the same words in both, Chinese first and English beside it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import override

from xingdun.engines.documents import docx_from_template, pdf_from_typst
from xingdun.engines.documents.sheet import Sheet
from xingdun.kernel.clocks import Bilingual, local
from xingdun.obligations.models import EvidenceFile
from xingdun.obligations.packs.gathering import Gathered

MOST_ROWS = 200
_Table = tuple[list[str], Sequence[str], Sequence[Sequence[str]]]
_COLUMNS = 4
_TITLE = Bilingual("条款证明", "Proof of a clause")
_HEADS = {
    "text": Bilingual("条款内容（平台释义）", "What the clause asks, in the platform's words"),
    "answers": Bilingual("当日状态", "State on the day"),
    "evidence": Bilingual("证据文件", "Evidence files"),
    "decisions": Bilingual("审批与签名", "Decisions and signatures"),
    "records": Bilingual("账本记录", "Records in the ledger"),
    "check": Bilingual("如何核验", "How to check this pack"),
}
_CHECK = Bilingual(
    "本文件供阅读，以同包内的 pack.json 为准。核验：xingdun verify 文件名；仅用公开工具的方法见 READ-ME.txt。",
    "This is for reading; pack.json in the same pack is what counts. To check: xingdun verify FILE; READ-ME.txt and"
    " docs/proofs.md say how to do it with public tools alone.",
)
_NONE = Bilingual("无。", "None.")
_MORE = Bilingual("另有 {count} 条，见 pack.json。", "{count} more stand in pack.json.")
_INFORMS = Bilingual("本条不设义务，仅作告知。", "This clause informs and asks nothing.")
_TYPST = """
#title(data.title, under: data.under)
#lines(data.facts)
#for section in data.sections {
  heading(level: 1, section.heading)
  for words in section.words { par(shown(words)) }
  if section.rows.len() > 0 { ledger(section.heads, section.rows, columns: (1.3fr, 1fr, 1fr, 1.7fr)) }
}
"""


def report(gathered: Gathered, places: dict[int, int], *, made_at: datetime) -> dict[str, bytes]:
    """`report.docx` and `report.pdf`. places: {entry: its leaf in the ledger}."""
    data = _data(gathered, places, made_at)
    return {
        "report.docx": docx_from_template(_template(), data, made_at=made_at),
        "report.pdf": pdf_from_typst(_TYPST, data, made_at=made_at),
    }


@cache
def _template() -> bytes:
    sheet = Sheet(body_size=12)
    sheet.title("{{ title }}")
    sheet.paragraph("{{ under }}", indent=False)
    sheet.paragraph("{%p for pair in facts %}")
    sheet.paragraph("{{ pair[0] }}：{{ pair[1] }}", indent=False)
    sheet.paragraph("{%p endfor %}")
    sheet.paragraph("{%p for section in sections %}")
    sheet.heading("{{ section.heading }}")
    sheet.paragraph("{%p for words in section.words %}")
    sheet.paragraph("{{ words }}")
    sheet.paragraph("{%p endfor %}")
    sheet.paragraph("{%p if section.rows %}")
    cells = [(f"{{{{ section.heads[{n}] }}}}", f"{{{{ row[{n}] }}}}") for n in range(_COLUMNS)]
    sheet.ledger("row in section.rows", cells, (4.2, 3.2, 3.2, 5.0))
    sheet.paragraph("{%p endif %}")
    sheet.paragraph("{%p endfor %}")
    return sheet.made(title="条款证明")


def both(text: Bilingual) -> str:
    """A text in both languages, on one line."""
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"


def _label(words: Any) -> str:
    """A translated label in both languages."""
    with override("zh-hans"):
        chinese = str(words)
    with override("en"):
        return both(Bilingual(chinese, str(words)))


def _time(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else "—"


def _data(gathered: Gathered, places: dict[int, int], made_at: datetime) -> dict[str, Any]:
    clause, document = gathered.clause, gathered.document
    states = {each.state: each.get_state_display for each in gathered.answers}
    counted = {state: sum(each.state == state for each in gathered.answers) for state in states}
    with override("en"):
        told = "；".join(f"{_state(gathered, state)} {number}" for state, number in sorted(counted.items()))
    return {
        "title": both(_TITLE),
        "under": f"{clause.id} · {gathered.institution.name} · {gathered.on.isoformat()}",
        "facts": [
            ["文件 / Document", both(document.title)],
            ["条 / Article", clause.article],
            ["效力 / Force", clause.force],
            ["机构 / Institution", gathered.institution.name],
            ["日期 / Day", gathered.on.isoformat()],
            ["目录版本 / Catalogue", gathered.edition.version],
            ["结果 / Result", told or both(_INFORMS)],
            ["制作时间 / Made", _time(made_at)],
        ],
        "sections": [
            _section("text", [clause.text.zh, clause.text.en]),
            *_duties(gathered),
            _section("evidence", *_evidence(gathered.evidence)),
            _section("decisions", *_decisions(gathered)),
            _section("records", *_records(gathered, places)),
            _section("check", [_CHECK.zh, _CHECK.en]),
        ],
    }


def _state(gathered: Gathered, state: str) -> str:
    return _label(next(each for each in gathered.answers if each.state == state).State(state).label)


def _section(
    key: str, words: Sequence[str], heads: Sequence[str] = (), rows: Iterable[Sequence[str]] = ()
) -> dict[str, Any]:
    told = [list(row) for row in rows]
    more = len(told) - MOST_ROWS
    words = [*words, *([both(_MORE.filled(count=more))] if more > 0 else [])]
    heads = heads or [""] * _COLUMNS
    return {"heading": both(_HEADS[key]), "words": list(words), "heads": list(heads), "rows": told[:MOST_ROWS]}


def _duties(gathered: Gathered) -> Iterable[dict[str, Any]]:
    for duty in gathered.duties:
        applies = gathered.applies[duty.key].reason
        answers = [each for each in gathered.answers if each.duty == duty.key]
        rows = [
            (
                gathered.names.get(each.subject, each.subject) or gathered.institution.name,
                _label(each.State(each.state).label),
                _time(each.due_at),
                " / ".join(dict.fromkeys(each.detail.get(key, "") for key in ("zh", "en") if each.detail.get(key))),
            )
            for each in answers
        ]
        heads = ("对象 / About", "状态 / State", "期限 / Due", "理由 / Reason")
        section = _section("answers", [applies.get("zh", ""), applies.get("en", "")], heads, rows)
        yield section | {"heading": both(duty.title)}


def _evidence(files: Sequence[EvidenceFile]) -> _Table:
    rows = [
        (each.title, f"{each.media_type}, {each.size}", _time(each.expires_at), f"SHA-256 {each.sha256}")
        for each in files
    ]
    heads = ("标题 / Title", "类型 / Kind", "有效至 / Until", "摘要 / Digest")
    return ([] if rows else [both(_NONE)]), heads, rows


def _decisions(gathered: Gathered) -> _Table:
    rows = [
        (
            each.person.name if each.seat_id == each.person_id else f"{each.person.name}（{each.seat.name}）",
            "同意 / approved" if each.approves else "拒绝 / refused",
            _time(each.at),
            f"{each.key.algorithm} {each.signature}" if each.key else "—",
        )
        for each in gathered.decisions
    ]
    heads = ("谁 / Who", "决定 / Decision", "时间 / When", "签名 / Signature")
    return ([] if rows else [both(_NONE)]), heads, rows


def _records(gathered: Gathered, places: dict[int, int]) -> _Table:
    rows = [(each.about, each.action, _time(each.at), str(places.get(each.pk, "—"))) for each in gathered.entries]
    heads = ("记录 / Record", "操作 / Action", "时间 / When", "叶序 / Leaf")
    return ([] if rows else [both(_NONE)]), heads, rows
