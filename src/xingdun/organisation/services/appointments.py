"""Roles, given for a time and taken back."""

from datetime import datetime

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.frame.roles import SEPARATED, Role
from xingdun.organisation.errors import AlreadyAppointed, AlreadyLeft, AppointmentClosed, RolesExclude
from xingdun.organisation.models import Appointment, Department, Person
from xingdun.organisation.services.people import staffing_changed


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
    staffing_changed(by=by, now=now)
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
    staffing_changed(by=by, now=now)
    return appointment
