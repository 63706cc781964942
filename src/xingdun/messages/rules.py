"""The numbers of `data/delivery.toml`, typed."""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "delivery.toml").read_text(encoding="utf-8"))


def pause_after(attempt: int) -> timedelta | None:
    """How long to wait after the failed attempt of that number (from 1); None when it was the last."""
    pauses: list[int] = _read()["retry"]["after_minutes"]
    return timedelta(minutes=pauses[attempt - 1]) if attempt <= len(pauses) else None


def lost_after() -> timedelta:
    """When an attempt nobody concluded counts as lost."""
    return timedelta(minutes=_read()["retry"]["lost_after_minutes"])


def timeout() -> float:
    """Seconds one attempt may take."""
    return float(_read()["limits"]["timeout_seconds"])


def reply_bytes() -> int:
    """How much of a reply is read."""
    return int(_read()["limits"]["reply_bytes"])


def text_bytes() -> int:
    """How long a text for a group robot may be, in UTF-8."""
    return int(_read()["limits"]["text_bytes"])


def digest_from_hour() -> int:
    """The hour, on the institution's clock, from which the day's digest is due."""
    return int(_read()["digest"]["from_hour"])
