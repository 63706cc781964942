"""A hospital to test in: its people in every role, a second institution beside it, and the web server's rights.

`hospital` acts as the web server would: the database role is `xingdun_web`, and the call is bound to the hospital,
so that row security is on for every service, selector and page of a test.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client, TransactionTestCase
from django.utils import timezone

from xingdun.doors.identity import sealing
from xingdun.frame.context import acting_in
from xingdun.frame.models import WEB
from xingdun.frame.roles import Role
from xingdun.frame.security import own_models
from xingdun.keys import root
from xingdun.organisation.models import Account, Appointment, Department, Institution, Person

PASSWORD = "correct horse battery staple"
SECOND_FACTOR_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECOND_FACTOR_ROLES = (Role.DSO, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)
DEPARTMENTS = {"IT": "信息中心", "MED": "医务处", "RES": "科研处", "LAW": "法务部"}
PLACES = {
    Role.DEPARTMENT_HEAD: "MED",
    Role.APPLICANT: "RES",
    Role.KEY_HOLDER: "MED",
    Role.LEGAL: "LAW",
}
_LEDGER_TRIGGERS = (
    ("audit_entry", "audit_entry_not_emptied"),
    ("audit_leaf", "audit_leaf_not_emptied"),
    ("audit_checkpoint", "audit_checkpoint_not_emptied"),
)


@dataclass
class Hospital:
    """An institution with one person a role, and what tests do with them."""

    institution: Institution
    now: datetime
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[Role, Person] = field(default_factory=dict)
    other: "Hospital | None" = None
    password: str = PASSWORD

    @property
    def dso(self) -> Person:
        return self.people[Role.DSO]

    @property
    def security_admin(self) -> Person:
        return self.people[Role.SECURITY_ADMIN]

    @property
    def system_admin(self) -> Person:
        return self.people[Role.SYSTEM_ADMIN]

    @property
    def auditor(self) -> Person:
        return self.people[Role.AUDITOR]

    @property
    def department_head(self) -> Person:
        return self.people[Role.DEPARTMENT_HEAD]

    @property
    def applicant(self) -> Person:
        return self.people[Role.APPLICANT]

    @property
    def key_holder(self) -> Person:
        return self.people[Role.KEY_HOLDER]

    @property
    def legal(self) -> Person:
        return self.people[Role.LEGAL]

    @property
    def head(self) -> Person:
        return self.people[Role.HEAD]

    def person(self, login: str, *roles: Role, department: str = "IT") -> Person:
        """One more person, with an account whose password is PASSWORD and these roles since yesterday."""
        place = self.departments[department]
        account = Account.objects.create(
            login=login, institution=self.institution, password=_hashed(), must_change_password=False
        )
        person = Person.objects.create(
            institution=self.institution,
            name=login,
            staff_number=login,
            department=place,
            account=account,
            joined_at=self.now - timedelta(days=365),
        )
        for role in roles:
            self.appoint(person, role, department=department if role in PLACES else None)
        return person

    def appoint(self, person: Person, role: Role, *, department: str | None = None) -> Appointment:
        """A role held since yesterday."""
        return Appointment.objects.create(
            institution=self.institution,
            person=person,
            role=role,
            department=self.departments[department] if department else None,
            starts_at=self.now - timedelta(days=1),
        )

    def client(self, who: Role | Person | None = None, **headers: Any) -> Client:
        """A browser with `who` (a role's holder, or a person) signed in; with None, nobody."""
        client = Client(headers=headers or None)
        if who is not None:
            person = self.people[who] if isinstance(who, Role) else who
            with acting_in(person.institution_id):
                client.force_login(person.account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def acting(self) -> Any:
        """A context in which calls act for this institution."""
        return acting_in(self.institution.pk, address="127.0.0.1")


def one_time_code(steps: int = 0) -> str:
    """What the authenticator app of an administrator shows now, or `steps` periods of 30 seconds later."""
    return format_hotp_value(hotp_value(SECOND_FACTOR_SECRET, int(time.time()) // 30 + steps))


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def found(name: str, prefix: str, now: datetime) -> Hospital:
    """An institution with departments and one person for each role, made with the owner's rights."""
    made = _drawn(name, prefix, now)
    _keep(made)
    return made


def _drawn(name: str, prefix: str, now: datetime) -> Hospital:
    institution = Institution(name=name, kind="hospital", tier="tertiary", region_code="330100")
    made = Hospital(institution, now)
    made.departments = {
        code: Department(institution=institution, code=code, name=DEPARTMENTS[code]) for code in DEPARTMENTS
    }
    made.people = {
        role: Person(
            institution=institution,
            name=f"{prefix}{role.label}",
            staff_number=f"{prefix}{order:04}",
            department=made.departments[PLACES.get(role, "IT")],
            account=Account(
                login=f"{prefix}{role.value}", institution=institution, password=_hashed(), must_change_password=False
            ),
            joined_at=now - timedelta(days=365),
        )
        for order, role in enumerate(Role, start=1)
    }
    return made


def _keep(*hospitals: Hospital) -> None:
    """Write them, all rows of a kind at once."""
    people = [(each, role, person) for each in hospitals for role, person in each.people.items()]
    Institution.objects.bulk_create(each.institution for each in hospitals)
    Department.objects.bulk_create(department for each in hospitals for department in each.departments.values())
    Account.objects.bulk_create(person.account for _, _, person in people)
    Person.objects.bulk_create(person for _, _, person in people)
    Authenticator.objects.bulk_create(
        Authenticator(
            user=person.account,
            type=Authenticator.Type.TOTP,
            data={"secret": sealing.seal(SECOND_FACTOR_SECRET)},
        )
        for _, role, person in people
        if role in SECOND_FACTOR_ROLES
    )
    Appointment.objects.bulk_create(
        Appointment(
            institution=each.institution,
            person=person,
            role=role,
            department=person.department if role in PLACES else None,
            starts_at=each.now - timedelta(days=1),
        )
        for each, role, person in people
    )


def _become_web(connection: Any, **_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB}")


@pytest.fixture
def hospital(request: pytest.FixtureRequest) -> Iterator[Hospital]:
    """杏林医院 and, as `.other`, 橘井医院; calls act in the first one with the web server's rights.

    Works inside a test's transaction, and with `@pytest.mark.django_db(transaction=True)`, where every later
    connection (a live server's, a thread's) becomes the web role as well.
    """
    if not request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
    root.create()
    now = timezone.now()
    made, made.other = _drawn("杏林医院", "", now), _drawn("橘井医院", "other-", now)
    _keep(made, made.other)
    rolled_back = connection.in_atomic_block
    with acting_in(made.institution.pk, address="127.0.0.1"):
        with connection.cursor() as cursor:
            cursor.execute(f"SET {'LOCAL' if rolled_back else 'SESSION'} ROLE {WEB}")
        if not rolled_back:
            connection_created.connect(_become_web, dispatch_uid="tests-become-web")
        try:
            yield made
        finally:
            connection_created.disconnect(dispatch_uid="tests-become-web")
    if not rolled_back and connection.connection is not None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@pytest.fixture
def watched(hospital: Hospital) -> Iterator[None]:
    """Every transaction of the test that changes our rows also writes to the ledger; told at the end of the test."""
    watch = _Watch()
    with connection.execute_wrapper(watch):
        yield
    assert not watch.silent, "changed without a ledger entry"


class _Watch:
    """Reads statements as they pass: the outermost savepoint of a test is the transaction of a service."""

    _written = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)

    def __init__(self) -> None:
        self.silent: list[set[str]] = []
        self._outer = ""
        self._tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if sql.startswith("SAVEPOINT") and not self._outer:
            self._outer, self._tables = sql.removeprefix("SAVEPOINT").strip(), set()
        elif self._outer and sql.startswith("ROLLBACK TO") and self._outer in sql:
            self._outer = ""
        elif self._outer and sql.startswith("RELEASE") and self._outer in sql:
            self._outer = ""
            if self._tables and "audit_entry" not in self._tables:
                self.silent.append(self._tables)
        elif self._outer and (found := self._written.match(sql)) and found[1] in _own_tables():
            self._tables.add(found[1])
        return answer


@cache
def _own_tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in own_models() if model._meta.app_label != "identity")


@pytest.fixture
def as_owner() -> Any:
    """A context in which the database role is the owner's, for what only migrations may do."""
    return OwnerRole


class OwnerRole:
    """Within it the connection has the owner's rights; after it, the ones it had before."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (self.before,) = cursor.fetchone()
            cursor.execute("RESET ROLE")

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {self.before}")


def _emptied_with_the_ledger(empty: Any) -> Any:
    """Between tests the owner empties the ledger too; the trigger that forbids it rests meanwhile."""

    def emptied(self: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            for table, trigger in _LEDGER_TRIGGERS:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        empty(self)
        with connection.cursor() as cursor:
            for table, trigger in _LEDGER_TRIGGERS:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")

    return emptied


def pytest_configure() -> None:
    """Cheap password hashes (the algorithm stays), and a ledger that can be emptied between tests."""
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 64, 1
    TransactionTestCase._fixture_teardown = _emptied_with_the_ledger(TransactionTestCase._fixture_teardown)
