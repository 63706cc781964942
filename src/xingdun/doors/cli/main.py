"""The command `xingdun`: one subcommand a file, each loaded only when it is asked for."""

from importlib import import_module

import click

from xingdun import __version__

COMMANDS = {
    "scan": "xingdun.doors.cli.scan:scan",
    "up": "xingdun.doors.cli.up:up",
    "web": "xingdun.doors.cli.processes:web",
    "worker": "xingdun.doors.cli.processes:worker",
    "watch": "xingdun.doors.cli.processes:watch",
    "seal": "xingdun.doors.cli.processes:seal",
    "doctor": "xingdun.doors.cli.doctor:doctor",
    "verify": "xingdun.doors.cli.verify:verify",
    "prove": "xingdun.doors.cli.prove:prove",
    "export": "xingdun.doors.cli.export:export",
    "clock": "xingdun.doors.cli.clock:clock",
    "ledger": "xingdun.doors.cli.ledger:ledger",
    "grant": "xingdun.doors.cli.grant:grant",
    "manage": "xingdun.doors.cli.manage:manage",
}


class LazyGroup(click.Group):
    """A group whose subcommands are imported when used, so that `--help` and `scan` start fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, sorted."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; None when there is none."""
        del ctx
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="xingdun")
def main() -> None:
    """杏盾 Xingdun: discover, govern, enforce and prove the protection of health data."""
