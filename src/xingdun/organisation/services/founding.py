"""The first institution and the people who sign in first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.organisation.models import Department, Institution
from xingdun.organisation.services.appointments import appointment_create
from xingdun.organisation.services.people import person_create


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
