"""`xingdun ledger`: the ledger as a file."""

import os
from pathlib import Path

import click

from xingdun.doors.cli.new_file import NewFile
from xingdun.doors.cli.platform import as_sealer, connected
from xingdun.doors.cli.retire import retire
from xingdun.doors.cli.telling import tells_refusals
from xingdun.runtime.environment import load


@click.group
def ledger() -> None:
    """The ledger: export it, see its state, let old months leave."""


ledger.add_command(retire)


@ledger.command
@click.option("--out", type=NewFile(), required=True, help="The file to write.")
@tells_refusals
def export(out: Path) -> None:
    """Write the sealed ledger to a file that `xingdun verify FILE` checks on any machine."""
    as_sealer(load(os.environ))
    environment = connected("ledger")
    from xingdun.audit.export import export as write
    from xingdun.audit.trust import KEYS_FILE
    from xingdun.runtime.ledger import folder, policy

    policy(environment)
    count = write(out, keys=(folder(environment) / KEYS_FILE).read_text())
    click.echo(f"{out}: {count} entries")


@ledger.command
@tells_refusals
def status() -> None:
    """How many entries are sealed, how many wait, and the newest checkpoint."""
    as_sealer(load(os.environ))
    connected("ledger")
    from xingdun.audit.models import Checkpoint, Pending

    newest = Checkpoint.objects.order_by("-size").first()
    click.echo(f"waiting: {Pending.objects.count()}")
    click.echo(newest.note if newest else "no checkpoint yet", nl=False)
    click.echo()
