"""What evidence is refused for, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class EvidenceEmpty(Refusal):
    """A file that holds nothing shows nothing."""

    code = "XD-EVIDENCE-001"
    what = _("The file “{name}” is empty.")
    todo = _("Choose the file again; perhaps it was not saved yet.")
    status = 422


class EvidenceTooLarge(Refusal):
    """Evidence is bounded."""

    code = "XD-EVIDENCE-002"
    what = _("The file “{name}” is larger than {most} MB.")
    todo = _("Bring the part that shows the fact, or several smaller files.")
    status = 422


class EvidenceLies(Refusal):
    """The file is not what its name or the sender calls it."""

    code = "XD-EVIDENCE-003"
    what = _("The file “{name}” is called {claimed}, but it is {found}.")
    todo = _("Find out where it comes from; give a genuine file the ending of its kind.")
    clauses = ("MEASURES-22.4c",)
    status = 422


class EvidenceUnknown(Refusal):
    """Only kinds that can be read for decades, and that do nothing by themselves, serve as evidence."""

    code = "XD-EVIDENCE-004"
    what = _("The file “{name}” cannot serve as evidence: {problem}.")
    todo = _("Bring PDF, OFD, PNG, JPEG, TIFF, DOCX, XLSX, PPTX, CSV, JSON, plain text, or a ZIP of these.")
    status = 422


class EvidenceBomb(Refusal):
    """An archive that unpacks without end is no evidence."""

    code = "XD-EVIDENCE-005"
    what = _("The archive “{name}” is refused: {problem}.")
    todo = _("Bring the files themselves.")
    status = 422


class EvidenceKept(Refusal):
    """The same content is kept once; it may serve more duties."""

    code = "XD-EVIDENCE-006"
    what = _("This very file is kept already: “{title}”.")
    todo = _("Open it and say what more it serves.")


class EvidenceServesNothing(Refusal):
    """Evidence is evidence of something."""

    code = "XD-EVIDENCE-007"
    what = _("It does not say what it is evidence of.")
    todo = _("Name a duty, a record, or both.")
    status = 422


class EvidencePeriod(Refusal):
    """Evidence that has expired, or expires before it counts, shows nothing."""

    code = "XD-EVIDENCE-008"
    what = _("It would expire before it counts.")
    todo = _("Mend the two times.")
    status = 422


class EvidenceWithdrawn(Refusal):
    """What was withdrawn stays withdrawn."""

    code = "XD-EVIDENCE-009"
    what = _("This evidence was withdrawn.")
    todo = _("Bring the file again if it counts after all.")


class EvidenceConfidential(Refusal):
    """Confidential content is for those who govern, and for who brought it."""

    code = "XD-EVIDENCE-010"
    what = _("The content is {classification}; your roles do not include reading it.")
    todo = _("Ask the data security officer.")
    clauses = ("MEASURES-22.4a",)
    status = 403


class EvidenceSubjectUnknown(Refusal):
    """What it is about is a record of the institution."""

    code = "XD-EVIDENCE-011"
    what = _("“{subject}” is no record of your institution.")
    todo = _("Copy the reference from the record's page (app.model:key), or leave it empty.")
    status = 422
