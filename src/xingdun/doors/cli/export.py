"""`xingdun export`: the law, and how the institution stands with it, as files for other programs of the field."""

from datetime import UTC, datetime
from pathlib import Path

import click

from xingdun.doors.cli.institutions import institution_named
from xingdun.doors.cli.new_file import NewFile, write
from xingdun.doors.cli.platform import connected
from xingdun.doors.cli.telling import tells_refusals
from xingdun.obligations.exports.files import OWN, PUBLIC, public_file

CLI = "system:cli"


@click.command(epilog="docs/exports.md says what each file holds, and what is lost on the way.")
@click.argument("kind", type=click.Choice(sorted([*PUBLIC, *OWN])))
@click.option("--out", type=NewFile(), required=True, help="The file to write.")
@click.option("--institution", metavar="NAME", help="Whose; needed when the platform serves several.")
@tells_refusals
def export(kind: str, out: Path, institution: str | None) -> None:
    """Write KIND to a file.

    oscal-catalog and ciso-assistant hold the law itself and need no platform. oscal-profile, oscal-assessment and
    oscal-poam tell of one institution: they need the running platform, and the ledger keeps who took them.
    """
    if kind in PUBLIC:
        file = public_file(kind)
    else:
        connected("export")
        from xingdun.frame.context import acting_in
        from xingdun.obligations.services.exports import export_create

        key = institution_named(institution)
        with acting_in(key):
            file = export_create(kind=kind, institution=key, by=CLI, now=datetime.now(UTC))
    write(out, file.content)
    click.echo(f"{out}: {len(file.content)} bytes")
