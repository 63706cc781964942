"""The watch over protected sources: what has ended is gone from them within seconds, and what was done comes back."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import OperationalError, close_old_connections, connection, transaction

from xingdun.access import enforcement
from xingdun.access.models import Grant, Protection
from xingdun.access.services.grants import grant_end, grant_gone
from xingdun.access.services.protection import administering
from xingdun.access.services.uses import uses_keep
from xingdun.audit import services as audit
from xingdun.frame.context import acting_in
from xingdun.frame.errors import Refusal
from xingdun.organisation.models import Account

logger = logging.getLogger(__name__)

ROUND = 1.0  # seconds; the closing must take five at most (rules.toml)
_ORPHAN_AFTER = 60.0  # seconds a window may be in a source without a grant: its transaction has long ended then


class Watch:
    """Looks at every protected source of every institution, again and again."""

    def __init__(self) -> None:
        self._held: dict[UUID, tuple[ExitStack, psycopg.Connection[Any]]] = {}
        self._unknown: dict[str, float] = {}

    def round(self, now: datetime) -> None:
        """One look at everything; a source that cannot be reached holds up none of the others."""
        for institution in _institutions():
            with acting_in(institution):
                for protection in Protection.objects.select_related("source"):
                    self._look(protection, now)

    def close(self) -> None:
        """Let go of the sources' connections."""
        for key in list(self._held):
            self._let_go(key)

    def _look(self, protection: Protection, now: datetime) -> None:
        try:
            source = self._connection(protection)
            self._end_what_is_over(protection, source, now)
            self._end_orphans(protection, source)
            uses_keep(protection=protection, now=now)
        except (psycopg.Error, enforcement.EnforcementError, Refusal, OSError) as error:
            self._let_go(protection.pk)
            _told(protection, error, now)
        else:
            _told(protection, None, now)

    def _connection(self, protection: Protection) -> psycopg.Connection[Any]:
        held = self._held.get(protection.pk)
        if held and not held[1].closed:
            return held[1]
        stack = ExitStack()
        made = stack.enter_context(administering(protection))
        self._held[protection.pk] = (stack, made)
        return made

    def _let_go(self, key: UUID) -> None:
        held = self._held.pop(key, None)
        if held:
            with suppress(psycopg.Error):
                held[0].close()

    @staticmethod
    def _end_what_is_over(protection: Protection, source: psycopg.Connection[Any], now: datetime) -> None:
        """First what the platform has closed, then what the source itself finds over or tampered with."""
        for grant in Grant.objects.filter(source=protection.source, closed_at__isnull=False, gone_at__isnull=True):
            closed = enforcement.close_window(source, grant.login)
            if not closed.remains:
                grant_gone(grant=grant, sessions=closed.sessions, now=now)
        found = enforcement.reap(source, now)
        for closed, why in found.closed:
            known = Grant.objects.filter(login=closed.login).first()
            if known is None:
                continue
            if known.closed_at is None:
                ending = Grant.Ending.EXPIRED if why == "expired" else Grant.Ending.TAMPERED
                known = grant_end(grant=known, ending=ending, by="system:watch", now=now, reason=why)
            if not closed.remains and known.gone_at is None:
                grant_gone(grant=known, sessions=closed.sessions, now=now)
        for ended in found.ended:
            _session_ended(ended, now)

    def _end_orphans(self, protection: Protection, source: psycopg.Connection[Any]) -> None:
        """A window whose grant never committed (the platform died in between) is closed."""
        there = set(enforcement.open_windows(source))
        known = set(Grant.objects.filter(login__in=there).values_list("login", flat=True))
        seen = time.monotonic()
        for login in there - known:
            if seen - self._unknown.setdefault(login, seen) > _ORPHAN_AFTER:
                logger.warning("a window without a grant is closed in source %s", protection.source_id)
                enforcement.close_window(source, login)
                self._unknown.pop(login)


def _institutions() -> Iterator[UUID]:
    """Every institution that has accounts; institutions themselves are hidden outside their own calls."""
    yield from Account.objects.order_by().values_list("institution", flat=True).distinct()


def _session_ended(ended: enforcement.Ended, now: datetime) -> None:
    grant = Grant.objects.filter(login=ended.login).first()
    if grant:
        with transaction.atomic():
            audit.record(
                actor="system:watch",
                action="grant.session_ended",
                about=grant,
                under=grant,
                now=now,
                details={"why": ended.reason},
            )


def _told(protection: Protection, error: Exception | None, now: datetime) -> None:
    """Keep the source's state on its page; only when it changed, or once a minute."""
    code = "" if error is None else getattr(error, "code", type(error).__name__)[:20]
    recent = protection.watched_at and (now - protection.watched_at).total_seconds() < 60  # noqa: PLR2004 - a minute
    if code == protection.error_code and recent:
        return
    text = "" if error is None else " ".join(str(error).split())[:300]
    if error is not None:
        logger.warning("source %s cannot be watched: %s", protection.source_id, code)
    Protection.objects.filter(pk=protection.pk).update(watched_at=now, error_code=code, error_text=text)


def run(*, should_stop: Callable[[], bool], wait: Callable[[float], object] = time.sleep) -> None:
    """Watch until told to stop, a round a second; `wait` may come back early when the end is asked for."""
    watch = Watch()
    try:
        while not should_stop():
            begun = time.monotonic()
            try:
                close_old_connections()
                watch.round(datetime.now(UTC))
            except OperationalError:  # the platform's own database is away: it comes back, or the supervisor says so
                logger.exception("the platform's database cannot be reached")
                connection.close()
            wait(max(0.0, ROUND - (time.monotonic() - begun)))
    finally:
        watch.close()
