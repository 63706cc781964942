"""Scenarios of the duties about rights, enforcement and audits."""

from datetime import timedelta

from django.db import connection

from scenarios import scenario
from xingdun.access import services
from xingdun.access.models import Protection
from xingdun.data.models import Source
from xingdun.frame.roles import Role
from xingdun.organisation import services as organisation
from xingdun.organisation.models import Account


def audit(world, kind, at, **facts):
    return services.internalaudit_create(kind=kind, findings="未见异常", by=world.auditor, now=at, **facts)


@scenario("least-privilege")
def the_source_refuses_by_default(world, duty):
    dataset = world.dataset("patient")
    duty.is_met(about=dataset, at=world.now)
    duty.is_broken(about=dataset, at=world.now + timedelta(hours=1))
    Protection.objects.update(watched_at=world.now + timedelta(hours=1))
    duty.is_met(about=dataset, at=world.now + timedelta(hours=1))
    with world.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_internalaudit DISABLE ROW LEVEL SECURITY")
    duty.is_broken(about=dataset, at=world.now + timedelta(hours=1))
    with world.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_internalaudit ENABLE ROW LEVEL SECURITY")
    Protection.objects.all().delete()
    duty.is_broken(about=dataset)


@scenario("personal-rights")
def rights_are_given_and_end_with_the_person(world, duty):
    newcomer = world.person("duty-newcomer")
    duty.is_broken(about=newcomer)
    organisation.appointment_create(person=newcomer, role=Role.APPLICANT, by=world.security_admin, now=world.now)
    duty.is_met(about=newcomer)
    window = world.window()
    duty.is_met(about=world.applicant)
    Account.objects.filter(pk=world.applicant.account_id).update(is_active=False)
    duty.is_broken(about=world.applicant)
    world.close(window)
    duty.is_met(about=world.applicant)


@scenario("audit-of-permissions")
def rights_are_audited_each_quarter(world, duty):
    duty.is_broken()
    made = audit(world, "permissions", world.now)
    assert made.figures["appointments"] >= len(world.people)
    later = duty.is_met().due_at + timedelta(days=1)
    duty.is_broken(at=later)
    audit(world, "permissions", later)
    duty.is_met(at=later)


@scenario("log-audit")
def the_ledger_is_audited_each_quarter(world, duty):
    audit(world, "permissions", world.now)
    duty.is_broken()
    made = audit(world, "logs", world.now, exceptions=1)
    assert made.figures["entries"] > 0
    due_at = duty.is_met().due_at
    duty.is_broken(at=due_at + timedelta(days=1))


@scenario("important-users-audited")
def key_accounts_are_looked_at(world, duty):
    duty.is_broken()
    audit(world, "logs", world.now)
    duty.is_broken()
    audit(world, "logs", world.now + timedelta(minutes=1), important=True)
    duty.is_met()


@scenario("behaviour-traced")
def what_people_do_comes_back(world, duty):
    duty.is_met()
    facts = {"kind": Source.Kind.POSTGRESQL, "address": "postgresql://reader@127.0.0.1:9/lis", "created_at": world.now}
    facts["department"] = world.departments["IT"]
    unprotected = Source.objects.create(institution=world.institution, name="检验系统", **facts)
    duty.is_broken()
    unprotected.delete()
    duty.is_met()
    Protection.objects.update(log_folder="")
    duty.is_broken()
    Protection.objects.update(log_folder="pg_log")
    duty.is_met()
    Protection.objects.all().delete()
    duty.is_unknown()
