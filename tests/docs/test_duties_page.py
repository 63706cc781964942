"""docs/duties.md: every duty that has a check has a scenario, and the page is what the generator makes."""

import runpy
from pathlib import Path

import pytest

from xingdun.obligations.catalogue import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(ROOT / "scripts" / "duties_page.py"))


def test_every_duty_with_a_check_has_a_scenario(script):
    shown = script["scenarios"]()
    ready = {duty.key for duty in load().duties.values() if not duty.waits_for}
    assert ready - set(shown) == set(), "write a scenario: docs/adding-a-duty.md, step 4"
    assert set(shown) <= set(load().duties)


def test_the_page_is_what_the_generator_makes(script):
    written = (ROOT / "docs" / "duties.md").read_text(encoding="utf-8")
    assert script["page"](load()) == written, "run scripts/duties_page.py"
