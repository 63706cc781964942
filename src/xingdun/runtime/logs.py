"""Logs for machines: one JSON object a line, and no personal data in it."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

EXTRAS = ("code", "permission", "route", "method", "status", "milliseconds", "institution", "person", "job", "about")
"""What a log call may add by `extra=`: codes, numbers and references, never words."""


class JsonFormatter(logging.Formatter):
    """Writes what happened, where in the program, and the EXTRAS that were given.

    Arguments of a message and the text of an exception may carry a name, a number or a value of a row; so a message
    is written as its pattern, and an exception as its type and the places it passed. Both lead to the fault.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            # A library may put an exception's whole text into its message: what follows the first line is left out.
            "event": record.msg.partition("\n")[0] if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        told.update({name: str(value) for name in EXTRAS if (value := getattr(record, name, None)) is not None})
        told.update(_answered(record))
        if record.exc_info and record.exc_info[0]:
            told["exception"] = record.exc_info[0].__qualname__
            told["places"] = [
                f"{frame.filename.rpartition('site-packages/')[2].rpartition('/src/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(told, ensure_ascii=False)


def _answered(record: logging.LogRecord) -> dict[str, str]:
    """Of an answer that Django tells of: its status, and the address as its pattern, without what stood in it."""
    request, status = getattr(record, "request", None), getattr(record, "status_code", None)
    if status is None:
        return {}
    found = getattr(request, "resolver_match", None)
    return {"status": str(status), "method": str(getattr(request, "method", "")), "route": found.route if found else ""}
