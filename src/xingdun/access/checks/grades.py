"""What a grade asks of every window onto it: masks, two keys, state approval, authorised bodies."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.access import masks
from xingdun.access.models import Request, RequestedColumn, RowRule
from xingdun.approvals.models import Decision
from xingdun.data.checks.subjects import standing
from xingdun.data.models import Dataset, Identifier, Sensitivity
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
_SHOWS = {"clear": 0, "null": 2}  # how much a mask hides; every other lies between


@dataclass(frozen=True, slots=True)
class Asked:
    """A column that someone may look at now or as soon as they open their window."""

    asked: RequestedColumn
    emergency: bool

    @property
    def request(self) -> Request:
        """Its request."""
        return self.asked.request


def _live(facts: Facts) -> dict[UUID, list[Asked]]:
    """The columns of approved and open requests, by dataset."""
    rows = RequestedColumn.objects.filter(
        request__state__in=LIVE, cut_by__isnull=True, column__dataset__in=standing(facts).order_by().values("pk")
    )
    found: dict[UUID, list[Asked]] = defaultdict(list)
    for asked in rows.select_related("column", "request__grant").order_by("request__number", "pk"):
        grant = getattr(asked.request, "grant", None)
        found[asked.column.dataset_id].append(Asked(asked, emergency=bool(grant and grant.break_glass)))
    return found


def _each(
    facts: Facts, wrong: Callable[[Dataset, Asked], bool], told: Told, *, enforced: bool = True
) -> Iterator[Verdict]:
    """A verdict a dataset: violated by the requests that are wrong, or when the rules themselves do not enforce it."""
    live = _live(facts)
    for dataset in standing(facts):
        columns = live.get(dataset.pk, [])
        against = {each.request.pk: each.request for each in columns if wrong(dataset, each)}
        if not enforced:
            yield violated([dataset], _("the rules on requests do not ask for it"), subject=dataset)
        elif against:
            yield violated(against.values(), told, subject=dataset)
        else:
            shown: dict[Any, Any] = {each.request.pk: each.request for each in columns}
            yield satisfied([dataset, *shown.values()], subject=dataset)


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

    def wrong(dataset: Dataset, each: Asked) -> bool:
        return dataset.holds_c2 and len(turned[each.request.reference]) < TWO

    yield from _each(facts, wrong, _("open to C2 data without two keys"), enforced=asks)


@check("confidential-level", reads=READS)
def confidential_with_state_approval(facts: Facts) -> Iterator[Verdict]:
    """Confidential data are used with a state approval on record, and the rules refuse others (DIGITAL-4.2.2d)."""
    refused = bool(route(replace(_C2, subjects=frozenset({"C1"}), sensitivity="confidential")).refusals)

    def wrong(dataset: Dataset, each: Asked) -> bool:
        return dataset.sensitivity == Sensitivity.CONFIDENTIAL and not each.request.state_approval

    yield from _each(facts, wrong, _("open to confidential data without a state approval"), enforced=refused)


@check("c3-authorised-bodies", reads=(*READS, "organisation.institution"))
def authorised_bodies_only(facts: Facts) -> Iterator[Verdict]:
    """Only an authorised body uses C3 data, and the rules refuse others (DIGITAL-4.3.3a)."""
    authorised = Institution.objects.filter(pk=facts.institution, authorised_body=True).exists()
    refused = bool(route(replace(_C2, subjects=frozenset({"C3"}))).refusals)

    def wrong(dataset: Dataset, each: Asked) -> bool:
        inside = each.request.recipient in {"own_department", "institution"}
        return dataset.holds_c3 and not (authorised and inside)

    yield from _each(facts, wrong, _("open to C3 data without authorisation"), enforced=refused)


@check("masking", reads=READS)
def masked_by_grade(facts: Facts) -> Iterator[Verdict]:
    """No window shows a column more openly than its grade and purpose allow now (INTERNET-9.3c2, DIGITAL-3.4)."""
    today = timezone.localdate(facts.now)

    def wrong(dataset: Dataset, each: Asked) -> bool:
        del dataset
        if each.emergency:
            return False
        wanted = masks.to_json(masks.choose(each.asked.column, purpose=each.request.purpose, on=today).mask)
        return _SHOWS.get(each.asked.mask.get("kind", "clear"), 1) < _SHOWS.get(wanted["kind"], 1)

    yield from _each(facts, wrong, _("a column is shown more openly than its grade allows"))


@check("staff-privacy", reads=(*READS, "access.rowrule"))
def privacy_kept(facts: Facts) -> Iterator[Verdict]:
    """Whoever sees persons in clear has said why, and in an emergency sees one patient.

    INTERNET-6.2b, INTERNET-7.2a.
    """
    limited = set(RowRule.objects.filter(request__state__in=LIVE).values_list("request", flat=True))

    def wrong(dataset: Dataset, each: Asked) -> bool:
        del dataset
        if each.asked.mask.get("kind") != "clear" or each.asked.column.identifier != Identifier.DIRECT:
            return False
        return not each.request.reason.strip() or (each.emergency and each.request.pk not in limited)

    yield from _each(facts, wrong, _("persons are seen in clear without a reason, or beyond one patient"))
