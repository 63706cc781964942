"""What the inventory refuses or could not do, and what to do then."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Explanation, Refusal


class AddressUnusable(Refusal):
    """The address of a source is not written as one."""

    code = "XD-DATA-001"
    what = _("The address cannot be used: {problem}")
    todo = _("Write postgresql://user@host:5432/database, or the whole path of a folder or file.")
    status = 422


class AddressForbidden(Refusal):
    """The address leads where sources may not lie."""

    code = "XD-DATA-002"
    what = _("{host} leads to {address}, and sources may not lie there.")
    todo = _("Ask your system administrator whether its network belongs into XINGDUN_SOURCE_NETWORKS.")
    clauses = ("MEASURES-22.4a",)
    status = 422


class NameUnresolved(Refusal):
    """The host's name has no address."""

    code = "XD-DATA-003"
    what = _("No address was found for the name {host}.")
    todo = _("Check how it is written, and the institution's name server.")
    status = 422


class FolderForbidden(Refusal):
    """The path lies outside the folders where sources may lie."""

    code = "XD-DATA-004"
    what = _("{path} is not below a folder in which sources may lie ({folders}).")
    todo = _("Move the files there, or ask your system administrator to add the folder to XINGDUN_SOURCE_FOLDERS.")
    clauses = ("MEASURES-22.4a",)
    status = 422


class PathMissing(Refusal):
    """There is no such folder or file."""

    code = "XD-DATA-005"
    what = _("There is no such folder or file: {path}.")
    todo = _("Check the path, and that the platform's user may read it.")
    status = 422


class SourceUnreachable(Refusal):
    """Nobody answers at the source's address."""

    code = "XD-DATA-006"
    what = _("The source does not answer: {problem}")
    todo = _("Check that it runs and that the network between lets the platform through, then test it again.")


class LoginRefused(Refusal):
    """The source does not take the user or the password."""

    code = "XD-DATA-007"
    what = _("The source refuses the login: {problem}")
    todo = _("Check user and password with the source's administrator, and enter the password again.")


class SourceLost(Refusal):
    """The source went away in the middle of a scan."""

    code = "XD-DATA-008"
    what = _("The source went away while {table} was read: {problem}")
    todo = _("When it is back, resume the scan: it goes on at this table.")


class TableGone(Refusal):
    """A table was dropped between the listing and its turn."""

    code = "XD-DATA-009"
    what = _("The table {table} was gone when its turn came.")
    todo = _("Nothing needs to be done if it was dropped on purpose.")


class TableUnreadable(Refusal):
    """One table or file could not be read; the rest of the scan went on. `reader` is the reader's own code."""

    code = "XD-DATA-010"
    what = _("{table} could not be read: {problem}")
    todo = _("Mend the file, or give the scan's login the right to read the table, and scan again.")

    def explain(self) -> Explanation:
        """The reader's own words, in the language now active, stand in for `problem`."""
        reader = self.facts.get("reader")
        if not reader:
            return super().explain()
        from xingdun.engines.readers import ReadError  # Arrow is loaded only where it is needed

        said = ReadError(str(reader), str(self.facts["problem"])).text(get_language() or "zh")
        return TableUnreadable(table=self.facts["table"], problem=said).explain()


class ScanBroke(Refusal):
    """Something of the platform's own broke during a scan."""

    code = "XD-DATA-011"
    what = _("The scan broke off for a reason of the platform's own ({problem}).")
    todo = _("Resume it; if it breaks again, send this code and the worker's log to your system administrator.")


class ScanUnderWay(Refusal):
    """A source is scanned once at a time."""

    code = "XD-DATA-012"
    what = _("A scan of {source} is under way already.")
    todo = _("Wait for its end, or stop it first.")


class ScanHasEnded(Refusal):
    """Only a scan under way can be stopped."""

    code = "XD-DATA-013"
    what = _("This scan has ended already ({state}).")
    todo = _("Reload the page.")


class NotResumable(Refusal):
    """Only a scan that was stopped or failed goes on."""

    code = "XD-DATA-014"
    what = _("This scan cannot be resumed ({state}).")
    todo = _("Start a new scan of the source.")


class ReasonMissing(Refusal):
    """Deciding otherwise than suggested needs a reason."""

    code = "XD-DATA-015"
    what = _("The reason is missing.")
    todo = _("Say why; it is kept with the grade and in the ledger.")
    clauses = ("MEASURES-20c",)
    status = 422


class ColumnIsGone(Refusal):
    """The source does not have the column any more."""

    code = "XD-DATA-016"
    what = _("The last scan did not find {column} any more.")
    todo = _("Scan the source again if it is back.")


class NothingToConfirm(Refusal):
    """No column of the dataset waits for a decision."""

    code = "XD-DATA-017"
    what = _("No column of {dataset} waits for a decision.")
    todo = _("Reload the page.")


class StateSecretUnanswered(Refusal):
    """The grade “confidential” asks whether it is a state secret."""

    code = "XD-DATA-018"
    what = _("Graded confidential: whether this is a state secret has not been answered.")
    todo = _("Answer it: “confidential” here grades data; state secrets are another matter and another law.")
    clauses = ("DIGITAL-4.2.2d", "MEASURES-33a")
    status = 422


class StateSecretRefused(Refusal):
    """State secrets are not held in this platform."""

    code = "XD-DATA-019"
    what = _("{column} holds a state secret, which this platform may not hold.")
    todo = _("Tell the secrecy office at once, and take the data out of this source as it orders.")
    clauses = ("MEASURES-33a", "DIGITAL-4.2.2d")


class NameTaken(Refusal):
    """Another source has this name or address."""

    code = "XD-DATA-020"
    what = _("Another source has this name or address already: {value}.")
    todo = _("Choose another name, or go on with that source.")


class SecretAgain(Refusal):
    """A kept password is not sent to another place."""

    code = "XD-DATA-021"
    what = _("The address changed, so the kept password is not used for it.")
    todo = _("Enter the password of the new address.")
    clauses = ("MEASURES-22.4a",)
    status = 422


class InventoryEmpty(Refusal):
    """There is nothing to review yet."""

    code = "XD-DATA-022"
    what = _("The inventory is empty, so there is nothing to review.")
    todo = _("Register a source and scan it first.")
    clauses = ("MEASURES-20a",)
