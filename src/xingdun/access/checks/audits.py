"""Internal audits are held each quarter, and what was done through windows can be traced."""

from django.db.models import Min
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.access import selectors
from xingdun.access.models import InternalAudit, Protection
from xingdun.data.models import Source
from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, unknown, violated
from xingdun.kernel.clocks import find_clock, local, next_occurrence
from xingdun.organisation.models import Person

READS = ("access.internalaudit",)
MOST_SHOWN = 20


def _quarterly(facts: Facts, kind: InternalAudit.Kind, clock: str, *, important: bool = False) -> Verdict:
    """Done in this quarter, or the one before while this one runs."""
    last = selectors.internal_audits().filter(kind=kind).order_by("-at").first()
    since = Person.objects.aggregate(first=Min("joined_at"))["first"]
    if since is None:
        return unknown(_("nobody is registered yet"))
    due_at = next_occurrence(find_clock(clock), facts.calendar, last=last.at if last else None, since=since).due.at
    if last is None:
        return pending(due_at, detail=_("none is recorded yet"))
    if facts.now > due_at:
        return pending(due_at, [last], format_lazy(_("the last one was on {day}"), day=local(last.at).date()))
    if important and not last.important:
        return violated([last], _("the audit did not look at the key accounts"))
    return satisfied([last], due_at=due_at)


@check("audit-of-permissions", reads=READS)
def permissions_audited(facts: Facts) -> Verdict:
    """Internal audit checks who holds which right each quarter (DIGITAL-5.1.3b)."""
    return _quarterly(facts, InternalAudit.Kind.PERMISSIONS, "audit-of-permissions")


@check("log-audit", reads=READS)
def logs_audited(facts: Facts) -> Verdict:
    """Internal audit reads the ledger of every user's operations each quarter.

    DIGITAL-5.1.3a, INTERNET-7.1f1, INTERNET-9.3c4.
    """
    return _quarterly(facts, InternalAudit.Kind.LOGS, "audit-of-logs")


@check("important-users-audited", reads=READS)
def important_users_audited(facts: Facts) -> Verdict:
    """The audit looks at approvers, administrators and regulators one by one (INTERNET-7.1f3)."""
    return _quarterly(facts, InternalAudit.Kind.LOGS, "audit-of-logs", important=True)


@check("behaviour-traced", reads=("access.protection", "data.source"))
def behaviour_traced(facts: Facts) -> Verdict:
    """What people do in each database comes back from its log, tied to their window (DIGITAL-7.2.3.4b).

    A registered database that is not protected keeps what is done there to itself.
    """
    protected = list(Protection.objects.order_by("pk"))
    if not protected:
        return unknown(_("no source is protected, so nothing is traced"))
    databases = Source.objects.filter(institution=facts.institution, kind=Source.Kind.POSTGRESQL).order_by("pk")
    untraced = list(databases.exclude(pk__in=[each.source_id for each in protected])[:MOST_SHOWN])
    if untraced:
        return violated(untraced, _("what is done in these databases is not traced: they are not protected"))
    blind = [each for each in protected if not each.log_folder]
    return violated(blind, _("the log of these sources is not read")) if blind else satisfied(protected)
