"""`xingdun web`, `worker`, `watch` and `seal`: one part of the platform alone, for systemd or Kubernetes."""

import click

from xingdun.doors.cli.telling import tells_refusals
from xingdun.runtime import processes


@click.command
@tells_refusals
def web() -> None:
    """Serve the pages and the API."""
    processes.web()


@click.command
@tells_refusals
def worker() -> None:
    """Do background work: scans, imports and schedules."""
    processes.worker()


@click.command
@tells_refusals
def watch() -> None:
    """Watch protected sources: what has ended is gone from them within seconds."""
    processes.watch()


@click.command
@tells_refusals
def seal() -> None:
    """Seal the ledger: a signed checkpoint each second."""
    processes.seal()
