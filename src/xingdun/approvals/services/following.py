"""What other domains do when a process about one of their records ends or is changed."""

from collections.abc import Callable
from datetime import datetime

from xingdun.approvals.models import Decision, Process
from xingdun.organisation.models import Person

Follow = Callable[..., None]
followers: dict[str, Follow] = {}


def follow(label: str, function: Follow) -> None:
    """Say what happens, in the same transaction, when a process about `label` (app.model) ends or is changed.

    Called as `function(process=…, decision=… or None, by=…, now=…)`.
    """
    followers[label] = function


def tell(process: Process, decision: Decision | None, by: Person, now: datetime) -> None:
    """Call whoever follows the process's record."""
    function = followers.get(process.about.partition(":")[0])
    if function:
        function(process=process, decision=decision, by=by, now=now)
