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


class RouteCannotBeWalked(Refusal):
    """Steps that only the same few people could decide: each counts once, so the route has no end."""

    code = "XD-APPROVAL-009"
    what = _("Steps {steps} need {needed} distinct persons together; only {found} can decide them: {people}.")
    todo = _("Ask the security administrator to appoint someone else to one of these roles, then file it again.")
    clauses = ("DIGITAL-4.3.2a",)


class NeededLater(Refusal):
    """Who decides here could not decide there, and nobody else could."""

    code = "XD-APPROVAL-010"
    what = _("If you decide this step, nobody is left for the step “{role}”: a person counts once.")
    todo = _("Leave this step to {others}; yours comes later.")
    clauses = ("DIGITAL-4.3.2a",)


class NotStuck(Refusal):
    """While someone can decide, it is for the applicant alone to take it back."""

    code = "XD-APPROVAL-011"
    what = _("Someone can still decide this, so only {person} may take it back or ask again.")
    todo = _("Wait for the decision, or ask {person}.")


class DelegateMayNotDecide(Refusal):
    """A seat is left to someone who may decide approvals at all."""

    code = "XD-APPROVAL-012"
    what = _("{person} holds no role that decides approvals.")
    todo = _("Choose someone who does, or ask the security administrator to appoint a deputy.")
    clauses = ("MEASURES-22.4a", "MEASURES-5f")


class NotYourSeat(Refusal):
    """One leaves only what one holds; what was left to one is not passed on."""

    code = "XD-APPROVAL-013"
    what = _("You do not hold the role “{role}” there, so you cannot leave its decisions to somebody else.")
    todo = _("Choose a role of your own.")
    clauses = ("MEASURES-22.4a",)


class DelegationToOneself(Refusal):
    """A seat is left to another person."""

    code = "XD-APPROVAL-014"
    what = _("A delegation goes to another person.")
    todo = _("Choose who decides in your place.")
    status = 422


class DelegationPeriod(Refusal):
    """A delegation has an end, and it lies ahead."""

    code = "XD-APPROVAL-015"
    what = _("A delegation ends after it begins, and not in the past.")
    todo = _("Mend the two times.")
    status = 422


class DelegationEnded(Refusal):
    """What has ended is not ended again."""

    code = "XD-APPROVAL-016"
    what = _("This delegation has ended already.")
    todo = _("Reload the page.")


class NotYourDelegation(Refusal):
    """Who gave or took a delegation ends it, or the security administrator."""

    code = "XD-APPROVAL-017"
    what = _("Somebody else gave this delegation.")
    todo = _("Ask {person}, or the security administrator.")
    status = 403
