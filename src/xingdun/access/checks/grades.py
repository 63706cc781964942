"""What a grade asks of every window onto it: masks, two keys, state approval, authorised bodies."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.access import masks
from xingdun.access.checks.asked import columns_asked, graded
from xingdun.access.checks.subjects import is_emergency
from xingdun.access.models import Recipient, Request, RowRule
from xingdun.approvals.models import Decision
from xingdun.data.checks.subjects import standing
from xingdun.data.models import Column, Dataset, Identifier, Sensitivity
from xingdun.frame.checks import Facts, Told, Verdict, check, satisfied, violated
from xingdun.frame.roles import Role
from xingdun.kernel.policy import RequestFacts, route
from xingdun.organisation.models import Institution

READS = (
    *("access.request", "access.grant", "access.requestedcolumn"),
    *("approvals.decision", "data.column", "data.dataset"),
)
LIVE = (Request.State.APPROVED, Request.State.OPEN)
TWO = 2
MOST_SHOWN = 20
ANY = Q()
_SHOWS = {"clear": 0, "null": 2}  # how much a mask hides; every other lies between


@dataclass(frozen=True, slots=True)
class Asked:
    """A column that someone may look at now or as soon as they open their window."""

    request: Request
    emergency: bool
    column: Column
    mask: Mapping[str, Any]


def _live(facts: Facts, held: Q, like: Q) -> dict[UUID, list[Asked]]:
    """The columns of approved and open requests that are as `like` says, onto datasets as `held`, by dataset."""
    keys = facts.keys("data.dataset")
    wanted = like
    if held:
        wanted &= Q(column__dataset__in=Dataset.objects.filter(held).values("pk"))
    wanted &= Q() if keys is None else Q(column__dataset__pk__in=keys)
    live = Request.objects.filter(state__in=LIVE)
    shown = columns_asked(live.values("pk"), wanted)
    columns = graded(one.column for each in shown.values() for one in each)
    found: dict[UUID, list[Asked]] = defaultdict(list)
    for request in live.filter(pk__in=list(shown)).select_related("grant").order_by("number"):
        emergency = is_emergency(request)
        for one in shown[request.pk]:
            column = columns[one.column]
            found[column.dataset_id].append(Asked(request, emergency, column, one.mask))
    return found


def _each(
    facts: Facts, wrong: Callable[[Asked], bool], told: Told, *, held: Q = ANY, like: Q = ANY, enforced: bool = True
) -> Iterator[Verdict]:
    """A verdict a dataset: violated by the requests that are wrong, or when the rules themselves do not enforce it."""
    live = _live(facts, held, like)
    for dataset in standing(facts):
        columns = live.get(dataset.pk, [])
        against = {each.request.pk: each.request for each in columns if wrong(each)}
        if not enforced:
            yield violated([dataset], _("the rules on requests do not ask for it"), subject=dataset)
        elif against:
            yield violated([*against.values()][:MOST_SHOWN], told, subject=dataset)
        else:
            shown: dict[Any, Any] = {each.request.pk: each.request for each in columns}
            yield satisfied([dataset, *shown.values()][:MOST_SHOWN], subject=dataset)


_C2 = RequestFacts(
    purpose="quality",
    legal_basis="statutory_duty",
    recipient="institution",
    departments_in_charge=("-",),
    business=frozenset({"clinical"}),
    subjects=frozenset({"C2"}),
    sensitivity="internal",
)


@check("c2-two-persons", reads=READS)
def two_keys_turned(facts: Facts) -> Iterator[Verdict]:
    """Two key holders turned their keys for every window onto C2 data, and the rules ask for it (DIGITAL-4.3.2a)."""
    turned: dict[str, set[UUID]] = defaultdict(set)
    decisions = Decision.objects.filter(step__role=Role.KEY_HOLDER, approves=True)
    for about, person in decisions.values_list("process__about", "person"):
        turned[about].add(person)
    asks = any(step.role == Role.KEY_HOLDER and step.quorum >= TWO for step in route(_C2).steps)

    def wrong(each: Asked) -> bool:
        return len(turned[each.request.reference]) < TWO

    yield from _each(facts, wrong, _("open to C2 data without two keys"), held=Q(holds_c2=True), enforced=asks)


@check("confidential-level", reads=READS)
def confidential_with_state_approval(facts: Facts) -> Iterator[Verdict]:
    """Confidential data are used with a state approval on record, and the rules refuse others (DIGITAL-4.2.2d)."""
    refused = bool(route(replace(_C2, subjects=frozenset({"C1"}), sensitivity="confidential")).refusals)

    def wrong(each: Asked) -> bool:
        return not each.request.state_approval

    told = _("open to confidential data without a state approval")
    yield from _each(facts, wrong, told, held=Q(sensitivity=Sensitivity.CONFIDENTIAL), enforced=refused)


@check("c3-authorised-bodies", reads=(*READS, "organisation.institution"))
def authorised_bodies_only(facts: Facts) -> Iterator[Verdict]:
    """Only an authorised body uses C3 data, and the rules refuse others (DIGITAL-4.3.3a)."""
    authorised = Institution.objects.filter(pk=facts.institution, authorised_body=True).exists()
    refused = bool(route(replace(_C2, subjects=frozenset({"C3"}))).refusals)

    def wrong(each: Asked) -> bool:
        return not authorised or each.request.recipient in {Recipient.OUTSIDE, Recipient.ABROAD}

    yield from _each(facts, wrong, _("open to C3 data without authorisation"), held=Q(holds_c3=True), enforced=refused)


@check("masking", reads=READS)
def masked_by_grade(facts: Facts) -> Iterator[Verdict]:
    """No window shows a column more openly than its grade and purpose allow now (INTERNET-9.3c2, DIGITAL-3.4)."""
    today = timezone.localdate(facts.now)

    def wrong(each: Asked) -> bool:
        if each.emergency:
            return False
        wanted = masks.to_json(masks.choose(each.column, purpose=each.request.purpose, on=today).mask)
        return _SHOWS.get(each.mask.get("kind", "clear"), 1) < _SHOWS.get(wanted["kind"], 1)

    yield from _each(facts, wrong, _("a column is shown more openly than its grade allows"))


@check("staff-privacy", reads=(*READS, "access.rowrule"))
def privacy_kept(facts: Facts) -> Iterator[Verdict]:
    """Whoever sees persons in clear has said why, and in an emergency sees one patient.

    INTERNET-6.2b, INTERNET-7.2a.
    """
    limited = set(RowRule.objects.filter(request__state__in=LIVE).values_list("request", flat=True))

    def wrong(each: Asked) -> bool:
        return not each.request.reason.strip() or (each.emergency and each.request.pk not in limited)

    in_clear = Q(mask__kind="clear", column__identifier=Identifier.DIRECT)
    yield from _each(
        facts, wrong, _("persons are seen in clear without a reason, or beyond one patient"), like=in_clear
    )
