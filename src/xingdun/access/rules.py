"""The numbers of `rules.toml`, typed."""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))


def keys_turned_within() -> timedelta:
    """How long before the opening both keys may have been turned (DIGITAL-4.3.2a)."""
    return timedelta(hours=_read()["keys"]["turned_within_hours"])


def break_glass_lasts() -> timedelta:
    """How long a break-glass window stays open."""
    return timedelta(hours=_read()["break_glass"]["hours"])


def closing_takes() -> timedelta:
    """How soon an ended window must be gone from the source, open connections included."""
    return timedelta(seconds=_read()["closing"]["within_seconds"])


def seen_within() -> timedelta:
    """How long ago the watch may have looked at a protected source."""
    return timedelta(minutes=_read()["watching"]["seen_within_minutes"])
