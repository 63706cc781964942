"""What networks and their graded protection refuse, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class CodeTaken(Refusal):
    """A network's code names one network."""

    code = "XD-ASSET-001"
    what = _("The code {value} names another network already.")
    todo = _("Choose another code, or change that network.")
    status = 422


class DepartmentsMissing(Refusal):
    """Whoever is graded has named who answers for it."""

    code = "XD-ASSET-002"
    what = _("{network} does not name all departments that answer for it: {missing} missing.")
    todo = _("Name the competent, operating, IT and user departments first.")
    clauses = ("MEASURES-2d", "MEASURES-6a")
    status = 422


class LevelTooLow(Refusal):
    """No level below what the matrices and the rules give."""

    code = "XD-ASSET-003"
    what = _("Level {level} is below {least}, which the matrices and the rules ask (S{information}, A{service}).")
    todo = _("Choose level {least} or above, or correct the harm you stated.")
    clauses = ("MEASURES-6.1d", "INTERNET-7.1b1")
    status = 422


class ReasonMissing(Refusal):
    """A level above the matrices needs its reason."""

    code = "XD-ASSET-004"
    what = _("Level {level} is above {least}, which the matrices and the rules ask, and the reason is missing.")
    todo = _("Say why it is raised, or choose level {least}.")
    clauses = ("MEASURES-6.1d",)
    status = 422


class GradingWaits(Refusal):
    """A network has one grading at a time."""

    code = "XD-ASSET-005"
    what = _("A grading of {network} waits for approval already.")
    todo = _("Wait for the decision, or let who proposed it take it back.")


class NetworkRetired(Refusal):
    """Nothing more is done to a network that has ended."""

    code = "XD-ASSET-006"
    what = _("{network} is retired.")
    todo = _("Only its revocation can still be recorded.")


class NotGraded(Refusal):
    """What comes after grading needs a level in force."""

    code = "XD-ASSET-007"
    what = _("{network} has no level in force.")
    todo = _("Grade it, and have the grading approved, first.")
    clauses = ("MEASURES-6.1a", "MEASURES-6.1d")


class NothingToFile(Refusal):
    """Only what was determined, changed or ended is filed."""

    code = "XD-ASSET-008"
    what = _("Nothing about {network} has to be filed with this recipient.")
    todo = _("Levels below {level} are not filed; a filing that waits for its receipt is completed on its own page.")
    clauses = ("MEASURES-6.2b",)


class ReceiptIncomplete(Refusal):
    """A receipt has a number and a date, not before the filing."""

    code = "XD-ASSET-009"
    what = _("A receipt has a number and a date, and the date is not before the filing nor in the future.")
    todo = _("Enter both as they stand on the receipt, or neither while it has not come.")
    clauses = ("MEASURES-6.2b",)
    status = 422


class DateAhead(Refusal):
    """What is recorded has happened."""

    code = "XD-ASSET-010"
    what = _("{day} lies in the future.")
    todo = _("Enter the day on which it happened.")
    status = 422


class AgencyUnqualified(Refusal):
    """Only an agency whose certificate held on the day of the report evaluates."""

    code = "XD-ASSET-011"
    what = _("{agency} held no valid certificate on {day}.")
    todo = _("Let a qualified agency evaluate, or correct the agency's certificate.")
    clauses = ("MEASURES-6.4c", "NOTE-2.2.3b")
    status = 422


class AgencyMissing(Refusal):
    """An evaluation is done by an agency, at a level."""

    code = "XD-ASSET-012"
    what = _("An evaluation names its agency and the level it evaluated.")
    todo = _("Choose the agency and the level, or record a self-assessment.")
    clauses = ("MEASURES-6.4c",)
    status = 422


class NotTested(Refusal):
    """A new network is tested before it goes live."""

    code = "XD-ASSET-013"
    what = _("{network} has no security test that it passed before {day}.")
    todo = _("Record the test before launch first.")
    clauses = ("MEASURES-6.4f", "NOTE-2.2.3a")


class RunsAlready(Refusal):
    """A network goes into operation once."""

    code = "XD-ASSET-014"
    what = _("{network} is in operation already, since {day}.")
    todo = _("Reload the page.")


class PlanNeedsNetwork(Refusal):
    """A construction plan is of one network, the others are of the institution."""

    code = "XD-ASSET-015"
    what = _("A construction plan names its network; the other plans are the institution's.")
    todo = _("Choose the network, or the other kind of plan.")
    clauses = ("MEASURES-6.3a",)
    status = 422


class EvidenceMissing(Refusal):
    """Whoever assesses a safeguard says what shows it."""

    code = "XD-ASSET-016"
    what = _("What shows the state of the safeguard is missing.")
    todo = _("Say what was seen, and where it is kept.")
    clauses = ("MEASURES-6.3c",)
    status = 422


class NotAsked(Refusal):
    """A safeguard that is not on the network's list."""

    code = "XD-ASSET-017"
    what = _("“{safeguard}” is not asked of {network}.")
    todo = _("Choose from its list.")
    status = 422


class ImportRefused(Refusal):
    """A workbook with rows that cannot be taken; `errors` locates each fault, and nothing was written."""

    MOST_SHOWN = 20
    code = "XD-ASSET-018"
    what = _("{count} faults in the workbook: {first}")
    todo = _("Mend these cells and send it again; nothing was written.")
    status = 422

    @classmethod
    def of(cls, errors: list[dict[str, str]]) -> "ImportRefused":
        """The refusal that shows the first of these faults; doors find all of them in its `errors`."""
        shown = [f"{each['field']}: {each['problem']}" for each in errors[: cls.MOST_SHOWN]]
        more = " …" if len(errors) > cls.MOST_SHOWN else ""
        return cls(errors=errors, count=len(errors), first="; ".join(shown) + more)


class ImportBroke(Refusal):
    """Something of the platform's own broke while a workbook was taken over."""

    code = "XD-ASSET-024"
    what = _("The import broke off for a reason of the platform's own ({problem}); nothing was written.")
    todo = _("Send the workbook again; if it breaks again, send this code to your system administrator.")


class ImportEnded(Refusal):
    """Only what waits or is under way can be stopped."""

    code = "XD-ASSET-025"
    what = _("The import has ended already ({state}).")
    todo = _("Look at its page for what it did.")


class WorkbookUnreadable(Refusal):
    """The file is no xlsx workbook, or one beyond its bounds."""

    code = "XD-ASSET-019"
    what = _("The file cannot be read as a workbook: {problem}")
    todo = _("Save it as .xlsx from the template, without macros or passwords, and send it again.")
    status = 422


class WrongColumns(Refusal):
    """The first row names the template's columns."""

    code = "XD-ASSET-020"
    what = _("The first row is not the template's: {problem}")
    todo = _("Fetch the template again and fill it in below its first row.")
    status = 422


class RetirementWaits(Refusal):
    """A network retires once."""

    code = "XD-ASSET-021"
    what = _("The retirement of {network} waits for approval or is done.")
    todo = _("Wait for the decision, or let who proposed it take it back.")
    clauses = ("MEASURES-17a", "MEASURES-17b")


class OpinionGiven(Refusal):
    """The authority's reply is recorded of a grading that was approved."""

    code = "XD-ASSET-022"
    what = _("The authority's opinion belongs to a grading that was approved here.")
    todo = _("Record it when the grading is approved.")
    clauses = ("MEASURES-6.1e",)


class NotTheProposer(Refusal):
    """Who proposed takes it back, while it waits."""

    code = "XD-ASSET-023"
    what = _("Only who proposed it takes it back, and only while it waits.")
    todo = _("Ask {person}, or let it be refused.")
    status = 403
