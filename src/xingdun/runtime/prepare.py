"""Makes a database ready for this version of the platform: roles, tables, rights, and the first sign-in."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import errors, sql

from xingdun.frame.errors import Refusal
from xingdun.runtime import sample_hospital
from xingdun.runtime.bootstrap import first_people
from xingdun.runtime.embedded import EmbeddedPostgres
from xingdun.runtime.environment import Environment, load
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate
from xingdun.runtime.loading import load_django
from xingdun.runtime.refusals import DatabaseAddressMissing, DatabaseUnreachable, OwnerLacksRight
from xingdun.runtime.roles import login_role, password_of, with_user
from xingdun.runtime.supervisor import print_line

DATABASE = "xingdun"
OWNER = "xingdun_owner"
WEB = "xingdun_web"
SEALER = "xingdun_sealer"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The database's address for each who connects: the owner migrates, the others work with fewer rights."""

    owner: str
    web: str
    sealer: str


def addresses(owner_url: str, data: Path) -> Addresses:
    """What `prepare` will have made reachable, from the owner's address."""
    web, sealer = (with_user(owner_url, role, password_of(role, data)) for role in (WEB, SEALER))
    return Addresses(owner=owner_url, web=web, sealer=sealer)


def own_database(server: EmbeddedPostgres, data: Path) -> str:
    """The owner's address of the platform's database on our own server; both are made when missing."""
    password = password_of(OWNER, data)
    role, database = sql.Identifier(OWNER), sql.Identifier(DATABASE)
    with psycopg.connect(server.url(), autocommit=True) as superuser:
        login_role(superuser, OWNER, password)
        superuser.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(role))
        if not superuser.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            superuser.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
        superuser.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    return server.url(DATABASE, user=OWNER, password=password)


@dataclass(frozen=True, slots=True)
class Hospital:
    """The sample hospital's server to be filled: its superuser's address by TCP, and how large it shall be."""

    url: str
    scale: float = 1.0


def prepare(
    owner_url: str,
    environment: Environment,
    *,
    say: Callable[[str], None] = print_line,
    hospital: Hospital | None = None,
) -> Addresses:
    """Make the database at `owner_url` ready: login roles, migrations, rights, the first people.

    Safe to run again, and by two at once: the second waits. Needs a process of its own whose
    XINGDUN_DATABASE_URL is `owner_url`, because Django's settings are read once. With `hospital`, the first
    institution is the synthetic hospital, whose database is filled, registered and scanned.

    Raises DatabaseUnreachable or OwnerLacksRight.
    """
    found = addresses(owner_url, environment.data)
    with _connected(owner_url) as owner:
        owner.execute("SELECT pg_advisory_lock(hashtext('xingdun-prepare'))")
        try:
            for role in (WEB, SEALER):
                login_role(owner, role, password_of(role, environment.data))
                name = owner.info.dbname
                owner.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
                )
        except errors.InsufficientPrivilege as problem:
            raise OwnerLacksRight(problem=problem.diag.message_primary) from None
        _migrate(say)
        _open_ledger(environment)
        _take_catalogue()
        first_people(environment.data, sample=hospital is not None)
        if hospital:
            source = sample_hospital.fill(hospital.url, environment.data, say, scale=hospital.scale)
            sample_hospital.register(source, environment.data)
    _write_environment_files(found, environment.data)
    return found


def _migrate(say: Callable[[str], None]) -> None:
    load_django()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from xingdun.runtime.migrating import new_models_alone

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(translate(_("database: {count} migrations to apply")).format(count=len(plan)))
    with new_models_alone():
        call_command("migrate", interactive=False, verbosity=0)


def _open_ledger(environment: Environment) -> None:
    from xingdun.runtime import ledger  # its models need Django to stand

    ledger.prepare(environment)


def _take_catalogue() -> None:
    """Keep the catalogue of the law that comes with this version, with what it changes against the one before."""
    from django.utils import timezone

    from xingdun.obligations.services import catalogue_take

    catalogue_take(now=timezone.now())


def _connected(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as problem:
        raise DatabaseUnreachable(problem=" ".join(str(problem).split())) from None


def _write_environment_files(found: Addresses, data: Path) -> None:
    """Keep each part's address where systemd's EnvironmentFile= can take it."""
    for name, url in (("web", found.web), ("worker", found.web), ("watch", found.web), ("seal", found.sealer)):
        path = data / "secrets" / f"{name}.env"
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"XINGDUN_DATABASE_URL={url}\n")
        draft.replace(path)


def main() -> None:
    """`python -m xingdun.runtime.prepare [SCALE]`: prepare the database the environment names.

    With SCALE, the sample hospital too; its superuser's address is then the first line of standard input.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "xingdun.runtime.settings"
    try:
        environment = load(os.environ)
        if not environment.database_url:
            raise DatabaseAddressMissing(name="prepare", file="web.env")
        hospital = Hospital(sys.stdin.readline().strip(), float(sys.argv[1])) if sys.argv[1:] else None
        prepare(environment.database_url, environment, hospital=hospital)
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
