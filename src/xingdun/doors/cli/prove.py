"""`xingdun prove`: everything that shows how a clause stood on a day, as one file that checks itself."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xingdun.doors.cli.institutions import institution_named
from xingdun.doors.cli.new_file import NewFile, write
from xingdun.doors.cli.platform import connected
from xingdun.doors.cli.telling import tells_refusals

if TYPE_CHECKING:
    from xingdun.frame.roles import Role

CLI = "system:cli"
MAKE = "obligations.pack.create"


@click.command(epilog="Check the file anywhere with `xingdun verify FILE`.")
@click.option("--clause", required=True, metavar="ID", help="The clause, such as MEASURES-11a.")
@click.option("--on", metavar="DATE", help="The day, as 2026-03-18; today when left out.")
@click.option("--out", type=NewFile(), required=True, help="The file to write.")
@click.option("--institution", metavar="NAME", help="Whose; needed when the platform serves several.")
@click.option("--as", "as_login", metavar="LOGIN", help="Whose roles decide which evidence goes along in full.")
@tells_refusals
def prove(clause: str, on: str | None, out: Path, institution: str | None, as_login: str | None) -> None:
    """Make a proof pack of clause ID: how it stood on DATE, its records, proofs, decisions and evidence.

    Without --as, confidential evidence goes along by its digests alone. The sealer must run: the pack's own digest
    is sealed in the ledger before it is written.
    """
    day = _day(on)
    environment = connected("prove")
    from xingdun.frame.context import acting_in
    from xingdun.obligations.services.packs import Ledger, pack_create
    from xingdun.runtime import ledger

    ledger.policy(environment)
    keys = (ledger.folder(environment) / ledger.KEYS_FILE).read_text()
    now = datetime.now(UTC)
    with acting_in(institution_named(institution)) as context:
        by, roles = _who(as_login, now)
        pack = pack_create(
            clause=clause,
            on=day,
            by=by,
            roles=roles,
            ledger=Ledger(ledger.store(environment), keys),
            now=now,
            institution=context.institution,  # type: ignore[arg-type] # `institution_named` gives one
        )
    write(out, pack.content)
    click.echo(f"{out}: {pack.entries} entries proven, pack.json {pack.digest}")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write it as 2026-03-18", param_hint="--on") from None


def _who(login: str | None, now: datetime) -> "tuple[Any, frozenset[Role | str]]":
    """Who asks and with which roles; the command line alone reads what every member of staff may read."""
    from xingdun.frame.errors import NotFound
    from xingdun.frame.permissions import require
    from xingdun.frame.roles import Role
    from xingdun.organisation.selectors import people, roles_of

    if login is None:
        return CLI, frozenset({Role.APPLICANT})
    person = people().filter(account__login=login, account__is_active=True).first()
    if person is None:
        raise NotFound
    roles = roles_of(person, now=now)
    require(MAKE, roles)
    return person, roles
