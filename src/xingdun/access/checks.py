"""How the duties of access are measured."""

from datetime import timedelta

from xingdun.access import rules, selectors
from xingdun.frame.checks import Facts, Verdict, check, satisfied, violated


@check("data-use-expires", reads=("access.grant",))
def windows_close_in_time(facts: Facts) -> Verdict:
    """No window outlives its term in the source (MEASURES-22.4b2)."""
    late = selectors.grants_past_their_term(now=facts.now - rules.closing_takes() - timedelta(seconds=5))
    return violated(late) if late else satisfied(selectors.grants_open(now=facts.now)[:100])


@check("break-glass-reviewed", reads=("access.grant",))
def emergencies_are_reviewed(facts: Facts) -> Verdict:
    """Each break-glass window is reviewed within its time (MEASURES-22.4e)."""
    late = selectors.reviews_due(now=facts.now)
    return violated(late) if late else satisfied()
