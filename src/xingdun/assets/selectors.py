"""Reading networks: each of these costs a constant number of queries."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from xingdun.assets.models import (
    DEPARTMENTS,
    Agency,
    Evaluation,
    Filing,
    Grading,
    ImportFault,
    Network,
    NetworkImport,
    ProtectionPlan,
    Retirement,
    Safeguard,
)
from xingdun.assets.rules import safeguards as safeguard_list
from xingdun.frame.context import current


def own(model: type[Model]) -> QuerySet[Any]:
    """The rows of the institution this call acts in (row security says the same in the database)."""
    return model._default_manager.filter(institution=current().institution)  # noqa: SLF001 - Django's documented API


def networks() -> QuerySet[Network]:
    """Every network with its departments, when it was last evaluated, and how many safeguards are missing."""
    evaluations = Evaluation.objects.filter(network=OuterRef("pk"), kind=Evaluation.Kind.EVALUATION)
    received = Filing.objects.filter(
        network=OuterRef("pk"), recipient="public_security", kind=Filing.Kind.FILING
    ).exclude(receipt_number="")
    gaps = (
        Safeguard.objects.filter(network=OuterRef("pk"), state__in=[Safeguard.State.ABSENT, Safeguard.State.PARTIAL])
        .order_by()
        .values("network")
        .annotate(found=Count("pk"))
        .values("found")
    )
    return (
        own(Network)
        .select_related(*DEPARTMENTS)
        .annotate(
            evaluated_on=Subquery(evaluations.order_by("-reported_on").values("reported_on")[:1]),
            filing_number=Subquery(received.order_by("-filed_on").values("receipt_number")[:1]),
            gaps=Case(When(level__isnull=False, then=Coalesce(Subquery(gaps), 0))),  # a list follows from the level
        )
    )


def gradings() -> QuerySet[Grading]:
    """Every grading, with its network and who proposed it."""
    return own(Grading).select_related("network", "proposed_by")


def filings() -> QuerySet[Filing]:
    """Every report of a level to an authority."""
    return own(Filing).select_related("network", "grading__network", "recorded_by")


def agencies() -> QuerySet[Agency]:
    """Every evaluation agency, with how often it evaluated here."""
    return own(Agency).annotate(reports=Count("evaluations"))


def evaluations() -> QuerySet[Evaluation]:
    """Every test of a network."""
    return own(Evaluation).select_related("network", "agency", "recorded_by")


def plans() -> QuerySet[ProtectionPlan]:
    """Every protection plan."""
    return own(ProtectionPlan).select_related("network", "proposed_by")


def safeguards() -> QuerySet[Safeguard]:
    """How each safeguard stands on each network, in the order of the list."""
    place = Case(
        *(When(key=key, then=Value(place)) for place, key in enumerate(safeguard_list())),
        default=Value(len(safeguard_list())),
        output_field=IntegerField(),
    )
    return own(Safeguard).select_related("network", "assessed_by").annotate(place=place)


def retirements() -> QuerySet[Retirement]:
    """Every end of a network."""
    return own(Retirement).select_related("network", "proposed_by")


def to_receive() -> QuerySet[Filing]:
    """Reports whose receipt has not come."""
    return filings().filter(Q(receipt_number=""))


def network_imports() -> QuerySet[NetworkImport]:
    """Every workbook of networks, with who sent it."""
    return own(NetworkImport).select_related("asked_by")


def import_faults() -> QuerySet[ImportFault]:
    """What was wrong with workbooks, with the import each belongs to."""
    return own(ImportFault).select_related("networkimport")
