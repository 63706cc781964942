"""What findings and self-inspections refuse, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class FileImportedAlready(Refusal):
    """One file counts once a network."""

    code = "XD-FINDING-006"
    what = _("This very file was imported already, as “{batch}”.")
    todo = _("Open that result, or choose the newer file.")


class FindingNotInState(Refusal):
    """What is done to a finding follows its state."""

    code = "XD-FINDING-007"
    what = _("This finding is “{state}”, which does not allow it.")
    todo = _("Reload the page and see what is offered now.")


class ResponsibleElsewhere(Refusal):
    """The responsible person belongs to the responsible department and still works here."""

    code = "XD-FINDING-008"
    what = _("{person} does not work in {department} (any more).")
    todo = _("Choose someone of that department, or the department of that person.")
    clauses = ("MEASURES-6.5a",)
    status = 422


class RetestBySelf(Refusal):
    """Who mended does not retest."""

    code = "XD-FINDING-009"
    what = _("You reported this finding as mended, so somebody else retests it.")
    todo = _("Ask another security administrator.")
    clauses = ("MEASURES-6.5b",)
    status = 403


class StillSeen(Refusal):
    """A retest cannot pass by a scan that saw the finding again, or did not look there."""

    code = "XD-FINDING-010"
    what = _("The result “{batch}” was made before the mending, did not look there, or saw the finding.")
    todo = _("Choose a newer result that looked at the same target, or retest by hand and say how.")
    clauses = ("MEASURES-6.5b",)
    status = 422


class ExceptionTooLong(Refusal):
    """An exception ends, and before long."""

    code = "XD-FINDING-011"
    what = _("A finding of this severity may be excepted for {days} days at most, from tomorrow until {latest}.")
    todo = _("Choose a day within that time.")
    clauses = ("MEASURES-6.5b", "MEASURES-9c")
    status = 422


class ExceptionWaits(Refusal):
    """A finding has one exception at a time."""

    code = "XD-FINDING-012"
    what = _("An exception of this finding waits or is in force already.")
    todo = _("Wait for its decision or its end.")


class NoticeMissing(Refusal):
    """What an authority found comes with its notice."""

    code = "XD-FINDING-013"
    what = _("What an authority found needs the number of its notice.")
    todo = _("Enter the number as it stands on the notice.")
    clauses = ("MEASURES-24a",)
    status = 422


class MethodsMissing(Refusal):
    """A self-inspection uses all three methods, each with a result of the year in which it began."""

    code = "XD-FINDING-014"
    what = _("This self-inspection has no result of its own year yet of: {methods}.")
    todo = _("Record a result of each that was made in that year; one without findings counts as well.")
    clauses = ("MEASURES-9b", "NOTE-2.3a")
    status = 422


class InspectionConcluded(Refusal):
    """A concluded self-inspection takes no more results."""

    code = "XD-FINDING-015"
    what = _("“{inspection}” is concluded already.")
    todo = _("Begin a new self-inspection, or record the result without one.")


class NotConcluded(Refusal):
    """Only a concluded self-inspection is reported."""

    code = "XD-FINDING-016"
    what = _("“{inspection}” is not concluded yet.")
    todo = _("Conclude it first.")
    clauses = ("MEASURES-9.2b",)


class OrderIncomplete(Refusal):
    """An ordered self-inspection names its order."""

    code = "XD-FINDING-017"
    what = _("An ordered self-inspection names who ordered it, the number of the order, and the day to report by.")
    todo = _("Fill these three in.")
    clauses = ("MEASURES-9.1c",)
    status = 422


class MethodUnfit(Refusal):
    """A self-inspection holds results of its three methods alone."""

    code = "XD-FINDING-018"
    what = _("A result of this origin does not belong to a self-inspection.")
    todo = _("Leave the self-inspection empty, or choose one of its three methods.")
    clauses = ("MEASURES-9b",)
    status = 422


class FindingKnown(Refusal):
    """The same finding of the same place is kept once."""

    code = "XD-FINDING-019"
    what = _("This finding at this place is known already; it is “{state}”.")
    todo = _("Go on with the one that is there, or say where this one differs (port, component).")
