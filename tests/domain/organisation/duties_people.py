"""Scenarios of the duties about people: what must be established about each of them."""

from datetime import timedelta

from duty_world import reads
from scenarios import scenario
from xingdun.obligations import services as obligations
from xingdun.organisation import services
from xingdun.organisation.models import Account, Post

DAY = timedelta(days=1)


def record(world, person, kind, **facts):
    return services.person_add_record(
        **{"person": person, "kind": kind, "document": "2026-017", "by": world.security_admin, "now": world.now} | facts
    )


def fill(world, person, kind="lead", **facts):
    facts = {"department": world.departments["IT"], "duties": "统筹网络安全", "document": "院发〔2026〕3号"} | facts
    return services.post_create(person=person, kind=kind, by=world.head, now=world.now, **facts)


@scenario("real-name")
def whoever_is_registered_is_known(world, duty):
    duty.is_broken(about=world.applicant)
    record(world, world.applicant, "identity")
    duty.is_met(about=world.applicant)


@scenario("background-review")
def a_review_without_objection_counts(world, duty):
    duty.is_broken(about=world.applicant)
    record(world, world.applicant, "background", passed=False)
    duty.is_broken(about=world.applicant)
    record(world, world.applicant, "background", done_at=world.now, expires_at=world.now + 365 * DAY)
    duty.is_met(about=world.applicant)
    duty.is_broken(about=world.applicant, at=world.now + 366 * DAY)


@scenario("cii-background-check")
def key_posts_are_reviewed(world, duty):
    duty.is_silent(about=world.legal)
    fill(world, world.legal)
    duty.is_broken(about=world.legal)
    record(world, world.legal, "background")
    duty.is_met(about=world.legal)


@scenario("confidentiality-agreements")
def agreements_are_signed_and_renewed_where_that_is_required(world, duty):
    duty.is_broken(about=world.applicant)
    record(world, world.applicant, "confidentiality", done_at=world.now - 400 * DAY)
    assert duty.is_met(about=world.applicant).detail, "signing is required, renewing advised (A18)"
    reads(world, "A18", "renewal-required")
    duty.is_broken(about=world.applicant)
    record(world, world.applicant, "confidentiality")
    met = duty.is_met(about=world.applicant)
    assert timedelta(days=360) < met.due_at - world.now < timedelta(days=370)


@scenario("operator-confidentiality")
def whoever_runs_the_service_is_bound(world, duty):
    operator = world.person("duty-operator")
    services.person_update(person=operator, employer="某运营公司", by=world.system_admin, now=world.now)
    duty.is_broken(about=operator)
    record(world, operator, "confidentiality", expires_at=world.now + 90 * DAY)
    duty.is_met(about=operator)
    duty.is_broken(about=operator, at=world.now + 91 * DAY)


@scenario("staff-managed")
def outsiders_sign_first(world, duty):
    vendor = world.person("duty-outside")
    duty.is_met(about=vendor)
    services.person_update(person=vendor, employer="某信息公司", by=world.system_admin, now=world.now)
    duty.is_broken(about=vendor)
    record(world, vendor, "confidentiality")
    duty.is_met(about=vendor)
    services.person_leave(person=vendor, by=world.system_admin, now=world.now)
    duty.is_silent(about=vendor)
    Account.objects.filter(pk=vendor.account_id).update(is_active=True)
    duty.is_broken(about=vendor)


@scenario("certified-posts")
def the_officer_holds_a_certificate(world, duty):
    duty.is_silent(about=world.dso)
    fill(world, world.dso, "officer", full_time=True)
    duty.is_broken(about=world.dso)
    record(world, world.dso, "certificate", issuer="急救培训中心")
    duty.is_broken(about=world.dso)
    own_list = reads(world, "A19", "accepted-list")
    duty.is_met(about=world.dso)
    obligations.readingchoice_end(readingchoice=own_list, reason="收回", by=world.dso, now=world.now)
    duty.is_broken(about=world.dso)
    record(world, world.dso, "certificate", issuer="CISP-PTE", expires_at=world.now + 30 * DAY)
    duty.is_met(about=world.dso)
    duty.is_broken(about=world.dso, at=world.now + 31 * DAY)


@scenario("security-posts")
def posts_are_filled_and_stay_filled(world, duty):
    duty.is_broken()
    fill(world, world.head)
    fill(world, world.security_admin, "administrator")
    duty.is_met()
    services.person_leave(person=world.security_admin, by=world.system_admin, now=world.now)
    duty.is_broken()


@scenario("security-responsible-person")
def somebody_is_responsible(world, duty):
    duty.is_broken()
    post = fill(world, world.head, "responsible")
    duty.is_met()
    services.post_end(post=post, by=world.head, now=world.now)
    duty.is_broken()


@scenario("data-security-officer")
def the_officer_has_one_post(world, duty):
    duty.is_broken()
    part_time = fill(world, world.dso, "officer")
    duty.is_broken()
    services.post_end(post=part_time, by=world.head, now=world.now)
    fill(world, world.dso, "officer", full_time=True)
    duty.is_met()
    other = fill(world, world.dso, Post.Kind.OTHER)
    duty.is_broken()
    services.post_end(post=other, by=world.head, now=world.now)
    duty.is_met()


@scenario("it-department")
def technical_protection_has_a_department(world, duty):
    duty.is_broken()
    fill(world, world.system_admin, "protection")
    duty.is_met()


@scenario("emergency-team")
def the_roster_is_checked_each_quarter(world, duty):
    team = [fill(world, world.head, "emergency", phone="1390000001")]
    duty.is_broken()
    team.append(fill(world, world.system_admin, "emergency", phone="1390000002"))
    due_at = duty.is_met().due_at
    later = due_at + DAY
    duty.is_broken(at=later)
    for post in team:
        services.post_verify(post=post, by=world.head, now=later)
    duty.is_met(at=later)
