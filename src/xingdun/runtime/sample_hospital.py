"""The sample hospital's own database server: synthetic, and apart from the platform's."""

from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate

DATABASE = "his"
SEED = 20261122
_LOADING = "his_loading"
# Its log is read back as access events, as a hospital's own would be.
_SETTINGS: dict[str, str | int] = {
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_statement": "all",
    "log_connections": "all",
    "log_disconnections": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "100MB",
    "log_timezone": "UTC",
}


def server(data: Path) -> EmbeddedPostgres:
    """The sample hospital's server: on 127.0.0.1 with a port it keeps, and on a socket."""
    return EmbeddedPostgres(data / "sample-hospital", name="sample-hospital", port=0, settings=_SETTINGS)


def fill(hospital: EmbeddedPostgres, say: Callable[[str], None], *, scale: float = 1.0) -> str:
    """The superuser's address of the sample's database, which is made, once and whole, when it is missing.

    Loaded under another name and renamed at the end: a start that was cut short begins again.
    """
    from xingdun import sample

    with psycopg.connect(hospital.url(), autocommit=True) as superuser:
        if superuser.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return hospital.url(DATABASE, tcp=True)
        loading = sql.Identifier(_LOADING)
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(loading))
        superuser.execute(sql.SQL("CREATE DATABASE {}").format(loading))
        sample.load(hospital.url(_LOADING), seed=SEED, scale=scale)
        superuser.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(loading, sql.Identifier(DATABASE)))
    say(translate(_("sample hospital: synthetic data loaded")))
    return hospital.url(DATABASE, tcp=True)
