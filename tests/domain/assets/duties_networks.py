"""Duties about networks: how each is broken, and mended."""

from datetime import timedelta

import pytest

from networks import SECOND, Story
from scenarios import scenario
from xingdun.assets import errors, services
from xingdun.assets.models import Network
from xingdun.organisation.models import Institution

A_MONTH, A_YEAR = timedelta(days=31), timedelta(days=366)


@scenario("network-departments")
def a_network_without_its_departments(world, duty):
    story = Story(world)
    network = story.network(user_department=None)
    duty.is_broken(about=network)
    with pytest.raises(errors.DepartmentsMissing):
        services.grading_propose(network=network, by=story.by, now=story.now, **SECOND)
    services.network_update(network=network, user_department=world.departments["MED"], by=story.by, now=story.now)
    duty.is_met(about=network)


@scenario("network-profile")
def persons_whose_data_are_held_were_not_counted(world, duty):
    story = Story(world)
    network = story.network(persons_held=None)
    duty.is_broken(about=network)
    services.network_update(network=network, persons_held=120_000, by=story.by, now=story.now)
    duty.is_met(about=network)


@scenario("network-state-known")
def what_is_filed_is_not_what_is_in_force(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    duty.is_broken(about=network)
    story.grade(network)
    duty.is_due(about=network)
    duty.is_broken(about=network, at=story.now + A_MONTH)
    story.file(network)
    duty.is_met(about=network, at=story.now + A_MONTH)
    story.grade(network, **SECOND)
    duty.is_due(about=network)


@scenario("mlps-life-cycle")
def a_life_without_a_level_then_issues_without_a_plan(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    duty.is_broken(about=network)
    story.grade(network)
    duty.is_due(about=network)
    story.file(network)
    duty.is_due(about=network)
    evaluation = story.evaluate(network, issues=7)
    duty.is_broken(about=network)
    services.evaluation_plan(evaluation=evaluation, rectification_plan="三十日内整改", by=story.by, now=story.now)
    duty.is_met(about=network)
    duty.is_broken(about=network, at=story.now + 2 * A_YEAR)


@scenario("grading-at-planning")
def a_new_network_is_not_graded_when_it_should_run(world, duty):
    story = Story(world)
    network = story.network()
    duty.is_unknown(about=network)
    services.network_update(network=network, launch_planned_on=story.day(20), by=story.by, now=story.now)
    duty.is_due(about=network)
    duty.is_broken(about=network, at=story.now + A_MONTH)
    with pytest.raises(errors.NotGraded):
        services.network_launch(network=network, in_operation_since=story.today, by=story.by, now=story.now)
    story.grade(network)
    duty.is_met(about=network, at=story.now + A_MONTH)
    found = story.network(running_for=10, new=True)
    duty.is_broken(about=found)


@scenario("level-correct")
def care_over_the_internet_comes_onto_a_network_of_level_2(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    with pytest.raises(errors.LevelTooLow):
        services.grading_propose(network=network, by=story.by, now=story.now, level=1, **SECOND)
    with pytest.raises(errors.ReasonMissing):
        services.grading_propose(network=network, by=story.by, now=story.now, level=3, **SECOND)
    story.grade(network, **SECOND)
    duty.is_met(about=network)
    services.network_update(network=network, carries_internet_care=True, by=story.by, now=story.now)
    duty.is_broken(about=network)
    assert story.grade(network, **SECOND).level == 3
    duty.is_met(about=network)


@scenario("level-consent")
def the_authority_does_not_consent(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    assert "等级" in str(duty.is_unknown(about=network).detail)
    grading = story.grade(network)
    duty.is_due(about=network)
    reply = {"opinion_number": "杭卫函〔2026〕1号", "opinion_on": story.today, "by": story.by, "now": story.now}
    services.grading_opinion(grading=grading, opinion="refused", **reply)
    duty.is_broken(about=network)
    grading = story.grade(network)
    duty.is_broken(about=network, at=story.now + A_MONTH)
    services.grading_opinion(grading=grading, opinion="consented", **reply)
    duty.is_met(about=network, at=story.now + A_MONTH)


@scenario("mlps-filing")
def the_filing_is_late(world, duty):
    story = Story(world)
    ended = story.network(running_for=900)
    story.grade(ended)
    story.retire(ended)
    duty.is_silent(about=ended)
    network = story.network(running_for=900)
    story.grade(network)
    duty.is_due(about=network)
    filing = story.file(network, receipt="")
    duty.is_broken(about=network, at=story.now + A_MONTH)
    receipt = {"receipt_number": "33010600001-20260001", "receipt_on": story.today}
    services.filing_receive(filing=filing, by=story.by, now=story.now, **receipt)
    duty.is_met(about=network, at=story.now + A_MONTH)


@scenario("mlps-filing-report")
def the_filing_is_not_reported(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    story.grade(network)
    story.file(network)
    duty.is_due(about=network)
    duty.is_broken(about=network, at=story.now + A_MONTH)
    story.file(network, recipient="health_authority", receipt="杭卫收〔2026〕8号")
    duty.is_met(about=network, at=story.now + A_MONTH)


def _changed(story):
    """A filed network whose level was determined anew."""
    network = story.network(running_for=900)
    story.grade(network, determined_earlier_on=story.day(-800))
    for recipient in ("public_security", "health_authority"):
        story.file(network, recipient=recipient, days=-795)
    story.grade(network, **SECOND)
    assert network.state == "changed"
    return network


@scenario("mlps-change")
def a_changed_level_and_an_ended_network_are_not_filed(world, duty):
    story = Story(world)
    network = _changed(story)
    duty.is_due(about=network)
    duty.is_broken(about=network, at=story.now + A_MONTH)
    assert story.file(network).kind == "change"
    duty.is_met(about=network, at=story.now + A_MONTH)
    story.retire(network)
    duty.is_broken(about=network, at=story.now + A_MONTH)
    assert story.file(network).kind == "revocation"
    duty.is_met(about=network, at=story.now + A_MONTH)
    never_filed = story.network(running_for=900)
    story.grade(never_filed)
    story.retire(never_filed)
    duty.is_silent(about=never_filed)


@scenario("mlps-change-report")
def a_change_is_not_reported(world, duty):
    story = Story(world)
    duty.is_unknown()
    network = _changed(story)
    duty.is_due()
    duty.is_broken(at=story.now + A_MONTH)
    story.file(network, recipient="health_authority")
    duty.is_met(at=story.now + A_MONTH)


@scenario("network-retirement")
def a_network_ended_without_a_record_of_its_data(world, duty):
    story = Story(world)
    kept, ended = story.network(running_for=900), story.network(running_for=900)
    duty.is_silent(about=kept)
    Network.objects.filter(pk=ended.pk).update(state="retired", retired_at=story.now - A_MONTH)
    duty.is_broken(about=ended)
    story.retire(ended, destruction_method="sealed")
    duty.is_met(about=ended)
    assert ended.retired_at == story.now - A_MONTH, "its end stays when it was"
    with pytest.raises(errors.NetworkRetired):
        story.retire(ended)


@scenario("state-secrets")
def state_secrets_come_onto_a_network(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    duty.is_unknown(about=network)
    story.assess(network, "no-state-secrets", state="absent")
    duty.is_broken(about=network)
    story.assess(network, "no-state-secrets")
    duty.is_met(about=network)


@scenario("mlps-cii-requirements")
def requirements_are_not_carried_out(world, duty):
    story = Story(world)
    duty.is_unknown()
    network = story.network(running_for=900)
    story.grade(network)
    duty.is_broken()
    story.assess(network)
    story.assess(network, "central-logs", state="absent")
    duty.is_broken()
    story.assess(network, "central-logs", state="not_needed")
    duty.is_met()
    duty.is_broken(at=story.now + 2 * A_YEAR)


def _safeguards(world, duty, *, one, critical=False):
    """One safeguard is missing, and comes."""
    story = Story(world)
    network = story.network(running_for=900)
    story.grade(network)
    duty.is_unknown(about=network)
    story.assess(network, duty=duty.key, critical=critical)
    duty.is_met(about=network)
    story.assess(network, one, state="absent")
    duty.is_broken(about=network)
    story.assess(network, one)
    duty.is_met(about=network)
    duty.is_broken(about=network, at=story.now + 2 * A_YEAR)


@scenario("protection-measures")
def logs_are_not_collected(world, duty):
    _safeguards(world, duty, one="central-logs")


@scenario("protection-and-response")
def the_emergency_plan_is_missing(world, duty):
    _safeguards(world, duty, one="emergency-plan")


@scenario("redundancy")
def one_link_carries_all(world, duty):
    _safeguards(world, duty, one="redundant-links")


@scenario("physical-isolation")
def the_hospital_system_shares_the_internet_zone(world, duty):
    _safeguards(world, duty, one="internet-isolation")


@scenario("border-defence")
def no_application_firewall(world, duty):
    _safeguards(world, duty, one="application-firewall")


@scenario("cii-key-protection")
def critical_infrastructure_is_not_watched(world, duty):
    Institution.objects.filter(pk=world.institution.pk).update(critical_infrastructure=True)
    _safeguards(world, duty, one="infrastructure-monitoring", critical=True)


@scenario("protection-plan")
def no_plan_on_one_centre_and_three_protections(world, duty):
    story = Story(world)
    duty.is_broken()
    story.plan()
    duty.is_met()
    network = story.network()
    story.grade(network)
    duty.is_broken()
    story.plan("construction", network)
    duty.is_met()


@scenario("cii-protection-plan")
def critical_infrastructure_has_no_plan(world, duty):
    story = Story(world)
    duty.is_broken()
    story.plan("infrastructure")
    duty.is_met()
