"""Why a paper is not handed out."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class FilingIncomplete(Refusal):
    """A paper with gaps is not handed out."""

    code = "XD-FILING-001"
    what = _("{paper} lacks: {missing}.")
    todo = _("Enter these first, on the pages of the network, its particulars and those of the institution.")
    clauses = ("MEASURES-6.2b",)


class NothingGraded(Refusal):
    """A level that was not determined is not reported."""

    code = "XD-FILING-002"
    what = _("{network} has no approved grading that this paper could tell.")
    todo = _("Propose a level and have it approved first.")
    clauses = ("MEASURES-6.1d",)


class RectificationIncomplete(Refusal):
    """A rectification report says of each finding who mends it and how."""

    code = "XD-FILING-003"
    what = _("The rectification report lacks: {missing}.")
    todo = _("Conclude the self-inspection, and assign each finding with its cause and plan.")
    clauses = ("MEASURES-9.2b", "NOTE-2.3c")
