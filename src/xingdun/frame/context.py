"""The context of a call: which institution it acts in, and from where. Row security reads it in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

SETTING = "xingdun.institution"


@dataclass(frozen=True, slots=True)
class Context:
    """Where a call acts: the institution whose rows it may see, the address it came from, and who calls.

    person and roles are None and empty for the platform's own work, which sees all of the institution.
    """

    institution: UUID | None = None
    address: str = ""
    person: UUID | None = None
    roles: frozenset[str] = frozenset()


_NOWHERE = Context()
_current: ContextVar[Context] = ContextVar("xingdun_context", default=_NOWHERE)


def current() -> Context:
    """The context of this call; outside any, one that sees no institution's rows."""
    return _current.get()


def _tell_database(institution: UUID | None) -> None:
    if connection.connection is None:
        return  # `_on_connect` tells it when it opens
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, str(institution or "")])


@contextmanager
def acting_in(
    institution: UUID | None, *, address: str = "", person: UUID | None = None, roles: frozenset[str] = frozenset()
) -> Iterator[Context]:
    """Act in `institution` until the block ends; with None, no institution's rows are visible."""
    context = Context(institution, address, person, roles)
    before = _current.get()
    token = _current.set(context)
    try:
        _tell_database(institution)
        yield context
    finally:
        _current.reset(token)
        _tell_again(before.institution)


def _tell_again(institution: UUID | None) -> None:
    """Back to what the outer call sees; a connection that cannot be told is closed, so it shows nobody's rows."""
    if connection.needs_rollback or _failed():
        return  # the rollback takes the setting back as well
    try:
        _tell_database(institution)
    except DatabaseError:
        connection.close()


@contextmanager
def calling(person: UUID, roles: frozenset[str]) -> Iterator[Context]:
    """Say who calls, in the institution already entered; what they may see follows from it."""
    context = replace(_current.get(), person=person, roles=roles)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def _failed() -> bool:
    """Whether a statement has failed in the transaction, which takes no other until it is rolled back."""
    opened = connection.connection
    return opened is not None and opened.info.transaction_status == TransactionStatus.INERROR


def _on_connect(connection: Any, **_: object) -> None:
    """A connection opened in the middle of a call sees what the call may see, and nothing before."""
    institution = _current.get().institution
    if institution is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, str(institution)])


connection_created.connect(_on_connect, dispatch_uid="xingdun-context")
