"""The second half of the year: a network goes live, another changes its level, a third ends; the year turns."""

from datetime import date, datetime, timedelta

import duty_world
from duty_world import C1
from networks import SECOND, SERIOUS
from xingdun.access import services as access
from xingdun.assets import services as assets
from xingdun.audit import services as audit
from xingdun.data import services as data
from xingdun.kernel.clocks import ZONE
from xingdun.obligations import services as obligations
from xingdun.organisation import services as organisation
from year_story import AMENDED_2027, NOTICE_2027, on


@on(7, 1)
def a_vendor_comes(year):
    year.joins("vendor", employer="某信息公司")
    access.grant_end(grant=year.kept["window"], ending="expired", by="system:watch", now=year.now)


@on(7, 3)
def the_password_is_mended(year):
    year.mend("password")
    year.retest("password")


@on(7, 6)
def the_internet_hospital_is_tested(year):
    year.story.evaluate(year.named["IH"], kind="pre_launch")
    year.story.assess(year.named["IH"])


@on(7, 9)
def it_goes_live(year):
    assets.network_launch(network=year.named["IH"], in_operation_since=year.today, by=year.story.by, now=year.now)


@on(7, 15)
def the_rectification_report_is_filed(year):
    year.report(year.kept["inspection"])


@on(8, 3)
def an_inspection_is_ordered(year):
    order = {"ordered_by": "市卫生健康委员会", "order_number": "卫网 3 号", "ordered_until": date(2026, 8, 25)}
    year.kept["ordered"] = year.inspection("ordered", **order)
    year.record(year.named["vendor"], "confidentiality")
    access.grant_gone(grant=year.kept["window"], sessions=0, now=year.now)


@on(8, 14)
def rights_are_audited_again(year):
    year.audit("permissions")


@on(8, 18)
def lis_is_evaluated_and_a_table_is_found(year):
    year.story.evaluate(year.named["LIS"], agency=year.kept["agency"])
    duty_world.scan(year.world, year.now)
    found = duty_world.add_table(year.world, "followup", {"随访诊断": ("diagnosis", "sensitive", C1)})
    audit.record(actor="system:scan", action="dataset.find", about=found, now=year.now)
    year.named["followup"] = found


@on(8, 20)
def an_officer_is_named(year):
    year.post(year.world.dso, "officer", full_time=True)
    year.story.assess(year.named["HIS"], "redundant-links")


@on(8, 24)
def lis_holds_more_people(year):
    assets.network_update(network=year.named["LIS"], persons_held=120_000, by=year.story.by, now=year.now)


@on(9, 4)
def the_ordered_report_is_late(year):
    year.conclude(year.kept["ordered"])
    year.report(year.kept["ordered"])


@on(9, 10)
def the_officer_has_a_certificate(year):
    until = datetime(2026, 11, 20, tzinfo=ZONE)
    year.record(year.world.dso, "certificate", issuer="CISP-PTE", expires_at=until)
    data.dataset_confirm(dataset=year.named["followup"], by=year.world.dso, now=year.now)


@on(9, 16)
def lis_rises_to_level_three(year):
    year.story.grade(year.named["LIS"], **SERIOUS)


@on(9, 28)
def the_old_archive_ends_before_national_day(year):
    year.story.retire(year.named["OLD"])


@on(9, 30)
def the_newcomer_leaves(year):
    year.leaves("newcomer")


@on(10, 12)
def the_change_is_filed_late(year):
    for recipient in ("public_security", "health_authority"):
        year.file(year.named["LIS"], sent=year.today, receipt=year.today, recipient=recipient)
    year.consent(year.named["LIS"])


@on(10, 20)
def the_end_is_filed_late(year):
    for recipient in ("public_security", "health_authority"):
        year.file(year.named["OLD"], sent=year.today, receipt=year.today, recipient=recipient)


@on(10, 23)
def the_administrator_leaves(year):
    year.leaves("keeper")


@on(10, 29)
def an_emergency(year):
    glass = year.named["glass"] = year.world.break_glass()
    audit.record(actor="system:watch", action="grant.open", about=glass, now=year.now)
    access.grant_end(grant=glass, ending="expired", by="system:watch", now=year.now + timedelta(hours=4))
    access.grant_gone(grant=glass, sessions=0, now=year.now + timedelta(hours=4))


@on(11, 4)
def the_roster_is_checked_late(year):
    year.kept["team"] = [
        organisation.post_verify(post=post, by=year.world.head, now=year.now) for post in year.kept["team"]
    ]


@on(11, 6)
def late_review_and_a_new_administrator(year):
    access.grant_review(grant=year.named["glass"], justified=True, comment="已核对", by=year.world.dso, now=year.now)
    year.post(year.world.security_admin, "administrator")


@on(11, 16)
def the_inventory_is_reviewed(year):
    data.review_create(by=year.world.dso, now=year.now, statement="已梳理")


@on(11, 23)
def the_notice_of_the_next_year(year):
    """A deadline that reaches into it is provisional before, and settled after."""
    year.kept["provisional"] = year.filing_due(date(2026, 12, 21))
    year.kept["first_notice"] = obligations.calendar_year_import(text=NOTICE_2027, by=year.world.dso, now=year.now)
    year.kept["settled"] = year.filing_due(date(2026, 12, 21))


@on(12, 3)
def lis_is_evaluated_at_its_level(year):
    year.story.evaluate(year.named["LIS"], agency=year.kept["agency"])


@on(12, 4)
def the_certificate_is_renewed(year):
    year.record(year.world.dso, "certificate", issuer="CISP-PTE", expires_at=datetime(2029, 11, 20, tzinfo=ZONE))


@on(12, 9)
def the_weak_cipher_is_mended(year):
    year.take_up("ssl")
    year.mend("ssl")


@on(12, 11)
def and_retested(year):
    year.retest("ssl")


@on(12, 21)
def a_data_centre_is_graded_at_the_end_of_the_year(year):
    cdr = year.named["CDR"] = year.story.network(
        code="CDR", name="临床数据中心", new=False, in_operation_since=date(2026, 12, 14)
    )
    year.story.grade(cdr, **SECOND)


@on(12, 24)
def the_notice_is_amended(year):
    year.kept["amended"] = obligations.calendar_year_import(text=AMENDED_2027, by=year.world.dso, now=year.now)
