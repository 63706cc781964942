"""`xingdun ledger retire`: months of the ledger leave at the end of their retention."""

import os
from datetime import UTC, datetime

import click

from xingdun.audit.retired import at_least_months, kept_months
from xingdun.doors.cli.platform import as_sealer, connected
from xingdun.doors.cli.telling import tells_refusals
from xingdun.runtime.environment import load


@click.command
@click.option(
    "--older-than",
    type=click.IntRange(min=at_least_months()),
    default=kept_months(),
    show_default=True,
    help="Months that must have gone by since the month ended.",
)
@click.option("--yes", is_flag=True, help="Let them leave; without it they are only listed.")
@tells_refusals
def retire(older_than: int, yes: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """List the months past their retention; with --yes, let their entries leave the database.

    Their leaves stay in the tree, so everything else is still proven. The law's six months cannot be shortened.
    """
    as_sealer(load(os.environ))
    connected("ledger")
    from xingdun.audit import retention

    now = datetime.now(UTC)
    months = retention.months_past(now=now, months=older_than)
    for month in months:
        if yes:
            done = retention.month_retire(month=month, by="system:cli", now=now)
            click.echo(f"{month:%Y-%m}: {done.entries} entries have left")
        else:
            click.echo(f"{month:%Y-%m}")
    if not months:
        click.echo("no month is past its retention")
