"""Leaving the decisions of one's seat to another person, for a time that ends."""

from datetime import datetime

from django.db import transaction

from xingdun.approvals.errors import (
    DelegateMayNotDecide,
    DelegationEnded,
    DelegationPeriod,
    DelegationToOneself,
    NotYourDelegation,
    NotYourSeat,
)
from xingdun.approvals.models import Delegation
from xingdun.approvals.selectors import DECIDE
from xingdun.audit import services as audit
from xingdun.frame.permissions import permitted
from xingdun.frame.roles import Role
from xingdun.organisation.models import Department, Person
from xingdun.organisation.selectors import holders, roles_of


@transaction.atomic
def delegation_create(
    *,
    delegate: Person,
    role: str,
    ends_at: datetime,
    reason: str,
    by: Person,
    now: datetime,
    department: Department | None = None,
    starts_at: datetime | None = None,
) -> Delegation:
    """Leave the decisions of `by`'s seat (a role, in one department or wherever it is held) to `delegate`.

    The delegate must hold a role that decides approvals: nobody gets rights that way which the table of permissions
    keeps from them, the three administrators above all. What was left to oneself is not passed on. Raises
    DelegationToOneself, DelegationPeriod, NotYourSeat, DelegateMayNotDecide.
    """
    starts = starts_at or now
    if delegate.pk == by.pk:
        raise DelegationToOneself
    if ends_at <= starts or ends_at <= now:
        raise DelegationPeriod
    if not holders(Role(role), now=now, department=department.pk if department else None).filter(pk=by.pk).exists():
        raise NotYourSeat(role=Role(role).label)
    if not permitted(DECIDE, roles_of(delegate, now=now)):
        raise DelegateMayNotDecide(person=delegate)
    delegation = Delegation.objects.create(
        institution_id=by.institution_id,
        delegator=by,
        delegate=delegate,
        role=role,
        department=department,
        starts_at=starts,
        ends_at=ends_at,
        reason=reason,
    )
    audit.record(
        actor=by,
        action="delegation.create",
        about=delegation,
        now=now,
        reason=reason,
        details={
            "delegator": by.reference,
            "delegate": delegate.reference,
            "role": str(role),
            "department": department.reference if department else "",
            "from": audit.moment(starts),
            "until": audit.moment(ends_at),
        },
    )
    return delegation


@transaction.atomic
def delegation_end(*, delegation: Delegation, by: Person, now: datetime) -> Delegation:
    """End a delegation before its time. Raises DelegationEnded, NotYourDelegation."""
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related("delegator").get(pk=delegation.pk)
    if delegation.ended_at or delegation.ends_at <= now:
        raise DelegationEnded
    theirs = {delegation.delegator_id, delegation.delegate_id}
    if by.pk not in theirs and Role.SECURITY_ADMIN not in roles_of(by, now=now):
        raise NotYourDelegation(person=delegation.delegator)
    delegation.ended_at = now
    delegation.save(update_fields=["ended_at"])
    audit.record(actor=by, action="delegation.end", about=delegation, now=now)
    return delegation
