"""Duties about tests and evaluations of networks: how each is broken, and mended."""

from datetime import timedelta

import pytest

from duty_world import reads
from networks import FIRST, SECOND, Story
from scenarios import scenario
from xingdun.assets import errors, services

A_MONTH, A_YEAR = timedelta(days=31), timedelta(days=366)


@scenario("pre-launch-test")
def a_new_network_runs_untested(world, duty):
    story = Story(world)
    network = story.network(launch_planned_on=story.day(10))
    story.grade(network)
    duty.is_due(about=network)
    with pytest.raises(errors.NotTested):
        services.network_launch(network=network, in_operation_since=story.today, by=story.by, now=story.now)
    story.evaluate(network, kind="pre_launch", conclusion="poor")
    duty.is_broken(about=network, at=story.now + A_MONTH)
    story.evaluate(network, kind="pre_launch")
    duty.is_met(about=network, at=story.now + A_MONTH)
    services.network_launch(network=network, in_operation_since=story.today, by=story.by, now=story.now)
    duty.is_broken(about=story.network(running_for=10, new=True))


@scenario("networks-tested")
def nobody_tests_for_two_years(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    duty.is_broken(about=network)
    story.grade(network, **FIRST)
    duty.is_due(about=network)
    duty.is_broken(about=network, at=story.now + A_YEAR)
    story.evaluate(network, kind="self")
    duty.is_met(about=network, at=story.now + A_MONTH)
    duty.is_broken(about=network, at=story.now + 3 * A_YEAR)
    planned = _slips(story, duty)
    duty.is_met(about=planned, at=story.now + 11 * A_MONTH)
    duty.is_broken(about=planned, at=story.now + 3 * A_YEAR)


def _slips(story, duty):
    """A planned network, tested half a year before it runs: its launch slips, and the year begins with the launch."""
    planned = story.network(launch_planned_on=story.day(10))
    story.grade(planned, determined_earlier_on=story.day(-700))
    story.evaluate(planned, kind="pre_launch", ago=200)
    story.evaluate(planned, ago=200)
    duty.is_due(about=planned, at=story.now + timedelta(days=9))
    duty.is_unknown(about=planned, at=story.now + A_YEAR)
    return services.network_launch(network=planned, in_operation_since=story.today, by=story.by, now=story.now)


@scenario("mlps-evaluation-3-4")
def the_yearly_evaluation_is_late(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    story.grade(network, determined_earlier_on=story.day(-800))
    duty.is_broken(about=network)
    story.grade(network)  # the same level anew puts nothing off
    duty.is_broken(about=network)
    story.evaluate(network, ago=400)
    duty.is_broken(about=network)
    story.evaluate(network, ago=30)
    duty.is_met(about=network)
    story.evaluate(network, conclusion="poor")
    duty.is_broken(about=network)
    care = story.network(running_for=900, carries_internet_care=True)
    duty.is_broken(about=care)
    planned = _slips(story, duty)
    duty.is_met(about=planned, at=story.now + 11 * A_MONTH)
    duty.is_broken(about=planned, at=story.now + A_YEAR + A_MONTH)
    overtaken = story.network()
    story.grade(overtaken, determined_earlier_on=story.day(-700))
    story.evaluate(overtaken, kind="pre_launch", ago=400)
    story.evaluate(overtaken, ago=400)
    services.network_launch(network=overtaken, in_operation_since=story.today, by=story.by, now=story.now)
    duty.is_due(about=overtaken, at=story.now + 11 * A_MONTH)


@scenario("mlps-evaluation-2-large")
def the_hundred_thousandth_person_shortens_the_period(world, duty):
    story = Story(world)
    network = story.network(running_for=2000, persons_held=99_999)
    story.grade(network, determined_earlier_on=story.day(-1900), **SECOND)
    story.evaluate(network, ago=1200)
    duty.is_silent(about=network)
    services.network_update(network=network, persons_held=100_000, by=story.by, now=story.now)
    duty.is_broken(about=network)
    story.evaluate(network)
    duty.is_met(about=network)
    reads(world, "A10", "above-100000")  # the number itself counts no more
    duty.is_silent(about=network)


@scenario("mlps-evaluation-2")
def five_years_without_an_evaluation(world, duty):
    story = Story(world)
    network = story.network(running_for=2000)
    story.grade(network, determined_earlier_on=story.day(-1900), **SECOND)
    duty.is_broken(about=network)
    story.evaluate(network, ago=1200)
    duty.is_met(about=network)


@scenario("evaluation-agency")
def an_agency_had_lost_its_certificate(world, duty):
    story = Story(world)
    network = story.network(running_for=900)
    story.grade(network)
    duty.is_due(about=network)
    story.evaluate(network, level=2)
    duty.is_due(about=network)
    agency = story.agency()
    story.evaluate(network, agency=agency, ago=20)
    duty.is_met(about=network)
    services.agency_withdraw(agency=agency, withdrawn_on=story.day(-30), by=story.by, now=story.now)
    agency.refresh_from_db()
    duty.is_broken(about=network)
    with pytest.raises(errors.AgencyUnqualified):
        story.evaluate(network, agency=agency)
    story.evaluate(network)
    duty.is_met(about=network)
