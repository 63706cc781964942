"""Reading who people are and what they may do."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from xingdun.frame.roles import Role
from xingdun.organisation.models import (
    Account,
    Appointment,
    Department,
    Institution,
    Person,
    PersonnelRecord,
    Post,
    Token,
)


def institutions() -> QuerySet[Institution]:
    """The institutions this call may see."""
    return Institution.objects.all()


def departments() -> QuerySet[Department]:
    """Every department, with its parent."""
    return Department.objects.select_related("parent")


def people() -> QuerySet[Person]:
    """Everyone, with department, account and appointments at hand."""
    return Person.objects.select_related("department", "account").prefetch_related("appointments")


def appointments() -> QuerySet[Appointment]:
    """Every appointment, with its person and department."""
    return Appointment.objects.select_related("person", "department")


def posts() -> QuerySet[Post]:
    """Every post of security, with its holder and department."""
    return Post.objects.select_related("person", "department")


def posts_held() -> QuerySet[Post]:
    """The posts that are held now, the longest held first."""
    return posts().filter(ended_at__isnull=True, person__left_at__isnull=True).order_by("since", "pk")


def personnel_records() -> QuerySet[PersonnelRecord]:
    """Every personnel record, with its person and who recorded it."""
    return PersonnelRecord.objects.select_related("person", "by")


def tokens_of(account: Account) -> QuerySet[Token]:
    """The API tokens of one account."""
    return Token.objects.filter(account=account)


def in_force(now: datetime) -> Q:
    """The condition under which an appointment counts at `now`."""
    return (
        Q(starts_at__lte=now)
        & Q(closed_at__isnull=True)
        & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        & Q(person__left_at__isnull=True)
        & (Q(person__account__isnull=True) | Q(person__account__is_active=True))
    )


def roles_of(person: Person, *, now: datetime) -> frozenset[Role]:
    """The roles `person` holds at `now`; none after leaving."""
    held = Appointment.objects.filter(in_force(now), person=person).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)


def person_of(account: Account) -> Person | None:
    """The person who signs in with `account`, seen from its own institution."""
    return Person.objects.select_related("department", "institution").filter(account=account).first()


def holders(role: Role, *, now: datetime, department: UUID | None = None) -> QuerySet[Person]:
    """The people who hold `role` at `now`, in `department` when it is given."""
    held = Appointment.objects.filter(in_force(now), role=role)
    if department is not None:
        held = held.filter(department=department)
    return Person.objects.filter(pk__in=held.values("person"))


def departments_headed(person: Person, *, now: datetime) -> Iterable[UUID]:
    """The departments whose head `person` is at `now`."""
    held = Appointment.objects.filter(in_force(now), person=person, role=Role.DEPARTMENT_HEAD)
    return list(held.values_list("department", flat=True))
