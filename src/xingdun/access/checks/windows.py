"""Windows: they close in time, and emergencies are reviewed."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from xingdun.access import rules
from xingdun.access.checks.subjects import windows_in_scope
from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, violated
from xingdun.kernel.clocks import due, find_clock

REACTION = timedelta(seconds=5)  # a round of the watch


@check("data-use-expires", reads=("access.grant",))
def windows_close_in_time(facts: Facts) -> Iterator[Verdict]:
    """No window outlives its term in the source, nor the longest term (MEASURES-21h, MEASURES-22.4b2)."""
    clock, calendar = find_clock("grant-term"), facts.calendar
    for grant in windows_in_scope(facts):
        ends = min(moment for moment in (grant.closed_at, grant.expires_at) if moment is not None)
        gone_by = ends + rules.closing_takes() + REACTION
        if grant.gone_at is None and gone_by < facts.now:
            yield violated([grant], _("its time is over and the source still has it"), subject=grant)
        elif grant.expires_at > due(clock, grant.opened_at, calendar).at:
            yield violated([grant], _("it lasts longer than the longest term"), subject=grant)
        else:
            yield satisfied([grant], subject=grant, due_at=None if grant.gone_at else gone_by)


@check("break-glass-reviewed", reads=("access.grant",))
def emergencies_are_reviewed(facts: Facts) -> Iterator[Verdict]:
    """Each break-glass window is reviewed by somebody else in its time (MEASURES-21h)."""
    clock, calendar = find_clock("break-glass-review"), facts.calendar
    for grant in windows_in_scope(facts).filter(break_glass=True):
        if grant.reviewed_at is not None:
            yield satisfied([grant], subject=grant)
            continue
        by_clock = due(clock, grant.opened_at, calendar).at
        due_at = min(by_clock, grant.review_due_at) if grant.review_due_at else by_clock
        yield pending(due_at, [grant], _("nobody has reviewed it yet"), subject=grant)
