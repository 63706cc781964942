"""The sample hospital's own database server: synthetic, apart from the platform's, and known to it as a source."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate
from xingdun.runtime.roles import login_role, password_of, with_user

DATABASE = "his"
PLATFORM = "xingdun_platform"
SOURCE_NAME = "杏林示范医院信息系统（合成）"
DEPARTMENT_IN_CHARGE = "0810"  # medical records
_LOADING = "his_loading"
# Its log is read back as access events, as a hospital's own would be.
_SETTINGS: dict[str, str | int] = {
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_statement": "all",
    "log_connections": "on",
    "log_disconnections": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "100MB",
}


def server(data: Path) -> EmbeddedPostgres:
    """The sample hospital's server: on 127.0.0.1 with a port it keeps, and on a socket."""
    return EmbeddedPostgres(data / "sample-hospital", name="hospital", port=0, settings=_SETTINGS)


def fill(superuser_url: str, data: Path, say: Callable[[str], None], *, scale: float = 1.0) -> str:
    """Make the hospital's database when it is missing, and the platform's login on it; returns its address.

    superuser_url: the hospital server's maintenance database, by TCP. The data are loaded once and whole, under
    another name that changes at the end, so that a start that was cut short begins again. The platform's login
    is a superuser there: what it guards against (DDL around its windows) only a superuser can refuse.
    """
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        login_role(superuser, PLATFORM, password_of(PLATFORM, data))
        superuser.execute(sql.SQL("ALTER ROLE {} SUPERUSER").format(sql.Identifier(PLATFORM)))
        if not superuser.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            _load(superuser, superuser_url, say, scale)
    return with_user(superuser_url, PLATFORM, password_of(PLATFORM, data), database=DATABASE)


def _load(superuser: psycopg.Connection, url: str, say: Callable[[str], None], scale: float) -> None:
    from xingdun import sample

    loading = sql.Identifier(_LOADING)
    superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(loading))
    superuser.execute(sql.SQL("CREATE DATABASE {}").format(loading))
    done = sample.load(with_user(url, None, None, database=_LOADING), scale=scale)
    superuser.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(loading, sql.Identifier(DATABASE)))
    loaded = translate(_("sample hospital: {tables} tables, {rows} rows of synthetic data"))
    say(loaded.format(tables=done.tables, rows=done.rows))


def register(url: str, data: Path) -> None:
    """Make the hospital's database a protected source of the synthetic institution, where there is one, and scan it.

    Its networks are entered too.
    """
    from xingdun.access.services import source_protect
    from xingdun.data.services.sample import sample_register
    from xingdun.frame.context import acting_in
    from xingdun.organisation.models import Department

    department = Department.objects.filter(institution__synthetic=True, code=DEPARTMENT_IN_CHARGE).first()
    if department:
        with acting_in(department.institution_id):
            now = datetime.now(UTC)
            source = sample_register(url=url, name=SOURCE_NAME, department=department, now=now)
            source_protect(
                source=source,
                administrator=PLATFORM,
                secret=password_of(PLATFORM, data),
                log_folder=str(data / "sample-hospital" / "log"),
                by="system:bootstrap",
                now=now,
            )
            _enter_networks(department.institution_id, now)


def _enter_networks(institution: UUID, now: datetime) -> None:
    from xingdun.assets.services import sample_networks
    from xingdun.organisation.models import Department
    from xingdun.sample import hospital

    by_code = {each.code: each for each in Department.objects.filter(institution=institution)}
    facts = [asdict(each) for each in hospital.NETWORKS]
    for each in facts:
        each.update({name: by_code.get(code) for name, code in each.items() if name.endswith("_department")})
        each["new"] = each["in_operation_since"] is None
    sample_networks(institution=institution, networks=facts, now=now)
