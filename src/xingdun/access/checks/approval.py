"""Requests: approved by those in charge before anything opens, and used within what was approved."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from xingdun.access import masks, routing, rules
from xingdun.access.checks.asked import Shown, columns_asked, departments_asked, graded
from xingdun.access.checks.subjects import GRANTED, UNDER_WAY, in_scope
from xingdun.access.models import Grant, Recipient, Request, RowRule
from xingdun.approvals.models import Decision, Process, Step
from xingdun.frame.checks import Facts, Told, Verdict, check, satisfied, violated
from xingdun.frame.roles import Role

READS = (
    *("access.request", "access.grant", "access.requestedcolumn", "access.rowrule"),
    *("approvals.process", "approvals.step", "approvals.decision"),
)
LABEL = "access.request:"
ROUNDING = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Filed:
    """A request with its window, its last approvals, and who approved which step."""

    request: Request
    grant: Grant | None
    process: Process | None
    steps: tuple[Step, ...]
    approved: dict[UUID, set[UUID]]

    @property
    def emergency(self) -> bool:
        """Whether it stands behind a break-glass window, which nobody approves before."""
        return self.grant is not None and self.grant.break_glass

    @property
    def evidence(self) -> list[Any]:
        """The records that show where it stands."""
        return [each for each in (self.request, self.process, self.grant) if each is not None]

    def met(self, role: Role) -> bool:
        """Whether a step of that role has its quorum."""
        return any(step.role == role and self._whole(step) for step in self.steps)

    @property
    def whole(self) -> bool:
        """Whether every step has its quorum of distinct persons, none of them the applicant."""
        closed = self.process is not None and self.process.state == Process.State.APPROVED
        return closed and bool(self.steps) and all(self._whole(step) for step in self.steps)

    def _whole(self, step: Step) -> bool:
        return len(self.approved.get(step.pk, set()) - {self.request.applicant_id}) >= step.quorum


def filed(facts: Facts, *also: str) -> list[Filed]:
    """The requests in scope with their approvals; four queries however many. also: what else is read with them."""
    requests = list(in_scope(facts, *also))
    about = [request.reference for request in requests]
    processes = {process.about: process for process in Process.objects.filter(about__in=about).order_by("opened_at")}
    keys = [process.pk for process in processes.values()]
    steps: dict[UUID, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(process__in=keys).order_by("order"):
        steps[step.process_id].append(step)
    approved: dict[UUID, dict[UUID, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    for process, step_key, person in Decision.objects.filter(process__in=keys, approves=True).values_list(
        "process", "step", "person"
    ):
        approved[process][step_key].add(person)
    return [_filed(request, processes.get(request.reference), steps, approved) for request in requests]


def _filed(request: Request, process: Process | None, steps: Any, approved: Any) -> Filed:
    grant = getattr(request, "grant", None)
    if process is None:
        return Filed(request, grant, None, (), {})
    return Filed(request, grant, process, tuple(steps[process.pk]), dict(approved[process.pk]))


def _each(
    facts: Facts, fault: Callable[[Filed], Told], *, emergencies: bool = False, also: tuple[str, ...] = ()
) -> Iterator[Verdict]:
    """A verdict a request: violated with the fault told, satisfied without one."""
    for each in filed(facts, *also):
        if each.emergency and not emergencies:
            continue
        told = fault(each)
        if told:
            yield violated(each.evidence, told, subject=each.request)
        else:
            yield satisfied(each.evidence, subject=each.request)


@check("data-use-approval", reads=READS)
def used_after_approval(facts: Facts) -> Iterator[Verdict]:
    """Nothing is open before every step approved, the data security officer's among them.

    MEASURES-21f, DIGITAL-5.2.1a.
    """

    def fault(each: Filed) -> Told:
        if each.process is None:
            return _("no approvals were opened for it")
        if (each.request.state in GRANTED or each.grant is not None) and not each.whole:
            return _("it was granted without every approval")
        if not any(step.role == Role.DSO for step in each.steps):
            return _("the data security officer was not asked")
        return ""

    yield from _each(facts, fault)


@check("approver-in-charge", reads=(*READS, "data.dataset"))
def whoever_is_in_charge_reviewed(facts: Facts) -> Iterator[Verdict]:
    """The head of each department in charge of the data reviews; the applicant never does (MEASURES-21g)."""
    in_charge = departments_asked(in_scope(facts).filter(state__in=UNDER_WAY).order_by().values("pk"))

    def fault(each: Filed) -> Told:
        heads = [step for step in each.steps if step.role == Role.DEPARTMENT_HEAD]
        if not heads:
            return _("no department in charge was asked")
        if in_charge.get(each.request.pk, set()) - {step.department_id for step in heads}:
            return _("the department now in charge of the data has not reviewed it")
        reviewed = each.request.state not in GRANTED or each.met(Role.DEPARTMENT_HEAD)
        return "" if reviewed else _("the department in charge has not approved")

    yield from _each(facts, fault)


@check("use-within-approval", reads=READS)
def used_within_approval(facts: Facts) -> Iterator[Verdict]:
    """A window is the applicant's, opens after the approval, and ends within the days approved.

    MEASURES-22.4b, NOTE-3.4.5b. A break-glass window is short and limited to one patient's rows.
    """
    limited = set(RowRule.objects.filter(request__in=in_scope(facts).values("pk")).values_list("request", flat=True))

    def fault(each: Filed) -> Told:
        grant = each.grant
        if grant is None:
            return ""
        if grant.person_id != each.request.applicant_id:
            return _("somebody else than the applicant holds the window")
        longest = rules.break_glass_lasts() if grant.break_glass else timedelta(days=each.request.days)
        if grant.expires_at - grant.opened_at > longest + ROUNDING:
            return _("the window lasts longer than approved")
        if grant.break_glass and each.request.pk not in limited:
            return _("a break-glass window is not limited to one patient")
        if each.process is not None and each.process.closed_at and grant.opened_at < each.process.closed_at:
            return _("the window was opened before the approval")
        return ""

    yield from _each(facts, fault, emergencies=True)


_told = lazy(routing.told, str)  # each reader's language


@check("stated-purpose", reads=(*READS, "data.column"))
def purpose_stated(facts: Facts) -> Iterator[Verdict]:
    """Data are used for a stated purpose, on a basis that permits it for their grade.

    MEASURES-22.4f, INTERNET-8.4b.
    """
    asked = columns_asked(in_scope(facts).filter(state__in=UNDER_WAY).order_by().values("pk"))
    columns = graded(one.column for shown in asked.values() for one in shown)

    def fault(each: Filed) -> Told:
        request = each.request
        if not request.reason.strip():
            return _("no reason is stated")
        if request.state not in UNDER_WAY:
            return ""
        chosen = [columns[one.column] for one in asked[request.pk]]
        route = routing.route_of(request, chosen, break_glass=each.emergency)
        return _told(route.refusals) if route.refusals else ""

    yield from _each(facts, fault, emergencies=True, also=("applicant__institution",))


@check("legal-review", reads=READS)
def leaves_after_legal_review(facts: Facts) -> Iterator[Verdict]:
    """What leaves the institution was reviewed by legal (DIGITAL-5.1.2d)."""
    for each in filed(facts):
        if each.request.recipient not in {Recipient.OUTSIDE, Recipient.ABROAD}:
            continue
        asked = any(step.role == Role.LEGAL for step in each.steps)
        granted = each.request.state in GRANTED or each.grant is not None
        if not asked or (granted and not each.met(Role.LEGAL)):
            yield violated(each.evidence, _("legal has not reviewed it"), subject=each.request)
        else:
            yield satisfied(each.evidence, subject=each.request)


@check("it-masks", reads=(*READS, "access.protection"))
def masked_before_delivery(facts: Facts) -> Iterator[Verdict]:
    """Every column is delivered through a mask chosen by a rule (DIGITAL-5.2.1b)."""
    live = in_scope(facts).filter(state__in=(Request.State.APPROVED, Request.State.OPEN))
    asked = columns_asked(live.order_by().values("pk"))

    def fault(each: Filed) -> Told:
        if any(not _has_mask(one) for one in asked[each.request.pk]):
            return _("a column has no mask that a rule chose")
        return ""

    yield from _each(facts, fault, emergencies=True)


def _has_mask(asked: Shown) -> bool:
    try:
        masks.from_json(asked.mask)
    except (KeyError, TypeError, ValueError):
        return False
    return bool(asked.reason)
