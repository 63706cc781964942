"""People come, change and leave; leaving ends every access in the same transaction."""

import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from xingdun.audit import services as audit
from xingdun.organisation.errors import AlreadyLeft, AlreadySuspended, NotSuspended, Taken
from xingdun.organisation.models import Account, Department, Person, Post, Token

LEAVING_HOOKS: list[Any] = []
"""What other domains do when someone's access ends: `hook(person=…, why="left"|"suspended", by=…, now=…)`, in the same
transaction."""

STAFFING_HOOKS: list[Any] = []
"""What other domains do once who holds which role has changed: `hook(by=…, now=…)`, in the same transaction."""


def staffing_changed(*, by: Any, now: datetime) -> None:
    """Tell the other domains that someone came, left, rests or holds another role."""
    for hook in STAFFING_HOOKS:
        hook(by=by, now=now)


def one_time_password() -> str:
    """A password for one sign-in: 20 characters without look-alikes (112 bits)."""
    return "".join(secrets.choice("abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ2345679") for _ in range(20))


@transaction.atomic
def person_create(
    *,
    name: str,
    staff_number: str,
    department: Department,
    login: str,
    by: Person | str,
    now: datetime,
    employer: str = "",
) -> dict[str, Any]:
    """Register a person with an account; `employer` names the third party whose staff they are.

    Returns {"person", "login", "password"}: the password is for one sign-in and is kept nowhere.
    """
    if Account.objects.filter(login__iexact=login).exists():
        raise Taken(what="login", value=login)
    if Person.objects.filter(staff_number=staff_number, institution=department.institution_id).exists():
        raise Taken(what="staff number", value=staff_number)
    password = one_time_password()
    account = Account(login=login.lower(), institution_id=department.institution_id)
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # someone of another institution bears it, unseen from here
        raise Taken(what="login", value=login) from None
    person = Person.objects.create(
        institution_id=department.institution_id,
        name=name,
        staff_number=staff_number,
        department=department,
        employer=employer,
        account=account,
        joined_at=now,
    )
    audit.record(actor=by, action="person.create", about=person, now=now)
    return {"person": person, "login": account.login, "password": password}


@transaction.atomic
def person_reset_password(*, person: Person, by: Person, now: datetime) -> dict[str, Any]:
    """Give a new one-time password, shown once."""
    if person.left_at or person.account is None:
        raise AlreadyLeft(person=person)
    password = one_time_password()
    person.account.set_password(password)
    person.account.must_change_password = True
    person.account.save(update_fields=["password", "must_change_password"])
    audit.record(actor=by, action="person.reset_password", about=person, now=now)
    return {"person": person, "login": person.account.login, "password": password}


@transaction.atomic
def person_update(*, person: Person, by: Person, now: datetime, **facts: Any) -> Person:
    """Correct a name or move a person to another department."""
    if person.left_at:
        raise AlreadyLeft(person=person)
    for name, value in facts.items():
        setattr(person, name, value)
    person.save(update_fields=list(facts))
    audit.record(actor=by, action="person.update", about=person, now=now, details={"fields": sorted(facts)})
    return person


@transaction.atomic
def person_leave(*, person: Person, by: Person, now: datetime, reason: str = "") -> Person:
    """End someone's access: roles, posts, account, tokens and open windows end in this transaction (MEASURES-10d)."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_at:
        raise AlreadyLeft(person=person)
    person.left_at = now
    person.save(update_fields=["left_at"])
    person.appointments.filter(closed_at__isnull=True).update(closed_at=now)
    Post.objects.filter(person=person, ended_at__isnull=True).update(ended_at=now)
    if person.account_id:
        Account.objects.filter(pk=person.account_id).update(is_active=False)
        Token.objects.filter(account=person.account_id, revoked_at__isnull=True).update(revoked_at=now)
    for hook in LEAVING_HOOKS:
        hook(person=person, why="left", by=by, now=now)
    audit.record(actor=by, action="person.leave", about=person, now=now, reason=reason)
    staffing_changed(by=by, now=now)
    return person


@transaction.atomic
def person_suspend(*, person: Person, reason: str, by: Person, now: datetime) -> Person:
    """Close the doors to someone for now: sign-in, tokens and open windows end, roles rest (MEASURES-22.4e).

    Raises AlreadyLeft, AlreadySuspended.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("account").get(pk=person.pk)
    if person.left_at or person.account is None:
        raise AlreadyLeft(person=person)
    if not person.account.is_active:
        raise AlreadySuspended(person=person)
    Account.objects.filter(pk=person.account.pk).update(is_active=False)
    Token.objects.filter(account=person.account, revoked_at__isnull=True).update(revoked_at=now)
    for hook in LEAVING_HOOKS:
        hook(person=person, why="suspended", by=by, now=now)
    audit.record(actor=by, action="person.suspend", about=person, now=now, reason=reason)
    staffing_changed(by=by, now=now)
    return person


@transaction.atomic
def person_restore(*, person: Person, by: Person, now: datetime) -> Person:
    """Let a suspended person in again; windows and tokens that ended stay ended. Raises AlreadyLeft, NotSuspended."""
    person = Person.objects.select_for_update(of=("self",)).select_related("account").get(pk=person.pk)
    if person.left_at or person.account is None:
        raise AlreadyLeft(person=person)
    if person.account.is_active:
        raise NotSuspended(person=person)
    Account.objects.filter(pk=person.account.pk).update(is_active=True)
    audit.record(actor=by, action="person.restore", about=person, now=now)
    staffing_changed(by=by, now=now)
    return person
