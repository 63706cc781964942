"""The loop that lets the posture follow the ledger: one look a second, and a write only when something changed."""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.utils import timezone

from xingdun.frame.context import acting_in
from xingdun.obligations import services, tasks
from xingdun.obligations.selectors.ledger import tree_size

log = logging.getLogger(__name__)
LOOK = 1.0  # seconds; sealing takes as long, so a change is seen about two seconds after it
TURN = 10.0  # seconds between looks at what has fallen due
_PAUSE = 15.0  # after a fault
_LOCK = 0x58_44_50_4F_53_54  # "XDPOST": one follower a platform


def run(*, should_stop: Callable[[], bool], wait: Callable[[float], object] = time.sleep) -> None:
    """Follow until told to stop. A fault is told and tried again; a second follower waits for the first."""
    follower = Follower()
    while not should_stop():
        try:
            pause = LOOK if follower.look() else _PAUSE
        except Exception:
            log.exception("the posture could not follow the ledger; it is tried again")
            follower = Follower()
            connection.close()
            pause = _PAUSE
        wait(pause)
    connection.close()


class Follower:
    """Where one loop stands: the tree's size when it last looked, and when it last looked at the time."""

    def __init__(self) -> None:
        self._seen = -1
        self._turned = 0.0
        self._locked = False
        self._started: set[UUID] = set()

    def look(self) -> bool:
        """One look; False when another process follows."""
        if not self._locked and not self._lock():
            return False
        size = tree_size()
        turn = time.monotonic() - self._turned >= TURN
        if size == self._seen and not turn:
            return True
        for institution in tasks.institutions():
            with acting_in(institution):
                self._of(institution, follow=size != self._seen, turn=turn)
        self._seen = size
        if turn:
            self._turned = time.monotonic()
        return True

    def _of(self, institution: UUID, *, follow: bool, turn: bool) -> None:
        now = timezone.now()
        if institution not in self._started:
            tasks.start(institution, now)
            self._started.add(institution)
        if follow:
            services.posture_follow(institution=institution, now=now)
        if turn:
            services.posture_turn(institution=institution, now=now)

    def _lock(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            (self._locked,) = cursor.fetchone()
        return self._locked
