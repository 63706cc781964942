"""The only way to change who people are and what they may do."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.frame.permissions import permitted
from xingdun.frame.roles import SEPARATED, Role
from xingdun.organisation import selectors
from xingdun.organisation.errors import (
    AlreadyAppointed,
    AlreadyLeft,
    AppointmentClosed,
    NotYours,
    RolesExclude,
    ScopeUnknown,
    Taken,
)
from xingdun.organisation.models import Account, Appointment, Department, Institution, Person, Token

TOKEN_PREFIX = "xd_"  # noqa: S105 - how a token begins, so that leak scanners know it
LEAVING_HOOKS: list[Any] = []
"""What other domains do when someone leaves: `hook(person=…, by=…, now=…)`, in the same transaction."""


def one_time_password() -> str:
    """A password for one sign-in: 20 characters without look-alikes (112 bits)."""
    return "".join(secrets.choice("abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ2345679") for _ in range(20))


@transaction.atomic
def institution_update(*, institution: Institution, by: Person, now: datetime, **profile: Any) -> Institution:
    """Change the profile; what applies to the institution follows from it."""
    before = {name: getattr(institution, name) for name in profile}
    for name, value in profile.items():
        setattr(institution, name, value)
    institution.save(update_fields=list(profile))
    changed = {name: [before[name], value] for name, value in profile.items() if before[name] != value}
    audit.record(actor=by, action="institution.update", about=institution, now=now, details={"changed": changed})
    return institution


@transaction.atomic
def department_create(
    *,
    code: str,
    name: str,
    by: Person,
    now: datetime,
    english_name: str = "",
    parent: Department | None = None,
) -> Department:
    """Add a department."""
    if Department.objects.filter(code=code).exists():
        raise Taken(what="code", value=code)
    department = Department.objects.create(
        institution_id=by.institution_id, code=code, name=name, english_name=english_name, parent=parent
    )
    audit.record(actor=by, action="department.create", about=department, now=now)
    return department


@transaction.atomic
def department_update(*, department: Department, by: Person, now: datetime, **facts: Any) -> Department:
    """Rename a department or move it under another."""
    for name, value in facts.items():
        setattr(department, name, value)
    department.save(update_fields=list(facts))
    audit.record(actor=by, action="department.update", about=department, now=now, details={"fields": sorted(facts)})
    return department


@transaction.atomic
def person_create(
    *, name: str, staff_number: str, department: Department, login: str, by: Person | str, now: datetime
) -> dict[str, Any]:
    """Register a person with an account.

    Returns {"person", "login", "password"}: the password is for one sign-in and is kept nowhere.
    """
    if Account.objects.filter(login__iexact=login).exists():
        raise Taken(what="login", value=login)
    if Person.objects.filter(staff_number=staff_number, institution=department.institution_id).exists():
        raise Taken(what="staff number", value=staff_number)
    password = one_time_password()
    account = Account(login=login.lower(), institution_id=department.institution_id)
    account.set_password(password)
    account.save()
    person = Person.objects.create(
        institution_id=department.institution_id,
        name=name,
        staff_number=staff_number,
        department=department,
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
    """End someone's access: appointments, account, tokens and open windows end in this transaction (MEASURES-10d)."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_at:
        raise AlreadyLeft(person=person)
    person.left_at = now
    person.save(update_fields=["left_at"])
    person.appointments.filter(closed_at__isnull=True).update(closed_at=now)
    if person.account_id:
        Account.objects.filter(pk=person.account_id).update(is_active=False)
        Token.objects.filter(account=person.account_id, revoked_at__isnull=True).update(revoked_at=now)
    for hook in LEAVING_HOOKS:
        hook(person=person, by=by, now=now)
    audit.record(actor=by, action="person.leave", about=person, now=now, reason=reason)
    return person


