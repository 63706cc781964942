"""The institution's profile and its departments."""

from datetime import datetime
from typing import Any

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.organisation.errors import Taken
from xingdun.organisation.models import Department, Institution, Person


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
