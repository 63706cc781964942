"""What the approvals refuse, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class NoApprover(Refusal):
    """An empty list of approvers refuses: nothing passes because nobody was there."""

    code = "XD-APPROVAL-001"
    what = _("Step “{role}” needs {quorum} person(s) who did not ask themselves; {found} hold the role.")
    todo = _("Ask the security administrator to appoint them, then file it again.")
    clauses = ("MEASURES-21f", "DIGITAL-4.3.2a")


class ApproverIsApplicant(Refusal):
    """Nobody approves their own request."""

    code = "XD-APPROVAL-002"
    what = _("You asked for this, so you cannot decide it.")
    todo = _("Another holder of the role must decide.")
    clauses = ("MEASURES-21f", "DIGITAL-4.3.2a")


class DecidedAlready(Refusal):
    """One person counts once in a process."""

    code = "XD-APPROVAL-003"
    what = _("You have decided in this process already; nobody counts twice.")
    todo = _("Another holder of the role must decide.")
    clauses = ("DIGITAL-4.3.2a",)


class NotYourTurn(Refusal):
    """The step that is open now is not one of the caller's roles."""

    code = "XD-APPROVAL-004"
    what = _("The step open now is “{role}”, which you do not hold here.")
    todo = _("Wait for your step, or ask who holds that role.")


class ProcessClosed(Refusal):
    """The process has ended."""

    code = "XD-APPROVAL-005"
    what = _("This approval has ended already ({state}).")
    todo = _("Reload the page.")


class ContentChanged(Refusal):
    """What is approved must be what was asked."""

    code = "XD-APPROVAL-006"
    what = _("What is to be approved has changed since this process was opened.")
    todo = _("Refuse it, and let it be filed again.")


class ReasonMissing(Refusal):
    """A refusal says why."""

    code = "XD-APPROVAL-007"
    what = _("A refusal needs its reason.")
    todo = _("Say why, so that the applicant can mend it.")
    status = 422


class NotTheApplicant(Refusal):
    """What was asked is taken back by who asked."""

    code = "XD-APPROVAL-008"
    what = _("Somebody else asked for this, so you cannot take it back.")
    todo = _("Ask {person}, or refuse it when your step comes.")
    status = 403
