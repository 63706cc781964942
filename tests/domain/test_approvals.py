"""Approvals: distinct persons, in order, never the one who asked."""

from datetime import timedelta

import pytest

from xingdun.approvals import errors, selectors, services
from xingdun.approvals.models import Process
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]
DSO, HEAD, KEYS = services.StepWanted(Role.DSO), services.StepWanted(Role.HEAD), services.StepWanted(Role.KEY_HOLDER, 2)


@pytest.fixture
def second_key(hospital):
    return hospital.person("key-two", Role.KEY_HOLDER, department="MED")


@pytest.fixture
def open_process(hospital):
    def make(*steps, by=None, content=None):
        return services.process_open(
            about=hospital.departments["RES"],
            title="科研取数",
            content=content or {"fields": ["diagnosis"]},
            steps=steps or (DSO,),
            by=by or hospital.applicant,
            now=hospital.now,
        )

    return make


def approve(process, by, hospital, **more):
    return services.process_decide(process=process, approves=True, by=by, now=hospital.now, **more)


def test_one_step_one_person(hospital, open_process):
    process = approve(open_process(DSO), hospital.dso, hospital)
    assert process.state == Process.State.APPROVED
    assert process.closed_at == hospital.now
    told = Entry.objects.exclude(action__startswith="message.").order_by("id")
    assert [entry.action for entry in told] == [
        "approval.open",
        "key.create",
        "personalkey.create",
        "approval.approve",
    ]


def test_steps_come_in_order(hospital, open_process):
    process = open_process(HEAD, DSO)
    with pytest.raises(errors.NotYourTurn):
        approve(process, hospital.dso, hospital)
    process = approve(process, hospital.head, hospital)
    assert process.state == Process.State.OPEN
    assert approve(process, hospital.dso, hospital).state == Process.State.APPROVED


def test_two_locks_need_two_people(hospital, open_process, second_key):
    process = approve(open_process(KEYS), hospital.key_holder, hospital)
    assert process.state == Process.State.OPEN
    with pytest.raises(errors.DecidedAlready):
        approve(process, hospital.key_holder, hospital)
    assert approve(process, second_key, hospital).state == Process.State.APPROVED


def test_who_asks_decides_nothing(hospital, open_process):
    hospital.person("dso-two", Role.DSO)
    process = open_process(DSO, by=hospital.dso)
    with pytest.raises(errors.ApproverIsApplicant):
        approve(process, hospital.dso, hospital)


@pytest.mark.parametrize("steps", [(), (KEYS,)])
def test_a_route_nobody_can_walk_is_refused_at_once(hospital, steps):
    with pytest.raises(errors.NoApprover):
        services.process_open(
            about=hospital.departments["RES"],
            title="t",
            content={},
            steps=steps,
            by=hospital.applicant,
            now=hospital.now,
        )
    assert not Process.objects.exists()


def test_the_only_holder_who_asks_leaves_no_approver(hospital, open_process):
    with pytest.raises(errors.NoApprover):
        open_process(DSO, by=hospital.dso)


def test_a_department_asks_its_own_head(hospital, open_process):
    step = services.StepWanted(Role.DEPARTMENT_HEAD, department=hospital.departments["MED"])
    other = hospital.person("res-head", Role.DEPARTMENT_HEAD, department="RES")
    process = open_process(step)
    with pytest.raises(errors.NotYourTurn):
        approve(process, other, hospital)
    assert approve(process, hospital.department_head, hospital).state == Process.State.APPROVED


def test_a_refusal_says_why_and_ends_it(hospital, open_process):
    process = open_process(HEAD, DSO)
    with pytest.raises(errors.ReasonMissing):
        services.process_decide(process=process, approves=False, by=hospital.head, now=hospital.now, reason=" ")
    process = services.process_refuse(process=process, reason="用途不清", by=hospital.head, now=hospital.now)
    assert process.state == Process.State.REFUSED
    with pytest.raises(errors.ProcessClosed):
        approve(process, hospital.dso, hospital)
    entry = Entry.objects.filter(action="approval.refuse").get()
    assert "用途不清" not in entry.content, "words of a person are sealed"
    assert entry.sealed


def test_what_is_approved_is_what_was_asked(hospital, open_process):
    process = open_process(DSO)
    with pytest.raises(errors.ContentChanged):
        approve(process, hospital.dso, hospital, content={"fields": ["diagnosis", "name"]})
    assert approve(process, hospital.dso, hospital, content={"fields": ["diagnosis"]}).state == Process.State.APPROVED
    changed = {"approves": False, "reason": "已改动", "content": {"fields": ["name"]}}
    process = open_process(DSO)
    done = services.process_decide(process=process, by=hospital.dso, now=hospital.now, **changed)
    assert done.state == Process.State.REFUSED, "what has changed can still be refused"


def test_the_applicant_takes_it_back(hospital, open_process):
    process = services.process_withdraw(process=open_process(DSO), by=hospital.applicant, now=hospital.now)
    assert process.state == Process.State.WITHDRAWN
    with pytest.raises(errors.ProcessClosed):
        approve(process, hospital.dso, hospital)


def test_nobody_else_takes_it_back(hospital, open_process):
    process = open_process(DSO)
    with pytest.raises(errors.NotTheApplicant):
        services.process_withdraw(process=process, by=hospital.legal, now=hospital.now)
    with pytest.raises(errors.NotStuck):
        services.process_withdraw(process=process, by=hospital.dso, now=hospital.now, reason="代撤")


def test_a_role_that_ended_decides_nothing(hospital, open_process):
    process = open_process(DSO)
    hospital.dso.appointments.update(ends_at=hospital.now - timedelta(seconds=1))
    with pytest.raises(errors.NotYourTurn):
        approve(process, hospital.dso, hospital)


def test_the_desk_shows_what_waits_for_me(hospital, open_process):
    process = open_process(HEAD, DSO)
    assert list(selectors.waiting_for(hospital.head, now=hospital.now)) == [process]
    assert not selectors.waiting_for(hospital.dso, now=hospital.now)
    approve(process, hospital.head, hospital)
    assert not selectors.waiting_for(hospital.head, now=hospital.now)
    assert list(selectors.waiting_for(hospital.dso, now=hospital.now)) == [process]


def test_a_second_key_waits_only_for_who_has_not_turned_theirs(hospital, open_process, second_key):
    process = approve(open_process(KEYS), hospital.key_holder, hospital)
    assert not selectors.waiting_for(hospital.key_holder, now=hospital.now)
    assert list(selectors.waiting_for(second_key, now=hospital.now)) == [process]


def test_others_follow_in_the_same_transaction(hospital, open_process, monkeypatch):
    told = []
    monkeypatch.setitem(services.followers, "organisation.department", lambda **facts: told.append(facts))
    process = approve(open_process(DSO), hospital.dso, hospital)
    assert [(one["process"], one["decision"].person, one["by"]) for one in told] == [
        (process, hospital.dso, hospital.dso)
    ]
    monkeypatch.setitem(services.followers, "organisation.department", lambda **_: 1 / 0)
    process = open_process(DSO)
    with pytest.raises(ZeroDivisionError):
        approve(process, hospital.dso, hospital)
    process.refresh_from_db()
    assert process.state == Process.State.OPEN
    assert not process.decisions.exists()