@transaction.atomic
def appointment_create(
    *,
    person: Person,
    role: str,
    by: Person | str,
    now: datetime,
    department: Department | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Appointment:
    """Appoint `person` to `role` from `starts_at` (now) until `ends_at` (open).

    Raises RolesExclude when it would join two of the three administrators' roles in one person.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_at:
        raise AlreadyLeft(person=person)
    open_roles = person.appointments.filter(closed_at__isnull=True)
    if role in SEPARATED:
        other = open_roles.filter(role__in=SEPARATED).exclude(role=role).first()
        if other:
            raise RolesExclude(person=person, held=other.get_role_display(), role=Role(role).label)
    if open_roles.filter(role=role, department=department).exists():
        raise AlreadyAppointed(person=person, role=Role(role).label)
    appointment = Appointment.objects.create(
        institution_id=person.institution_id,
        person=person,
        role=role,
        department=department,
        starts_at=starts_at or now,
        ends_at=ends_at,
    )
    audit.record(
        actor=by,
        action="appointment.create",
        about=appointment,
        now=now,
        details={"person": person.reference, "role": str(role)},
    )
    return appointment


@transaction.atomic
def appointment_end(*, appointment: Appointment, by: Person, now: datetime, reason: str = "") -> Appointment:
    """End a role now."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.closed_at:
        raise AppointmentClosed
    appointment.closed_at = now
    appointment.save(update_fields=["closed_at"])
    audit.record(
        actor=by,
        action="appointment.end",
        about=appointment,
        now=now,
        reason=reason,
        details={"person": f"organisation.person:{appointment.person_id}", "role": appointment.role},
    )
    return appointment


def token_digest(token: str) -> str:
    """What is kept of a token: its SHA-256 in hex (tokens are random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def token_create(*, name: str, scopes: Iterable[str], days: int, by: Person, now: datetime) -> dict[str, Any]:
    """Make an API token for one's own account; it carries at most what one's roles include.

    Returns {"token_record", "token"}: the token is shown once.
    """
    account = Account.objects.get(person=by)
    roles = selectors.roles_of(by, now=now)
    chosen = sorted(set(scopes))
    for scope in chosen:
        if not permitted(scope, roles):
            raise ScopeUnknown(scope=scope)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    record = Token.objects.create(
        account=account,
        name=name,
        digest=token_digest(token),
        scopes=chosen,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(actor=by, action="token.create", about=record, now=now, details={"scopes": chosen, "days": days})
    return {"token_record": record, "token": token}


@transaction.atomic
def token_revoke(*, token: Token, by: Person, now: datetime) -> Token:
    """End one of one's own tokens."""
    if token.account_id != by.account_id:
        raise NotYours
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    audit.record(actor=by, action="token.revoke", about=token, now=now)
    return token


@transaction.atomic
def bootstrap(
    *,
    profile: dict[str, Any],
    departments: Iterable[dict[str, str]],
    people: Iterable[dict[str, Any]],
    now: datetime,
) -> list[dict[str, str]]:
    """The first institution, its departments and the people who sign in first; run once, by the database's owner.

    people: dicts of name, staff_number, login, department (code) and roles (a list of roles, or of
    (role, department code)). Returns a list of {"login", "password", "roles"}; passwords are for one sign-in.
    Returns an empty list when an institution stands already.
    """
    if Institution.objects.exists():
        return []
    institution = Institution.objects.create(**profile)
    by_code: dict[str, Department] = {}
    for facts in departments:
        by_code[facts["code"]] = Department.objects.create(institution=institution, **facts)
    audit.record(actor="system:bootstrap", action="institution.create", about=institution, now=now)
    first: list[dict[str, str]] = []
    for facts in people:
        made = person_create(
            name=facts["name"],
            staff_number=facts["staff_number"],
            department=by_code[facts["department"]],
            login=facts["login"],
            by="system:bootstrap",
            now=now,
        )
        for role in facts["roles"]:
            name, code = role if isinstance(role, tuple) else (role, None)
            appointment_create(
                person=made["person"],
                role=name,
                department=by_code[code] if code else None,
                by="system:bootstrap",
                now=now,
            )
        roles = ", ".join(role if isinstance(role, str) else role[0] for role in facts["roles"])
        first.append({"login": made["login"], "password": made["password"], "roles": roles})
    return first
