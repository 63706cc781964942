"""Scenarios of the duties about requests and windows: approved, within bounds, closed in time, reviewed."""

from datetime import timedelta

from scenarios import scenario
from xingdun.access import services
from xingdun.access.models import Request
from xingdun.approvals.models import Process, Step
from xingdun.data.services import column_override, dataset_assign


@scenario("data-use-approval")
def nothing_opens_unapproved(world, duty):
    asked = world.ask()
    duty.is_met(about=asked)
    window = world.open(asked)
    duty.is_broken(about=asked)
    world.approve(asked)
    duty.is_met(about=asked)
    assert window.request_id == asked.pk


@scenario("approver-in-charge")
def the_department_in_charge_reviews(world, duty):
    window = world.window()
    duty.is_met(about=window.request)
    dataset_assign(dataset=world.dataset("patient"), department=world.departments["RES"], by=world.dso, now=world.now)
    duty.is_broken(about=window.request)
    world.close(window)
    duty.is_met(about=window.request)


@scenario("use-within-approval")
def a_window_ends_within_the_days_approved(world, duty):
    window = world.window(days=7)
    duty.is_met(about=window.request)
    type(window).objects.filter(pk=window.pk).update(expires_at=world.now + timedelta(days=30))
    duty.is_broken(about=window.request)
    type(window).objects.filter(pk=window.pk).update(expires_at=world.now + timedelta(days=7))
    duty.is_met(about=window.request)
    emergency = world.break_glass()
    duty.is_met(about=emergency.request)
    emergency.request.rows.all().delete()
    duty.is_broken(about=emergency.request)


@scenario("stated-purpose")
def the_purpose_must_permit_the_grade(world, duty):
    window = world.window()
    duty.is_met(about=window.request)
    column_override(
        column=world.column("patient", "姓名"),
        business="clinical",
        subject=["C1"],
        sensitivity="confidential",
        level=5,
        national_class="general",
        reason="涉密程度上调",
        state_secret=False,
        by=world.dso,
        now=world.now,
    )
    duty.is_broken(about=window.request)
    world.close(window)
    duty.is_met(about=window.request)


@scenario("legal-review")
def what_leaves_is_reviewed_by_legal(world, duty):
    inside = world.ask()
    duty.is_silent(about=inside)
    facts = {"purpose": "care", "legal_basis": "consent", "consent_record": "C-1", "agreement": "A-1"}
    outside = world.ask(recipient="outside", recipient_name="协作医院", **facts)
    duty.is_met(about=outside)
    window = world.open(outside)
    duty.is_broken(about=outside)
    world.approve(outside, world.department_head, world.dso, world.legal)
    duty.is_met(about=outside)
    with world.as_owner():
        Step.objects.filter(process__about=outside.reference, role="legal").update(role="dso")
    duty.is_broken(about=outside)
    assert window.request_id == outside.pk


@scenario("it-masks")
def every_column_is_masked_by_a_rule(world, duty):
    request = world.approve(world.ask())
    duty.is_met(about=request)
    asked = request.columns.first()
    before = asked.mask
    request.columns.filter(pk=asked.pk).update(mask={})
    duty.is_broken(about=request)
    request.columns.filter(pk=asked.pk).update(mask=before)
    duty.is_met(about=request)


@scenario("data-use-expires")
def windows_go_when_their_time_is_over(world, duty):
    window = world.window()
    duty.is_met(about=window)
    later = window.expires_at + timedelta(minutes=1)
    duty.is_broken(about=window, at=later)
    services.grant_end(grant=window, ending="expired", by="system:watch", now=later)
    duty.is_broken(about=window, at=later + timedelta(minutes=1))
    from xingdun.access.services.grants import grant_gone

    grant_gone(grant=window, sessions=1, now=later)
    duty.is_met(about=window, at=later + timedelta(minutes=1))


@scenario("break-glass-reviewed")
def an_emergency_is_reviewed(world, duty):
    window = world.break_glass()
    duty.is_due(about=window)
    duty.is_broken(about=window, at=world.now + timedelta(hours=73))
    services.grant_review(grant=window, justified=True, comment="抢救病历已核对", by=world.dso, now=world.now)
    duty.is_met(about=window, at=world.now + timedelta(hours=73))
    assert Request.objects.get(pk=window.request_id).purpose == "care"
    assert not Process.objects.filter(about=window.request.reference).exists()
