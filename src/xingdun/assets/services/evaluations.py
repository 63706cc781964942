"""Tests and evaluations, and the agencies that may evaluate (MEASURES-6.4)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from xingdun.assets.errors import AgencyMissing, AgencyUnqualified, CodeTaken
from xingdun.assets.models import Agency, Evaluation, Network
from xingdun.assets.services.reading import happened, locked
from xingdun.audit import services as audit
from xingdun.organisation.models import Person


@transaction.atomic
def agency_create(
    *, name: str, certificate_number: str, valid_from: date, valid_until: date, by: Person, now: datetime
) -> Agency:
    """Enter an evaluation agency and its certificate. Raises CodeTaken."""
    if Agency.objects.filter(institution=by.institution_id, certificate_number=certificate_number.strip()).exists():
        raise CodeTaken(value=certificate_number)
    agency = Agency.objects.create(
        institution_id=by.institution_id,
        name=name.strip(),
        certificate_number=certificate_number.strip(),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    details = {"certificate": agency.certificate_number, "until": str(valid_until)}
    audit.record(actor=by, action="agency.create", about=agency, now=now, details=details)
    return agency


@transaction.atomic
def agency_renew(*, agency: Agency, valid_until: date, by: Person, now: datetime) -> Agency:
    """Its certificate holds longer, and again if it was withdrawn by mistake."""
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    agency.valid_until, agency.withdrawn_on = valid_until, None
    agency.save(update_fields=["valid_until", "withdrawn_on"])
    audit.record(actor=by, action="agency.renew", about=agency, now=now, details={"until": str(valid_until)})
    return agency


@transaction.atomic
def agency_withdraw(*, agency: Agency, withdrawn_on: date, by: Person, now: datetime) -> Agency:
    """Its certificate was withdrawn; reports from that day on do not count. Raises DateAhead."""
    happened(withdrawn_on, now=now)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    agency.withdrawn_on = withdrawn_on
    agency.save(update_fields=["withdrawn_on"])
    audit.record(actor=by, action="agency.withdraw", about=agency, now=now, details={"on": str(withdrawn_on)})
    return agency


def qualified(agency: Agency, day: date) -> bool:
    """Whether the agency's certificate held on `day`."""
    held = agency.valid_from <= day <= agency.valid_until
    return held and (agency.withdrawn_on is None or day < agency.withdrawn_on)


@transaction.atomic
def evaluation_record(
    *,
    network: Network,
    kind: str,
    report_number: str,
    reported_on: date,
    conclusion: str,
    by: Person,
    now: datetime,
    agency: Agency | None = None,
    level: int | None = None,
    score: Decimal | None = None,
    issues: int = 0,
    rectification_plan: str = "",
) -> Evaluation:
    """Record a test before launch, an evaluation by an agency, or a self-assessment, by its report.

    An evaluation needs an agency whose certificate held on the day of the report (MEASURES-6.4c). issues: how many it
    found; they need a plan (MEASURES-6.5a), which may come later. Raises AgencyMissing, AgencyUnqualified, CodeTaken,
    DateAhead, NetworkRetired.
    """
    network = locked(network)
    happened(reported_on, now=now)
    if kind == Evaluation.Kind.EVALUATION and (agency is None or level is None):
        raise AgencyMissing
    if agency is not None and not qualified(agency, reported_on):
        raise AgencyUnqualified(agency=agency, day=reported_on)
    if network.evaluations.filter(report_number=report_number.strip()).exists():
        raise CodeTaken(value=report_number)
    evaluation = Evaluation.objects.create(
        institution_id=network.institution_id,
        network=network,
        kind=kind,
        agency=agency,
        level=level,
        report_number=report_number.strip(),
        reported_on=reported_on,
        score=score,
        conclusion=conclusion,
        issues=issues,
        rectification_plan=rectification_plan.strip(),
        recorded_by=by,
        recorded_at=now,
    )
    details = {"kind": kind, "report": evaluation.report_number, "on": str(reported_on), "conclusion": conclusion}
    audit.record(actor=by, action="evaluation.record", about=evaluation, now=now, under=network, details=details)
    return evaluation


@transaction.atomic
def evaluation_plan(*, evaluation: Evaluation, rectification_plan: str, by: Person, now: datetime) -> Evaluation:
    """Lay down how the issues of an evaluation are mended (MEASURES-6.5a)."""
    evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    evaluation.rectification_plan = rectification_plan.strip()
    evaluation.save(update_fields=["rectification_plan"])
    audit.record(actor=by, action="evaluation.plan", about=evaluation, now=now, details={"issues": evaluation.issues})
    return evaluation
