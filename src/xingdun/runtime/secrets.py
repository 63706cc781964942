"""Secrets the processes start with."""

from pathlib import Path

from xingdun.frame.secret_files import secret_file

__all__ = ["secret_file", "session_secret"]


def session_secret(data: Path) -> str:
    """What sessions and one-time links are signed with."""
    return secret_file(data / "secrets" / "session.key").hex()
