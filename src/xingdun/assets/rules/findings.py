"""How long a finding may be excepted, by severity, and who grants it."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from xingdun.frame.roles import Role


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / "findings.toml").read_text(encoding="utf-8"))


def longest_exception(severity: str) -> timedelta:
    """For how long a finding of that severity may be left unmended by leave."""
    return timedelta(days=_rules()["longest_exception_days"][severity])


def exception_approvers(severity: str) -> tuple[Role, ...]:
    """Who must agree, in this order."""
    return tuple(Role(role) for role in _rules()["approvers"][severity])


def exception_clauses() -> tuple[str, ...]:
    """The clauses behind both."""
    return tuple(_rules()["clauses"])
