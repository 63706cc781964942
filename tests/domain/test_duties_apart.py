"""Every duty's scenario that stands up its own records: broken, the verdict turns; mended, it turns back."""

import pytest

from scenarios import all_scenarios, run

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("duty", all_scenarios(shared=False))
def test_the_duty_turns(duty, request):
    run(duty, request.getfixturevalue)
