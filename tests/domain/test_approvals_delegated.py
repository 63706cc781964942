"""Leaving one's decisions to somebody else; routes nobody can walk; approvals that nobody can decide any more."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.approvals import errors, selectors, services
from xingdun.approvals.matching import Wanted, shortage
from xingdun.approvals.models import Decision, Process
from xingdun.approvals.overview import desk
from xingdun.audit.models import Entry
from xingdun.frame.overview import Viewer
from xingdun.frame.roles import Role
from xingdun.messages.models import Message
from xingdun.organisation import services as organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]
DSO, HEAD, LEGAL = (services.StepWanted(role) for role in (Role.DSO, Role.HEAD, Role.LEGAL))


@pytest.fixture
def opened(hospital):
    def make(*steps, by=None, about=None):
        return services.process_open(
            about=about or hospital.departments["RES"],
            title="科研取数",
            content={"fields": ["diagnosis"]},
            steps=steps,
            by=by or hospital.applicant,
            now=hospital.now,
        )

    return make


@pytest.fixture
def left(hospital):
    """`left(by, to, role)`: a delegation for a week."""

    def make(by, to, role, **facts):
        return services.delegation_create(
            delegate=to,
            role=role,
            ends_at=hospital.now + timedelta(days=7),
            reason="出差",
            by=by,
            now=hospital.now,
            **facts,
        )

    return make


def approve(process, by, hospital, **more):
    return services.process_approve(process=process, by=by, now=more.get("now", hospital.now))


def test_a_delegate_decides_in_ones_place_until_it_ends(hospital, opened, left):
    process = opened(DSO)
    delegation = left(hospital.dso, hospital.legal, Role.DSO)
    assert list(selectors.waiting_for(hospital.legal, now=hospital.now)) == [process]
    after = delegation.ends_at
    assert not selectors.waiting_for(hospital.legal, now=after)
    with pytest.raises(errors.NotYourTurn):
        approve(process, hospital.legal, hospital, now=after)
    assert approve(process, hospital.legal, hospital).state == Process.State.APPROVED
    decision = process.decisions.get()
    assert (decision.person, decision.seat, decision.delegation) == (hospital.legal, hospital.dso, delegation)
    services.delegation_end(delegation=delegation, by=hospital.dso, now=hospital.now)
    with pytest.raises(errors.DelegationEnded):
        services.delegation_end(delegation=delegation, by=hospital.dso, now=hospital.now)
    again = opened(DSO, about=hospital.departments["LAW"])
    with pytest.raises(errors.NotYourTurn):
        approve(again, hospital.legal, hospital)


def test_nobody_counts_twice_in_person_or_by_seat(hospital, opened, left):
    """On one approval a delegator and their delegate fill one seat, and one person fills one."""
    hospital.person("dso-two", Role.DSO)
    hospital.person("head-two", Role.HEAD)
    hospital.person("legal-two", Role.LEGAL)
    left(hospital.dso, hospital.legal, Role.DSO)
    process = approve(opened(services.StepWanted(Role.DSO, 2)), hospital.legal, hospital)
    with pytest.raises(errors.DecidedAlready):
        approve(process, hospital.dso, hospital)
    with pytest.raises(errors.DecidedAlready):
        approve(process, hospital.legal, hospital)
    assert not selectors.waiting_for(hospital.dso, now=hospital.now)

    own = approve(opened(DSO, LEGAL, about=hospital.departments["LAW"]), hospital.dso, hospital)
    left(hospital.dso, hospital.head, Role.DSO)
    assert approve(own, hospital.legal, hospital).state == Process.State.APPROVED
    first = process.decisions.get()
    fields = {"process": process, "step": first.step, "requested_by": process.requested_by, "approves": True}
    fields |= {"institution_id": process.institution_id, "content_digest": "", "at": hospital.now}
    for wrong in (
        {"person": hospital.dso, "seat": hospital.dso},  # the seat has counted
        {"person": hospital.legal, "seat": hospital.head, "delegation": first.delegation},  # the person has
        {"person": hospital.head, "seat": hospital.applicant, "delegation": first.delegation},  # the applicant's seat
        {"person": hospital.applicant, "seat": hospital.head, "delegation": first.delegation},
        {"person": hospital.head, "seat": hospital.key_holder},  # another's seat without its delegation
        {"person": hospital.head, "seat": hospital.head, "signature": "x"},  # a signature of no key
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**fields, **wrong)


def test_no_self_approval_through_a_delegate(hospital, opened, left):
    other = hospital.person("dso-two", Role.DSO)
    left(hospital.dso, hospital.legal, Role.DSO)
    left(other, hospital.head, Role.DSO)
    process = opened(DSO, by=hospital.dso)
    assert not selectors.waiting_for(hospital.legal, now=hospital.now)
    with pytest.raises(errors.NotYourTurn):
        approve(process, hospital.legal, hospital)
    left(other, hospital.dso, Role.DSO)
    with pytest.raises(errors.ApproverIsApplicant):
        approve(process, hospital.dso, hospital)
    assert approve(process, hospital.head, hospital).state == Process.State.APPROVED


def test_who_is_shut_out_or_decides_no_more_is_no_delegate(hospital, opened, left):
    """Suspended, gone, or without any role that decides: neither told nor able, whatever was left to them."""
    told = {"kind": "approvals.waiting", "to": hospital.legal}
    left(hospital.dso, hospital.legal, Role.DSO)
    organisation.person_suspend(person=hospital.legal, reason="停职", by=hospital.security_admin, now=hospital.now)
    process = opened(DSO)
    assert not Message.objects.filter(**told).exists()
    with pytest.raises(errors.NotYourTurn):
        approve(process, hospital.legal, hospital)
    organisation.person_restore(person=hospital.legal, by=hospital.security_admin, now=hospital.now)
    assert list(selectors.waiting_for(hospital.legal, now=hospital.now)) == [process]
    for held in hospital.legal.appointments.all():
        organisation.appointment_end(appointment=held, by=hospital.security_admin, now=hospital.now)
    hospital.appoint(hospital.legal, Role.SECURITY_ADMIN)
    assert not selectors.waiting_for(hospital.legal, now=hospital.now)
    with pytest.raises(errors.NotYourTurn):
        approve(process, hospital.legal, hospital)
    organisation.person_leave(person=hospital.legal, by=hospital.security_admin, now=hospital.now)
    with pytest.raises(errors.NotYourTurn):
        approve(process, hospital.legal, hospital)
    assert not Decision.objects.exists()


def test_what_is_no_delegation_is_refused(hospital, opened, left):
    with pytest.raises(errors.DelegationToOneself):
        left(hospital.dso, hospital.dso, Role.DSO)
    with pytest.raises(errors.DelegationPeriod):
        left(hospital.dso, hospital.legal, Role.DSO, starts_at=hospital.now + timedelta(days=8))
    with pytest.raises(errors.NotYourSeat):
        left(hospital.dso, hospital.legal, Role.HEAD)
    with pytest.raises(errors.NotYourSeat):
        left(hospital.department_head, hospital.legal, Role.DEPARTMENT_HEAD, department=hospital.departments["LAW"])
    for nobody in (hospital.auditor, hospital.applicant):
        with pytest.raises(errors.DelegateMayNotDecide):
            left(hospital.dso, nobody, Role.DSO)
    held = left(hospital.dso, hospital.legal, Role.DSO)
    with pytest.raises(errors.NotYourSeat):
        left(hospital.legal, hospital.head, Role.DSO)  # what was left is not passed on
    with pytest.raises(errors.NotYourDelegation):
        services.delegation_end(delegation=held, by=hospital.head, now=hospital.now)
    hospital.person("dso-two", Role.DSO)
    process = opened(DSO)
    organisation.person_leave(person=hospital.dso, by=hospital.system_admin, now=hospital.now)
    with pytest.raises(errors.NotYourTurn):  # a seat that its holder has lost is nobody's
        approve(process, hospital.legal, hospital)


def test_a_department_head_leaves_one_department(hospital, opened, left):
    law = hospital.departments["LAW"]
    hospital.appoint(hospital.department_head, Role.DEPARTMENT_HEAD, department="LAW")
    left(hospital.department_head, hospital.legal, Role.DEPARTMENT_HEAD, department=law)
    elsewhere = opened(services.StepWanted(Role.DEPARTMENT_HEAD, department=hospital.departments["MED"]))
    there = opened(services.StepWanted(Role.DEPARTMENT_HEAD, department=law), about=law)
    assert list(selectors.waiting_for(hospital.legal, now=hospital.now)) == [there]
    with pytest.raises(errors.NotYourTurn):
        approve(elsewhere, hospital.legal, hospital)
    assert approve(there, hospital.legal, hospital).state == Process.State.APPROVED


def test_two_steps_that_only_one_person_could_decide_are_refused_when_opened(hospital, opened):
    hospital.appoint(hospital.dso, Role.HEAD)
    hospital.head.appointments.update(closed_at=hospital.now)
    with pytest.raises(errors.RouteCannotBeWalked) as refused:
        opened(LEGAL, DSO, HEAD)
    told = str(refused.value)
    assert "2 (" in told
    assert "3 (" in told
    assert "1 (" not in told, "only the steps that share too few people are named"
    assert hospital.dso.name in told
    assert not Process.objects.exists()
    hospital.person("dso-two", Role.DSO)
    assert opened(LEGAL, DSO, HEAD).state == Process.State.OPEN


def test_who_is_needed_later_leaves_this_step_to_another(hospital, opened):
    hospital.appoint(hospital.dso, Role.HEAD)
    hospital.head.appointments.update(closed_at=hospital.now)
    other = hospital.person("dso-two", Role.DSO)
    process = opened(DSO, HEAD)
    with pytest.raises(errors.NeededLater, match="dso-two"):
        approve(process, hospital.dso, hospital)
    process = approve(process, other, hospital)
    assert approve(process, hospital.dso, hospital).state == Process.State.APPROVED


def tile(person, hospital, *roles):
    viewer = Viewer(person, hospital.institution.pk, frozenset(roles), hospital.now)
    return {str(number.label): number.value for number in desk(viewer)}


def test_an_approver_who_leaves_does_not_leave_it_waiting_in_silence(hospital, opened):
    """The page, the overview and the ledger say that nobody can decide; it can be asked again or withdrawn."""
    second = hospital.person("key-two", Role.KEY_HOLDER, department="MED")
    keys = services.StepWanted(Role.KEY_HOLDER, 2)
    process = approve(opened(keys, HEAD), hospital.key_holder, hospital)
    with pytest.raises(errors.NotStuck):
        services.process_ask_again(process=process, by=hospital.applicant, now=hospital.now)
    organisation.person_leave(person=second, by=hospital.system_admin, now=hospital.now)
    process.refresh_from_db()
    assert process.stuck
    entry = Entry.objects.get(action="approval.stuck")
    assert (entry.about, entry.details["steps"], entry.details["able"]) == (process.reference, [1], 0)
    assert len(tile(hospital.applicant, hospital, Role.APPLICANT)) == 3
    page = hospital.client(Role.DSO).get(f"/console/approvals.process/{process.pk}/").content.decode()
    assert "alert-danger" in page
    assert "ask_again" in page
    assert (
        "ask_again" not in hospital.client(Role.LEGAL).get(f"/console/approvals.process/{process.pk}/").content.decode()
    )

    with pytest.raises(errors.NoApprover):  # from the beginning nobody could walk it either
        services.process_ask_again(process=process, by=hospital.applicant, now=hospital.now)
    third = hospital.person("key-three")
    organisation.appointment_create(
        person=third,
        role=Role.KEY_HOLDER,
        department=hospital.departments["MED"],
        by=hospital.security_admin,
        now=hospital.now,
    )
    process.refresh_from_db()
    assert not process.stuck, "it goes on by itself once someone is appointed"
    organisation.person_suspend(person=third, reason="调查", by=hospital.security_admin, now=hospital.now)
    with pytest.raises(errors.ReasonMissing):
        services.process_withdraw(process=process, by=hospital.dso, now=hospital.now)
    process = services.process_withdraw(process=process, by=hospital.dso, now=hospital.now, reason="无人可批")
    assert (process.state, process.stuck) == (Process.State.WITHDRAWN, False)


def test_a_role_that_ends_by_itself_is_noticed_and_the_walk_begins_anew(hospital, opened):
    """Someone decided early whom a later step now needs: asked again, others take the early step."""
    other = hospital.person("dso-two", Role.DSO)
    hospital.appoint(other, Role.HEAD)
    process = approve(opened(DSO, HEAD), other, hospital)
    hospital.head.appointments.update(ends_at=hospital.now)
    assert services.processes_look_again(by="system:approvals", now=hospital.now) == 1
    assert services.processes_look_again(by="system:approvals", now=hospital.now) == 0
    again = services.process_ask_again(process=process, by=hospital.dso, now=hospital.now)
    assert (again.replaces, again.requested_by, again.content_digest) == (
        process,
        hospital.applicant,
        process.content_digest,
    )
    again = approve(again, hospital.dso, hospital)
    assert approve(again, other, hospital).state == Process.State.APPROVED


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.frozensets(st.integers(0, 6))), max_size=5))
def test_a_shortage_is_found_exactly_when_there_is_one(steps):
    """Against Hall's condition, by trying every set of steps."""
    wanted = [Wanted(count, people) for count, people in steps]
    short = shortage(wanted)
    walkable = all(
        sum(wanted[place].count for place in chosen) <= len(frozenset().union(*(wanted[p].people for p in chosen)))
        for mask in range(1, 1 << len(wanted))
        if (chosen := [place for place in range(len(wanted)) if mask >> place & 1])
    )
    assert (short is None) == walkable
    if short:
        assert short.needed > len(short.people)
        assert short.people == frozenset().union(*(wanted[place].people for place in short.steps))
