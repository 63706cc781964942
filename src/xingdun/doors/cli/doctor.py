"""`xingdun doctor`: what is wrong with this installation, and how to mend it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from xingdun.doors.cli.platform import connected
from xingdun.frame.errors import Refusal
from xingdun.runtime.health import Finding, State, examine, refused
from xingdun.runtime.language import marked as _

ILL = 4
"""Exit status when something failed."""
_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "red"}
_WIDTH = 8


@click.command
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to tell it.")
def doctor(form: str) -> None:
    """Look at database, rights, keys, cryptography, disk, clock, ledger and witnesses.

    Each line says ok, warning or failed; under it, how to mend it. Ends with status 4 when something failed.
    """
    found = []
    for finding in _findings():
        found.append(finding)
        if form == "text":
            _tell(finding)
    failed = sum(each.state is State.FAILED for each in found)
    if form == "json":
        told = {"well": not failed, "findings": [each.told() for each in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    if failed:
        raise SystemExit(ILL)


def _findings() -> Iterator[Finding]:
    try:
        environment = connected("doctor")
    except Refusal as refusal:
        yield refused("settings", _("Settings"), refusal)
        return
    yield from examine(environment, datetime.now(UTC))


def _tell(finding: Finding) -> None:
    mark = click.style(f"{finding.state:<{_WIDTH}}", fg=_COLOURS[finding.state])
    click.echo(f"{mark}{finding.title}: {finding.found}")
    if finding.mend:
        click.echo(" " * _WIDTH + f"→ {finding.mend}")
