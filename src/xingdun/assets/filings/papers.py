"""From a paper's content to its file: Word and PDF of the same content, or refused with what is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.assets.filings.asking import Missing, lines, places
from xingdun.assets.filings.errors import FilingIncomplete, RectificationIncomplete
from xingdun.assets.filings.filing_form import filing_form
from xingdun.assets.filings.grading_report import grading_report
from xingdun.assets.filings.rectification import rectification_report
from xingdun.engines.documents import DOCX, PDF, docx_from_template, pdf_from_typst
from xingdun.frame.errors import Refusal
from xingdun.frame.registers import Download, File
from xingdun.organisation.models import Person

TEMPLATES = Path(__file__).with_name("templates")
Fill = Callable[..., tuple[dict[str, Any], list[Missing]]]


def paper_file(name: str, content: dict[str, Any], *, kind: str, about: str, now: datetime) -> File:
    """The file of one paper. name: of its templates, without extension; kind: `docx` or `pdf`."""
    if kind == "pdf":
        data = pdf_from_typst(TEMPLATES / f"{name}.typ", content, made_at=now)
    else:
        data = docx_from_template(TEMPLATES / f"{name}.docx", content, made_at=now)
    stem = "".join(sign for sign in about if sign.isalnum() or sign in "-_")[:80]
    media = PDF if kind == "pdf" else DOCX
    return File(f"{stem}-{timezone.localdate(now):%Y%m%d}.{kind}", media, data)


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper. stem: of its templates and rights; title: for readers; chinese: in the file's name.

    fill: content and names of what is missing, from a record. refusal: what is raised when something is.
    """

    stem: str
    title: Any
    chinese: str
    fill: Fill
    refusal: Callable[..., Refusal]

    def download(self, kind: str, label: Any, *, right: str, available: Callable[[Any], bool]) -> Download:
        """The download that hands it out as `docx` or `pdf`."""

        def make(*, record: Any, by: Person, now: datetime) -> File:
            del by
            content, missing = self.fill(record, now=now)
            if missing:
                raise self.refusal(paper=self.title, missing=lines(missing), places=places(missing))
            return paper_file(self.stem, content, kind=kind, about=f"{self.chinese}-{record}", now=now)

        return Download(f"{right}_{kind}", make, label, available=available)


def _graded(network: Any) -> bool:
    return network.level is not None


def _concluded(inspection: Any) -> bool:
    return inspection.concluded_at is not None


GRADING = Paper("grading-report", _("Grading report"), "定级报告", grading_report, FilingIncomplete)
FORM = Paper("filing-form", _("Filing form"), "备案表", filing_form, FilingIncomplete)
RECTIFICATION = Paper(
    "rectification-report", _("Rectification report"), "整改报告", rectification_report, RectificationIncomplete
)


def downloads_of_network() -> tuple[Download, ...]:
    """The papers of a network, with the rights `grading_report_docx`, `…_pdf`, `filing_form_docx`, `…_pdf`."""
    return (
        GRADING.download("docx", _("Grading report (Word)"), right="grading_report", available=_graded),
        GRADING.download("pdf", _("Grading report (PDF)"), right="grading_report", available=_graded),
        FORM.download("docx", _("Filing form (Word)"), right="filing_form", available=_graded),
        FORM.download("pdf", _("Filing form (PDF)"), right="filing_form", available=_graded),
    )


def downloads_of_inspection() -> tuple[Download, ...]:
    """The rectification report of a self-inspection, with the rights `report_docx` and `report_pdf`."""
    return (
        RECTIFICATION.download("docx", _("Rectification report (Word)"), right="report", available=_concluded),
        RECTIFICATION.download("pdf", _("Rectification report (PDF)"), right="report", available=_concluded),
    )
