"""`xingdun grant`: which windows are open, and closing one from the machine itself."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from xingdun.doors.cli.platform import connected
from xingdun.doors.cli.telling import tells_refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xingdun.access.models import Grant
    from xingdun.organisation.models import Person

CLI = "system:cli"
CLOSE = "access.grant.close"


@click.group
def grant() -> None:
    """Windows into protected sources: list them, revoke one."""


@grant.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed and expired ones too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to tell it.")
@tells_refusals
def list_grants(everything: bool, form: str) -> None:  # noqa: FBT001 - click passes flags by name
    """List the windows that are open: login, person, source, until when."""
    connected("grant")
    now = datetime.now(UTC)
    told = [_told(each, now) for each in _grants(now, everything=everything)]
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for each in told:
        click.echo("  ".join(each[name] for name in ("login", "state", "until", "person", "source")))


@grant.command
@click.argument("login")
@click.option("--reason", required=True, help="Why; it is kept in the ledger.")
@click.option(
    "--as", "as_login", metavar="LOGIN", help="Who decides: the login of someone whose role may close windows."
)
@tells_refusals
def revoke(login: str, reason: str, as_login: str | None) -> None:
    """Close the window whose database login is LOGIN, open connections included.

    Without --as the ledger names the command line; whoever may run it here holds the platform's keys anyway.
    """
    connected("grant")
    from xingdun.access.models import Grant
    from xingdun.access.services.grants import grant_end
    from xingdun.frame.context import acting_in
    from xingdun.frame.errors import NotFound

    now = datetime.now(UTC)
    for institution in _institutions():
        with acting_in(institution):
            found = _grant(login)
            if found:
                by = _who(as_login, now) if as_login else CLI
                grant_end(grant=found, ending=Grant.Ending.REVOKED, by=by, now=now, reason=reason)
                click.echo(f"{login}: revoked; `xingdun watch` ends it in the source within seconds")
                return
    raise NotFound


def _institutions() -> list[UUID]:
    from xingdun.organisation.models import Account

    return list(Account.objects.order_by().values_list("institution", flat=True).distinct())


def _grants(now: datetime, *, everything: bool) -> "Iterator[Grant]":
    from xingdun.access import selectors
    from xingdun.frame.context import acting_in

    for institution in _institutions():
        with acting_in(institution):
            rows = selectors.grants() if everything else selectors.grants_open(now=now)
            yield from rows.order_by("expires_at")


def _grant(login: str) -> "Grant | None":
    from xingdun.access import selectors

    return selectors.grants().filter(login=login).first()


def _who(login: str, now: datetime) -> "Person":
    """The person of that login, once their roles include closing windows; raises NotFound, NotPermitted."""
    from xingdun.frame.errors import NotFound
    from xingdun.frame.permissions import require
    from xingdun.organisation.selectors import people, roles_of

    person = people().filter(account__login=login, account__is_active=True).first()
    if person is None:
        raise NotFound
    require(CLOSE, roles_of(person, now=now))
    return person


def _told(each: "Grant", now: datetime) -> dict[str, Any]:
    state = "open"
    if each.closed_at:
        state = str(each.ending)
    elif each.expires_at <= now:
        state = "expired"
    return {
        "login": each.login,
        "state": state,
        "until": f"{each.expires_at:%Y-%m-%d %H:%M %Z}",
        "person": each.person.name,
        "source": each.source.name,
        "break_glass": each.break_glass,
    }
