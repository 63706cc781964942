"""`xingdun up`: the whole platform on one machine."""

import click

from xingdun.doors.cli.telling import tells_refusals


@click.command
@click.option("--port", type=click.IntRange(0, 65535), help="Web port; the next free one when taken. [8600]")
@click.option("--data", type=click.Path(file_okay=False), help="Data folder. [./data]")
@click.option("--sample/--no-sample", default=True, help="Keep a synthetic hospital ready beside it.")
@click.option("--scale", type=click.FloatRange(0.01, 50), default=1.0, help="How large the synthetic hospital is.")
@click.option("--prepare-only", is_flag=True, help="Make the database ready, then end.")
@tells_refusals
def up(*, port: int | None, data: str | None, sample: bool, scale: float, prepare_only: bool) -> None:
    """Start everything: database, migrations, web server, worker, sealer, and a sample hospital.

    Ctrl-C stops all of it. Settings: XINGDUN_… in the environment, see docs/operations.md.
    """
    from xingdun.runtime.up import Wishes, run

    run(Wishes(port=port, data=data, sample=sample, scale=scale, prepare_only=prepare_only))
