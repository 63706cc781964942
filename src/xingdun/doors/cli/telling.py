"""A command that is refused says what, why and what to do, and ends with status 1."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from xingdun.frame.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")


def tells_refusals(command: Callable[P, R]) -> Callable[P, R]:
    """`command`, with a Refusal printed instead of its traceback."""

    @functools.wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal

    return told
