"""`xingdun manage …`: Django's own commands, with the platform's settings."""

import os
import sys

import click

from xingdun.doors.cli.telling import tells_refusals


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@tells_refusals
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands (`xingdun manage help`)."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "xingdun.runtime.settings"
    from django.core.management import execute_from_command_line

    execute_from_command_line([f"{sys.argv[0]} manage", *arguments])
