"""The one text of a posture and of its changes, and the digest of it: what days and measurements are sealed by."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Protocol

from xingdun.audit.services import canonical, moment
from xingdun.obligations.catalogue import texts

_text = json.encoder.encode_basestring
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Told(Protocol):
    """An answer: what was found, what is kept, or a step of the history."""

    @property
    def duty(self) -> str: ...  # noqa: D102 - as the models' fields

    @property
    def subject(self) -> str: ...  # noqa: D102 - the same

    @property
    def state(self) -> str: ...  # noqa: D102 - the same

    @property
    def due_at(self) -> datetime | None: ...  # noqa: D102 - the same

    @property
    def detail(self) -> dict[str, str]: ...  # noqa: D102 - the same

    @property
    def evidence(self) -> list[str]: ...  # noqa: D102 - the same


def line(answer: Told, was: str | None = None) -> str:
    """One answer as canonical JSON: keys sorted, times in UTC with microseconds; of a change with the state before."""
    detail = canonical(answer.detail) if answer.detail else "{}"
    evidence = _encode(answer.evidence) if answer.evidence else "[]"
    due_at = moment(answer.due_at) if answer.due_at else ""
    before = "" if was is None else f',"was":{_text(was)}'
    return (
        f'{{"detail":{detail},"due_at":"{due_at}","duty":{_text(answer.duty)},"evidence":{evidence},'
        f'"state":{_text(answer.state)},"subject":{_text(answer.subject)}{before}}}'
    )


def digest(lines: Iterable[str]) -> str:
    """SHA-256 in hex of the lines, sorted, each ended by a line feed, as UTF-8."""
    whole = hashlib.sha256()
    for each in sorted(lines):
        whole.update(each.encode() + b"\n")
    return whole.hexdigest()


@cache
def catalogue_digest() -> str:
    """SHA-256 in hex of the catalogue's files, as they come with this program."""
    return hashlib.sha256(canonical(dict(texts())).encode()).hexdigest()
