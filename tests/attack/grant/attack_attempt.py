"""Running what somebody sends through a grant's login, and keeping all that comes back."""

import tomllib
from pathlib import Path

import psycopg

HERE = Path(__file__).parent
PARTS = ("message_primary", "message_detail", "message_hint", "context", "internal_query", "constraint_name")


def listed(name, key):
    """The families of a file: name, its statements, and its table."""
    families = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return [(family, text, table) for family, table in families.items() for text in table[key]]


class Client:
    """Somebody at a window's login: one session, cleaned between attempts, begun again when it was ended."""

    def __init__(self, connect):
        self.connect = connect
        self.seen = []
        self.connection = None

    def fresh(self):
        if self.connection is not None and not self.connection.closed:
            self.connection.rollback()
            self.connection.execute("DISCARD ALL")
            list(self.connection.notifies(timeout=0))
        else:
            self.connection = self.connect()
            self.connection.add_notice_handler(lambda notice: self.seen.append(f"notice {told(notice)}"))
        self.seen.clear()

    def close(self):
        if self.connection is not None:
            self.connection.close()


def run(client, text, *, login, stop=False):
    """All that comes back from the steps of `text`: rows, errors with every part, notices, notifications.

    stop: an error ends the steps and is raised.
    """
    client.fresh()
    for step in text.replace("{login}", login).split(" ;; "):
        try:
            client.seen += rows(client.connection, step)
        except psycopg.Error as error:
            if stop:
                raise
            client.seen.append(f"error {error.sqlstate} {told(error.diag)}")
        if client.connection.closed:
            return list(client.seen)
    client.seen += [f"notification {n.channel} {n.payload}" for n in client.connection.notifies(timeout=0)]
    return list(client.seen)


def rows(connection, step):
    cursor = connection.cursor()
    if step.startswith("COPY ") and "STDOUT" in step:
        with cursor.copy(step.encode()) as copy:
            return [bytes(block).decode() for block in copy]
    if step.startswith("COPY ") and "STDIN" in step:
        with cursor.copy(step.encode()) as copy:
            copy.write(b"1\n")
        return []
    cursor.execute(step.encode())
    return [repr(row) for row in cursor.fetchall()] if cursor.description else []


def told(diagnosis):
    return " | ".join(f"{part}={getattr(diagnosis, part)}" for part in PARTS if getattr(diagnosis, part))
