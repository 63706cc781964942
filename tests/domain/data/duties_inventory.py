"""Scenarios of the duties about the inventory: scanned, graded on every axis, reviewed, stored at home."""

from datetime import timedelta

from duty_world import C1, C2, PLAIN, add_column, scan
from scenarios import scenario
from xingdun.data import services
from xingdun.data.models import Dataset

YEAR = timedelta(days=366)


def found_by_a_scan(world, table, grade):
    """One more column nobody has decided on."""
    return add_column(world, world.dataset(table), "新字段", ("diagnosis", "sensitive", grade))


def decide(world, column):
    services.column_confirm(column=column, by=world.dso, now=world.now)


@scenario("data-inventory-reviewed")
def the_inventory_is_reviewed_each_year(world, duty):
    duty.is_due()
    duty.is_broken(at=world.now + YEAR)
    services.review_create(by=world.dso, now=world.now)
    duty.is_met()
    duty.is_broken(at=world.now + 2 * YEAR)
    services.review_create(by=world.dso, now=world.now + 2 * YEAR)
    duty.is_met(at=world.now + 2 * YEAR)


@scenario("data-sources-scanned")
def sources_are_scanned_each_year(world, duty):
    due_at = duty.is_met(about=world.source).due_at
    later = due_at + timedelta(days=1)
    duty.is_broken(about=world.source, at=later)
    scan(world, later)
    duty.is_met(about=world.source, at=later)


@scenario("data-columns-graded")
def a_new_column_is_decided(world, duty):
    duty.is_met(about=world.dataset("patient"))
    column = found_by_a_scan(world, "patient", C1)
    duty.is_broken(about=world.dataset("patient"))
    duty.is_met(about=world.dataset("supply"))
    decide(world, column)
    duty.is_met(about=world.dataset("patient"))


@scenario("important-data")
def what_harms_many_is_c2(world, duty):
    duty.is_met(about=world.dataset("supply"))
    column = found_by_a_scan(world, "supply", C2)
    duty.is_broken(about=world.dataset("supply"))
    services.column_override(
        column=column,
        business="operations",
        subject=[],
        sensitivity="internal",
        level=3,
        national_class="important",
        reason="误判",
        by=world.dso,
        now=world.now,
    )
    duty.is_broken(about=world.dataset("supply"))
    decide(world, column)
    duty.is_met(about=world.dataset("supply"))


@scenario("personal-health-data")
def what_shows_a_persons_state_is_c1(world, duty):
    duty.is_met(about=world.dataset("supply"))
    column = found_by_a_scan(world, "supply", C1)
    duty.is_broken(about=world.dataset("supply"))
    decide(world, column)
    duty.is_met(about=world.dataset("supply"))


@scenario("business-classes")
def every_column_serves_a_business(world, duty):
    column = found_by_a_scan(world, "patient", PLAIN)
    duty.is_broken(about=world.dataset("patient"))
    decide(world, column)
    duty.is_met(about=world.dataset("patient"))


@scenario("subject-categories")
def a_dataset_bears_what_its_columns_bear(world, duty):
    dataset = world.dataset("patient")
    duty.is_met(about=dataset)
    Dataset.objects.filter(pk=dataset.pk).update(subject=[])
    duty.is_broken(about=dataset)
    column = found_by_a_scan(world, "patient", C2)
    duty.is_broken(about=dataset)
    decide(world, column)
    duty.is_met(about=dataset)
    assert world.dataset("patient").subject == ["C1", "C2"]


@scenario("sensitivity-levels")
def a_dataset_is_as_sensitive_as_its_columns(world, duty):
    dataset = world.dataset("patient")
    duty.is_met(about=dataset)
    Dataset.objects.filter(pk=dataset.pk).update(sensitivity="public")
    duty.is_broken(about=dataset)
    decide(world, found_by_a_scan(world, "patient", PLAIN))
    duty.is_met(about=dataset)


def store(world, **facts):
    facts = {"country": "CN", "place": "本院机房", "hosting": "own", "medium": "双活存储", **facts}
    services.source_record_storage(source=world.source, by=world.security_admin, now=world.now, **facts)


@scenario("stored-in-country")
def data_come_home(world, duty):
    duty.is_unknown(about=world.dataset("patient"))
    store(world, country="SG", place="新加坡机房", hosting="cloud")
    duty.is_broken(about=world.dataset("patient"))
    store(world)
    duty.is_met(about=world.dataset("patient"))


@scenario("storage-measures")
def three_kinds_of_measures_protect(world, duty):
    duty.is_unknown(about=world.dataset("patient"))
    store(world, management="机房管理制度", technical="存储加密")
    duty.is_broken(about=world.dataset("patient"))
    store(world, management="机房管理制度", physical="门禁与监控", technical="存储加密")
    duty.is_met(about=world.dataset("patient"))
