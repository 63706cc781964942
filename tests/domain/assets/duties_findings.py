"""Duties about findings and self-inspections: broken, and mended."""

from datetime import timedelta

from django.utils import timezone

from networks import Story
from scenarios import scenario
from xingdun.assets import services
from xingdun.kernel.clocks import local

DAY = timedelta(days=1)


def _result(world, origin="vulnerability_scan", now=None, **facts):
    moment = now or world.now
    return services.batch_record(
        origin=origin,
        title="结果",
        performed_on=timezone.localdate(moment),
        performed_by="信息中心",
        by=world.security_admin,
        now=moment,
        **facts,
    )


def _finding(world, batch, severity="high", target="10.0.0.1"):
    return services.finding_add(
        findingbatch=batch, title="弱口令", target=target, severity=severity, by=world.security_admin, now=world.now
    )


def _assign(world, finding, now):
    services.finding_assign(
        finding=finding,
        department=world.departments["IT"],
        person=world.system_admin,
        cause="没有口令策略",
        plan="改口令，定策略",
        by=world.dso,
        now=now,
    )


def _fix(world, finding, now):
    services.finding_fix(
        finding=finding, measures="已改", fixed_on=timezone.localdate(now), by=world.system_admin, now=now
    )


def _retest(world, finding, now):
    services.finding_retest(finding=finding, passed=True, retest="登录失败", by=world.security_admin, now=now)


@scenario("findings-mended")
def a_finding_is_mended_and_retested_within_its_term(world, duty):
    finding = _finding(world, _result(world))
    duty.is_due(about=finding, at=world.now + 29 * DAY)
    late = world.now + 32 * DAY
    duty.is_broken(about=finding, at=late)
    _assign(world, finding, late)
    _fix(world, finding, late)
    duty.is_broken(about=finding, at=late)
    _retest(world, finding, late)
    duty.is_met(about=finding, at=late)
    story = Story(world)
    network = story.network(running_for=900)
    moot = _finding(world, _result(world, network=network))
    duty.is_due(about=moot)
    story.retire(network)
    duty.is_silent(about=moot)


@scenario("authority-findings")
def what_an_authority_found_is_mended_within_its_term(world, duty):
    own = _finding(world, _result(world))
    found = _finding(world, _result(world, "authority", notice_number="通报 7 号"), severity="critical", target="网站")
    duty.is_silent(about=own)
    notice = _result(world, "authority", notice_number="通报 8 号")
    assert _finding(world, notice) == own, "what is known already becomes the authority's"
    duty.is_due(about=own, at=world.now + 6 * DAY)
    duty.is_due(about=found, at=world.now + 6 * DAY)
    late = world.now + 9 * DAY
    duty.is_broken(about=found, at=late)
    _assign(world, found, late)
    _fix(world, found, late)
    _retest(world, found, late)
    duty.is_met(about=found, at=late)


@scenario("weak-points")
def the_weak_point_behind_a_finding_is_mended(world, duty):
    finding = _finding(world, _result(world))
    duty.is_due(about=finding)
    duty.is_broken(about=finding, at=world.now + 32 * DAY)
    _assign(world, finding, world.now)
    duty.is_met(about=finding)


def _inspection(world, now, kind="yearly", **facts):
    inspection = services.inspection_open(
        kind=kind, title="自查", scope="全院", organisation="领导小组", by=world.security_admin, now=now, **facts
    )
    for method in ("document_check", "vulnerability_scan", "penetration_test"):
        _result(world, method, now=now, inspection=inspection)
    return inspection


def _conclude(world, inspection, now):
    services.inspection_conclude(inspection=inspection, summary="可控", advice="补制度", by=world.dso, now=now)


def _report(world, inspection, now):
    day = timezone.localdate(now)
    services.inspection_report(
        inspection=inspection,
        reported_to="市卫生健康委员会",
        reported_on=day,
        receipt_number="备 1 号",
        receipt_on=day,
        by=world.dso,
        now=now,
    )


def _next_year(world):
    return local(world.now).replace(year=local(world.now).year + 1, month=3, day=1)


@scenario("self-inspection")
def we_inspect_ourselves_each_year_by_three_methods(world, duty):
    first = world.now - 365 * DAY  # since when its people are on record
    duty.is_due(at=local(first).replace(month=12, day=31))
    duty.is_broken(at=world.now)
    duty.is_broken(at=_next_year(world))  # a year without any puts nothing off
    inspection = _inspection(world, world.now)
    duty.is_broken(at=world.now)
    _conclude(world, inspection, world.now)
    duty.is_met(at=_next_year(world))
    late = _next_year(world).replace(year=_next_year(world).year + 1)
    duty.is_broken(at=late)
    _conclude(world, _inspection(world, late), late)
    duty.is_met(at=late)


@scenario("self-inspection-report")
def the_rectification_report_is_filed_with_a_receipt(world, duty):
    duty.is_broken(at=world.now)
    inspection = _inspection(world, world.now)
    _conclude(world, inspection, world.now)
    duty.is_due(at=world.now)
    duty.is_broken(at=_next_year(world))
    _report(world, inspection, world.now)
    duty.is_met(at=_next_year(world))


@scenario("ordered-inspection")
def an_ordered_inspection_is_reported_by_its_day(world, duty):
    duty.is_unknown()
    until = timezone.localdate(world.now) + 20 * DAY
    order = {"ordered_by": "市卫生健康委员会", "order_number": "卫网〔2026〕3 号", "ordered_until": until}
    inspection = _inspection(world, world.now, kind="ordered", **order)
    duty.is_due(at=world.now + 19 * DAY)
    late = world.now + 22 * DAY
    duty.is_broken(at=late)
    _conclude(world, inspection, late)
    _report(world, inspection, late)
    duty.is_met(at=late)
