"""The watch over open windows: ends what is past its time, and what leaves its bounds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

from xingdun.access.enforcement.installation import is_superuser, require_idle, require_prepared
from xingdun.access.enforcement.window import Closed, close_window

Connection = psycopg.Connection[Any]

Reason = Literal[
    "expired",
    "closing",
    "password_changed",
    "settings_changed",
    "other_database",
    "large_objects",
    "login_missing",
    "statement_too_long",
    "transaction_too_long",
    "advisory_lock",
]

# Each window that must go, and why. A password or setting of one's own is everyone's right to change, so it is found
# here; the password only by a superuser, who alone may see verifiers.
_TO_CLOSE = """
SELECT g.login::text, CASE
  WHEN g.closed_at IS NOT NULL THEN 'closing'
  WHEN g.expires_at <= %(now)s OR g.expires_at <= clock_timestamp() THEN 'expired'
  WHEN r.oid IS NULL THEN 'login_missing'
  WHEN %(superuser)s AND g.verifier IS DISTINCT FROM (%(verifiers)s::jsonb ->> g.login::text) THEN 'password_changed'
  WHEN s.settings IS DISTINCT FROM g.settings THEN 'settings_changed'
  WHEN EXISTS (SELECT FROM pg_stat_activity a WHERE a.usesysid = r.oid AND a.datname <> current_database())
    THEN 'other_database'
  WHEN EXISTS (SELECT FROM pg_largeobject_metadata l WHERE l.lomowner = r.oid) THEN 'large_objects'
END AS reason
FROM xingdun.grants g LEFT JOIN pg_roles r ON r.rolname = g.login
LEFT JOIN LATERAL (
  SELECT array_agg(x COLLATE "C" ORDER BY x COLLATE "C") AS settings
  FROM pg_db_role_setting d, unnest(d.setconfig) AS x WHERE d.setrole = r.oid) s ON true"""

# Sessions that outlast what their settings said: a session may lift its own settings.
_TO_END = """
SELECT g.login::text, a.pid, CASE
  WHEN a.state = 'active' AND clock_timestamp() - a.query_start > g.statement_timeout + %(grace)s::interval
    THEN 'statement_too_long'
  WHEN clock_timestamp() - a.xact_start > g.transaction_timeout + %(grace)s::interval THEN 'transaction_too_long'
  WHEN EXISTS (SELECT FROM pg_locks k WHERE k.pid = a.pid AND k.locktype = 'advisory') THEN 'advisory_lock'
END AS reason
FROM xingdun.grants g JOIN pg_stat_activity a ON a.usename = g.login"""

_GRACE = "1 second"  # the server's own timeout goes first


@dataclass(frozen=True, slots=True)
class Ended:
    """A session the watch ended, the window itself staying open."""

    login: str
    pid: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Reaped:
    """One round of the watch: windows closed with their reasons, and single sessions ended."""

    closed: tuple[tuple[Closed, Reason], ...]
    ended: tuple[Ended, ...]


def reap(connection: Connection, now: datetime) -> Reaped:
    """Close every window past its end, tampered with or half closed, and end sessions beyond their limits.

    now: the platform's clock; the source's own clock counts as well, the earlier end wins. Run it every second or
    two: that is how long an open connection outlives its grant. Source: MEASURES-22.4b2, MEASURES-22.4e.
    """
    require_idle(connection)
    require_prepared(connection)
    closed = tuple(
        (close_window(connection, login), reason)
        for login, reason in connection.execute(_TO_CLOSE, _facts(connection, now)).fetchall()
        if reason
    )
    ended = []
    for login, pid, reason in connection.execute(_TO_END, {"grace": _GRACE}).fetchall():
        if reason:
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
            ended.append(Ended(login, pid, reason))
    return Reaped(closed, tuple(ended))


def open_windows(connection: Connection) -> tuple[str, ...]:
    """The logins the source still knows, closing ones included."""
    return tuple(login for (login,) in connection.execute("SELECT login::text FROM xingdun.grants ORDER BY opened_at"))


def _facts(connection: Connection, now: datetime) -> dict[str, Any]:
    superuser = is_superuser(connection)
    verifiers = "{}"
    if superuser:
        found = connection.execute(
            "SELECT coalesce(jsonb_object_agg(rolname, rolpassword), '{}')::text FROM pg_authid"
            " WHERE rolname IN (SELECT login FROM xingdun.grants)"
        ).fetchone()
        verifiers = found[0] if found else "{}"
    return {"now": now, "superuser": superuser, "verifiers": verifiers}
