"""Why a file of findings cannot be read: located, and nothing of it taken over."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class ScanUnknown(Refusal):
    """The content is of none of the formats, whatever the file is called."""

    code = "XD-FINDING-001"
    what = _("The file is of no format that can be read ({problem}).")
    todo = _("Upload a Nessus (.nessus), Greenbone XML, Trivy JSON or SARIF 2.1.0 file, or the platform's own sheet.")
    status = 422


class ScanTooLarge(Refusal):
    """The file, or what it unpacks to, is beyond what is read in one go."""

    code = "XD-FINDING-002"
    what = _("The file is larger than is taken in one go: {problem}.")
    todo = _("Export fewer hosts or rows a file; nothing was taken over.")
    status = 422


class ScanBroken(Refusal):
    """The file ends early, contradicts its format, or lacks what a finding needs."""

    code = "XD-FINDING-003"
    what = _("The file cannot be read at {place}: {problem}.")
    todo = _("Export it again from the scanner; nothing was taken over.")
    status = 422


class ScanHostile(Refusal):
    """XML that declares a document type may reach for files or blow up; no scanner needs it."""

    code = "XD-FINDING-004"
    what = _("The file declares a document type at {place}, which results of scanners never need.")
    todo = _("Ask where the file comes from; export it again from the scanner itself.")
    status = 422


class RowsWrong(Refusal):
    """Rows of the sheet cannot be taken; each is named with its reason."""

    code = "XD-FINDING-005"
    what = _("{count} row(s) cannot be taken: {problems}")
    todo = _("Mend these rows and upload the sheet again; nothing was taken over.")
    status = 422
