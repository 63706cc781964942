"""A connection that keeps statements back and sends them with what follows: one exchange with the server for both."""

from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import errors, generators
from psycopg.pq import Escaping, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

_SOUND = (TransactionStatus.IDLE, TransactionStatus.INTRANS)
MOST_KEPT = 100  # statements in one message


class Kept:
    """A statement that waits for the next one, and its value once it has run."""

    __slots__ = ("_connection", "_value", "statement")

    def __init__(self, connection: "Connection", statement: bytes) -> None:
        self._connection, self.statement = connection, statement
        self._value: bytes | None = None

    @property
    def value(self) -> bytes:
        """The first value of its first row, for which it is sent now if it still waits.

        Raises psycopg.Error when the server refuses it, RuntimeError when it was rolled back before it went.
        """
        if self._value is None:
            self._connection.send_kept()
        if self._value is None:
            raise RuntimeError("the statement was rolled back before it was sent")
        return self._value

    def done(self, result: PGresult) -> None:
        """It ran and gave this."""
        self._value = result.get_value(0, 0)


class Connection(psycopg.Connection[Any]):
    """Whatever is said to the server passes `wait`: what was kept goes before it, so order and visibility stay."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._kept: list[Kept] = []
        self._planned: set[str] = set()
        self._escape = Escaping(self.pgconn).escape_literal

    @property
    def can_keep(self) -> bool:
        """Whether there is a transaction, begun in the server or about to be, and nothing has failed in it."""
        return not self.autocommit and self.pgconn.transaction_status in _SOUND

    def keep(self, name: str, sql: str, values: tuple[str | None, ...]) -> Kept:
        """Hold `sql` back, with these values for its `$1`, `$2` …; it returns a row. Planned once a session.

        If the server refuses it, the next statement or the commit raises that, and the transaction is undone.
        Raises psycopg.DataError for a character that no text of PostgreSQL can hold.
        """
        if len(self._kept) >= MOST_KEPT:
            self.send_kept()
        if name not in self._planned:
            self.execute(f"PREPARE {name} AS {sql}".encode())
            self._planned.add(name)
        kept = Kept(self, b"EXECUTE %s(%s)" % (name.encode(), b",".join([self._literal(each) for each in values])))
        self._kept.append(kept)
        return kept

    def _literal(self, value: str | None) -> bytes:
        if value is None:
            return b"NULL"
        if "\0" in value:  # libpq would end the text there
            raise errors.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return self._escape(value.encode())

    def send_kept(self) -> None:
        """Send what waits, now."""
        if self._kept:
            with self.lock:
                super().wait(self._exchange())

    def drop_kept(self) -> None:
        """Forget what waits: what it belongs to is rolled back."""
        self._kept.clear()

    def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **named: Any) -> Any:
        """What psycopg runs every exchange with; what was kept goes first."""
        if self._kept:
            super().wait(self._exchange())
        return super().wait(gen, *arguments, **named)

    def commit(self) -> None:
        """Commit, in one message with what was kept: when that is refused, the server does not come to the COMMIT."""
        if not self._kept:
            super().commit()
            return
        with self.lock:
            super().wait(self._exchange(b"COMMIT"))

    def rollback(self) -> None:
        """Undo the transaction; what was kept never goes."""
        self.drop_kept()
        super().rollback()

    def _exchange(self, *following: bytes) -> Generator[Any, Any, None]:
        kept, self._kept = self._kept, []
        yield from self._start_query()
        self.pgconn.send_query(b";".join([*(each.statement for each in kept), *following]))
        results = yield from generators.execute(self.pgconn)
        failed = results[-1]
        if failed.status == ExecStatus.FATAL_ERROR:
            error = errors.error_from_result(failed, encoding=self.info.encoding)
            if isinstance(error, errors.InvalidSqlStatementName):
                self._planned.clear()  # somebody deallocated it
            raise error
        for each, result in zip(kept, results, strict=False):
            each.done(result)
