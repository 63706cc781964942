"""A platform to measure: its own PostgreSQL with fsync on, prepared, in a folder that is removed at the end."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.environment import Environment, load

# An entry as `audit.record` writes it, many at once: the columns, and the canonical text of the same facts.
FILL = """
INSERT INTO audit_entry (institution_id, at, actor, action, about, under, outcome, address, details, sealed, content)
SELECT institution::uuid, at, actor, 'data.use', about, 'access.grant:' || n %% 500, 'done', '10.1.2.3',
    jsonb_build_object('rows', n), '',
    '{"about":"' || about || '","action":"data.use","actor":"' || actor || '","address":"10.1.2.3","at":"' ||
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","details":{"rows":' || n ||
    '},"institution":"' || institution || '","key":"' || gen_random_uuid() || '","outcome":"done",' ||
    '"sealed":"","under":"access.grant:' || n %% 500 || '"}'
FROM (
    SELECT n, %s::text AS institution, now() + n * interval '1 microsecond' AS at,
        'organisation.person:' || md5((n %% 800)::text) AS actor, 'data.dataset:' || md5((n %% 10000)::text) AS about
    FROM generate_series(1, %s) n
) facts
"""


@contextmanager
def platform() -> Iterator[Environment]:
    """The settings of a prepared platform; Django stands and speaks to its database as the owner."""
    folder = Path(tempfile.mkdtemp(prefix="xingdun-bench-"))
    data = folder / "data"
    server = EmbeddedPostgres(
        data / "postgres",
        name="bench",
        settings={"max_connections": 50, "createrole_self_grant": "set", "max_wal_size": "4GB"},
    )
    try:
        with server:
            from xingdun.runtime.prepare import own_database, prepare

            os.environ |= {
                "XINGDUN_DATA": str(data),
                "XINGDUN_DATABASE_URL": own_database(server, data),
                "XINGDUN_LOG_LEVEL": "WARNING",
                "DJANGO_SETTINGS_MODULE": "xingdun.runtime.settings",
            }
            environment = load(os.environ)
            prepare(environment.database_url, environment, say=lambda _: None)
            yield environment
            from django.db import connection

            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def say(line: str = "") -> None:
    """A line of the result, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fill(count: int, institution: object) -> None:
    """So many entries, committed a hundred thousand at a time."""
    from django.db import connection

    with connection.cursor() as cursor:
        for start in range(0, count, 100_000):
            cursor.execute(FILL, [str(institution), min(100_000, count - start)])
