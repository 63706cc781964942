"""What other domains do when a process about one of their records ends or is changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xingdun.approvals.models import Decision, Process
from xingdun.organisation.models import Person

Follow = Callable[..., None]
Content = Callable[[str], dict[str, Any]]
followers: dict[str, Follow] = {}
contents: dict[str, Content] = {}


def follow(label: str, function: Follow, content: Content | None = None) -> None:
    """Say what happens, in the same transaction, when a process about `label` (app.model) ends or is changed.

    Called as `function(process=…, decision=… or None, by=…, now=…)`. content: gives the content of the record with
    that key as it stands now, in the form in which it was asked; what has changed meanwhile is not approved.
    """
    followers[label] = function
    if content is not None:
        contents[label] = content


def content_now(process: Process) -> dict[str, Any] | None:
    """The content of the process's record as it stands; None when its domain does not tell it."""
    label, _, key = process.about.partition(":")
    return contents[label](key) if label in contents else None


def tell(process: Process, decision: Decision | None, by: Person, now: datetime) -> None:
    """Call whoever follows the process's record."""
    function = followers.get(process.about.partition(":")[0])
    if function:
        function(process=process, decision=decision, by=by, now=now)
