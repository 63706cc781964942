"""A command that is refused says what, why and what to do, and ends with status 1."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from xingdun.frame.errors import Refusal
from xingdun.runtime.refusals import DatabaseUnreachable

P = ParamSpec("P")
R = TypeVar("R")


def tells_refusals(command: Callable[P, R]) -> Callable[P, R]:
    """`command`, with a Refusal, or a database that cannot be reached, printed instead of its traceback."""

    @functools.wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except Exception as error:
            if not _database_is_away(error):
                raise
            problem = " ".join(str(error).split())
            raise click.ClickException(str(DatabaseUnreachable(problem=problem))) from error

    return told


def _database_is_away(error: Exception) -> bool:
    from django.db import OperationalError  # late: most commands need no database

    return isinstance(error, OperationalError)
