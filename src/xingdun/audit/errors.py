"""What the ledger refuses, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class SealerRuns(Refusal):
    """There is one sealer at a time."""

    code = "XD-AUDIT-001"
    what = _("Another sealer works on this database.")
    todo = _("Stop it first, or leave the sealing to it; this one waits.")


class RolledBack(Refusal):
    """The database is older than what was published: it was set back, or replaced."""

    code = "XD-AUDIT-002"
    what = _("The ledger in the database ends at {database} entries, but a published checkpoint counts {published}.")
    todo = _("Restore the newest backup. Nothing is sealed until the ledger has caught up, so that no fork is signed.")
    clauses = ("MEASURES-22.4c", "DIGITAL-7.2.3.4a")


class TilesDiffer(Refusal):
    """The stored tiles are not the tree that was signed."""

    code = "XD-AUDIT-003"
    what = _("The tiles in {folder} do not give the root of the last checkpoint ({size} entries).")
    todo = _("Run `xingdun verify` to find what was changed; keep the folder as evidence.")


class NotSealedYet(Refusal):
    """An entry has no proof before it is in the tree."""

    code = "XD-AUDIT-004"
    what = _("This entry is not sealed yet.")
    todo = _("Wait a second and ask again; if it stays so, check that the sealer runs.")
    status = 409


class ExportUnreadable(Refusal):
    """The file is no ledger export."""

    code = "XD-AUDIT-005"
    what = _("{file} is not a ledger export: {problem}.")
    todo = _("Export it again with `xingdun ledger export`.")
    status = 422


class WitnessUnusable(Refusal):
    """A witness cannot be reached."""

    code = "XD-AUDIT-006"
    what = _("The witness {name} did not take the checkpoint: {problem}.")
    todo = _("Check that the folder is mounted and writable, or that the address answers; it is tried again.")


class RetentionTooShort(Refusal):
    """Access logs are kept at least as long as the law says."""

    code = "XD-AUDIT-007"
    what = _("The ledger of {month} must be kept until {until}.")
    todo = _("Choose an older month.")
    clauses = ("MEASURES-22.4c", "INTERNET-8.2e", "DIGITAL-7.2.3.4a")


class LedgerNotPrepared(Refusal):
    """The ledger's keys were never made."""

    code = "XD-AUDIT-008"
    what = _("The ledger in {folder} has no keys yet.")
    todo = _("Run `xingdun up --prepare-only` with the owner's database address once, then start again.")
    status = 503


class NoSuchMonth(Refusal):
    """The month is not in the database: it never was, or it has left."""

    code = "XD-AUDIT-009"
    what = _("The database holds no month {month} of the ledger.")
    todo = _("`xingdun ledger retire` lists the months that may leave.")
    status = 404


class MonthNotSealed(Refusal):
    """An entry that is not in the tree cannot leave: nothing would prove that it was there."""

    code = "XD-AUDIT-010"
    what = _("{count} entries of {month} are not sealed, so the month cannot leave.")
    todo = _("Run `xingdun verify`; see that the sealer runs, then try again.")
    clauses = ("MEASURES-22.4d",)


class LedgerFolderUnusable(Refusal):
    """Tiles cannot be written: the disk is full, or the folder is gone or read-only."""

    code = "XD-AUDIT-011"
    what = _("The ledger's folder {folder} cannot be written: {problem}.")
    todo = _("Make room or mend the folder. Entries wait in the database meanwhile; sealing goes on by itself.")
    status = 503


class LedgerStopped(Refusal):
    """The database went away under the sealer."""

    code = "XD-AUDIT-012"
    what = _("The sealer lost its database: {problem}")
    todo = _("Start the database again. Sealing goes on by itself where the last checkpoint stands.")
    status = 503
