"""`xingdun up`: the whole platform on one machine."""

import click

from xingdun.doors.cli.telling import tells_refusals


@click.command
@click.option("--port", type=click.IntRange(0, 65535), help="Web port; the next free one when taken. [8600]")
@click.option("--data", type=click.Path(file_okay=False), help="Data folder. [./data]")
@click.option("--sample/--no-sample", default=True, help="Keep a synthetic hospital ready beside it.")
@click.option("--prepare-only", is_flag=True, help="Make the database ready, then end.")
@tells_refusals
def up(port: int | None, data: str | None, sample: bool, prepare_only: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Start everything: database, migrations, web server, worker, sealer, and a sample hospital.

    Ctrl-C stops all of it. Settings: XINGDUN_… in the environment, see docs/operations.md.
    """
    from xingdun.runtime.up import Wishes, run

    run(Wishes(port=port, data=data, sample=sample, prepare_only=prepare_only))
