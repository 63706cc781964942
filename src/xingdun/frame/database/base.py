"""Django's backend for PostgreSQL over `Connection`; Django looks for `DatabaseWrapper` in a module of this name."""

from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from xingdun.frame.database.connection import Connection


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with connections that can keep a statement for the next exchange."""

    Database: Any = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})

    def savepoint_rollback(self, sid: str) -> None:
        """Each SAVEPOINT sends what was kept before it, so what is still kept came after it and goes with it."""
        if self.connection is not None:
            self.connection.drop_kept()
        super().savepoint_rollback(sid)
