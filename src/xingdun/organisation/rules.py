"""The rules of `rules.toml`, typed."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def officer_certificates() -> tuple[str, ...]:
    """The certificates that count for a data security officer (DIGITAL-5.1.2b, A19)."""
    read = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
    return tuple(read["officer"]["certificates"])
