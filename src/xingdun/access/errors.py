"""What access refuses, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class NothingAsked(Refusal):
    """A request names columns."""

    code = "XD-ACCESS-001"
    what = _("The request names no column.")
    todo = _("Choose at least one column of the source.")
    status = 422


class ColumnElsewhere(Refusal):
    """All columns of a request lie in its source."""

    code = "XD-ACCESS-002"
    what = _("The column {column} is not in the source {source}, or is gone.")
    todo = _("Choose columns of that source, or file a request for each source.")
    status = 422


class NotAdmissible(Refusal):
    """The law does not let this be granted, whoever approves."""

    code = "XD-ACCESS-003"
    what = _("This cannot be granted: {reasons}")
    todo = _("Change the request, or ask the data security officer.")
    clauses = ("MEASURES-22.4b", "DIGITAL-4.2.2d", "DIGITAL-4.3.3a")


class SourceUnprotected(Refusal):
    """Windows open where the database enforces them."""

    code = "XD-ACCESS-004"
    what = _("The source {source} is not protected yet, so no window can be opened in it.")
    todo = _("The data security officer protects it first (page of the source).")


class NotApproved(Refusal):
    """Only an approved request is opened, once."""

    code = "XD-ACCESS-005"
    what = _("This request is not approved, or its window was opened already ({state}).")
    todo = _("Wait for the approvals, or file a new request.")


class NotYours(Refusal):
    """The applicant alone opens a window, because its password is shown to them alone."""

    code = "XD-ACCESS-006"
    what = _("Only the applicant can do this.")
    todo = _("Ask them to do it.")
    status = 403


class KeysGoneCold(Refusal):
    """The two keys must be turned when the window is opened, not long before (DIGITAL-4.3.2a)."""

    code = "XD-ACCESS-007"
    what = _("The key holders turned their keys more than {hours} hours ago.")
    todo = _("File it again, so that both key holders act when the window opens.")
    clauses = ("DIGITAL-4.3.2a",)


class SourceRefused(Refusal):
    """The protected database did not do what was asked; nothing changed."""

    code = "XD-ACCESS-008"
    what = _("The source {source} did not open the window: {problem}")
    todo = _("Ask the security administrator to look at the source; nothing was changed.")
    status = 502


class AlreadyClosed(Refusal):
    """The window is closed."""

    code = "XD-ACCESS-009"
    what = _("This window is closed already.")
    todo = _("Reload the page.")


class AlreadyReviewed(Refusal):
    """A break-glass window is reviewed once, by someone else."""

    code = "XD-ACCESS-010"
    what = _("This window was reviewed already, or it was no break-glass.")
    todo = _("Reload the page.")


class CannotWithdraw(Refusal):
    """Only what waits, or was not opened, can be taken back."""

    code = "XD-ACCESS-011"
    what = _("This request cannot be withdrawn any more ({state}).")
    todo = _("Ask for the window to be closed instead.")


class OwnReview(Refusal):
    """Nobody reviews their own window."""

    code = "XD-ACCESS-012"
    what = _("This was your own window, so you cannot review it.")
    todo = _("Another data security officer must review it.")
    clauses = ("MEASURES-21f",)


class WidensRequest(Refusal):
    """An approver cuts and shortens, and never widens."""

    code = "XD-ACCESS-013"
    what = _("An approver may cut columns and shorten the period, not widen them.")
    todo = _("Have the applicant file a wider request.")
    status = 422


class ProtectionFailed(Refusal):
    """The source could not be prepared; it is as it was."""

    code = "XD-ACCESS-014"
    what = _("The source {source} could not be protected: {problem}")
    todo = _("Check the administrator's login: it must be able to create roles and grant SELECT on the tables.")
    status = 502


class PatientMissing(Refusal):
    """Break-glass is for one patient."""

    code = "XD-ACCESS-015"
    what = _("Break-glass access names the patient: column and number.")
    todo = _("Fill in the column that holds the patient's number, and the number.")
    status = 422
