"""Bringing evidence, saying what more it serves, withdrawing it, reading it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from xingdun.audit import services as audit
from xingdun.frame.models import InstitutionModel
from xingdun.frame.roles import Role
from xingdun.kernel.crypto import sm3
from xingdun.keys import services as keys
from xingdun.obligations.catalogue import load
from xingdun.obligations.errors import NoSuchDuty
from xingdun.obligations.evidence_errors import (
    EvidenceBomb,
    EvidenceConfidential,
    EvidenceEmpty,
    EvidenceKept,
    EvidenceLies,
    EvidencePeriod,
    EvidenceServesNothing,
    EvidenceSubjectUnknown,
    EvidenceTooLarge,
    EvidenceUnknown,
    EvidenceWithdrawn,
)
from xingdun.obligations.media import KNOWN, Media, MediaError, sniff
from xingdun.obligations.models import EvidenceContent, EvidenceFile, EvidenceUse
from xingdun.obligations.selectors.evidence import readable_by
from xingdun.organisation.models import Person

if TYPE_CHECKING:
    from django.core.files.base import File

PURPOSE = "evidence"
LARGEST = 20 * 1024 * 1024


@transaction.atomic
def evidencefile_create(
    *,
    title: str,
    file: "File[bytes]",
    by: Person,
    now: datetime,
    duties: Iterable[str] = (),
    subject: str = "",
    classification: str = EvidenceFile.Classification.INTERNAL,
    counts_from: datetime | None = None,
    expires_at: datetime | None = None,
) -> EvidenceFile:
    """Keep a file as evidence of duties (about `subject` when it is given) or of one record.

    The content is sniffed, sealed under the institution's key and committed with its ledger entry, which bears both
    digests. Raises EvidenceTooLarge, EvidenceEmpty, EvidenceLies, EvidenceUnknown, EvidenceBomb, EvidenceKept,
    EvidencePeriod, EvidenceServesNothing, EvidenceSubjectUnknown, NoSuchDuty.
    """
    name = (file.name or "")[-200:]
    wanted = _uses(duties, subject)
    starts = counts_from or now
    if expires_at is not None and expires_at <= max(starts, now):
        raise EvidencePeriod
    data = _read(file, name)
    media = _media(data, name, str(getattr(file, "content_type", "") or ""))
    evidence = EvidenceFile(
        institution_id=by.institution_id,
        title=title,
        name=name,
        media_type=media.type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        sm3=sm3.digest(data).hex(),
        classification=classification,
        counts_from=starts,
        expires_at=expires_at,
        uploaded_by=by,
        uploaded_at=now,
    )
    _keep_once(evidence)
    sealed = keys.seal_bytes(
        institution=by.institution_id, purpose=PURPOSE, plaintext=data, place=(str(evidence.pk), evidence.sha256)
    )
    EvidenceContent.objects.create(institution_id=by.institution_id, evidence=evidence, sealed=sealed)
    _serve(evidence, wanted)
    audit.record(
        actor=by,
        action="evidencefile.create",
        about=evidence,
        now=now,
        details={
            "classification": str(classification),
            "counts_from": audit.moment(starts),
            "expires_at": audit.moment(expires_at) if expires_at else "",
            "media_type": media.type,
            "serves": [list(use) for use in wanted],
            "sha256": evidence.sha256,
            "size": len(data),
            "sm3": evidence.sm3,
        },
    )
    return evidence


@transaction.atomic
def evidencefile_serve(
    *, evidencefile: EvidenceFile, by: Person, now: datetime, duties: Iterable[str] = (), subject: str = ""
) -> EvidenceFile:
    """Say what more the file is evidence of. Raises EvidenceServesNothing, EvidenceWithdrawn, NoSuchDuty."""
    evidence = EvidenceFile.objects.select_for_update().get(pk=evidencefile.pk)
    if evidence.withdrawn_at:
        raise EvidenceWithdrawn
    held = set(evidence.uses.values_list("duty", "subject"))
    added = [use for use in _uses(duties, subject) if use not in held]
    _serve(evidence, added)
    audit.record(
        actor=by,
        action="evidencefile.serve",
        about=evidence,
        now=now,
        details={"serves": [list(use) for use in added], "sha256": evidence.sha256},
    )
    return evidence


@transaction.atomic
def evidencefile_withdraw(*, evidencefile: EvidenceFile, reason: str, by: Person, now: datetime) -> EvidenceFile:
    """From now on it counts for nothing; it stays, and with it what it showed before. Raises EvidenceWithdrawn."""
    evidence = EvidenceFile.objects.select_for_update().get(pk=evidencefile.pk)
    if evidence.withdrawn_at:
        raise EvidenceWithdrawn
    evidence.withdrawn_at = now
    evidence.save(update_fields=["withdrawn_at"])
    audit.record(
        actor=by,
        action="evidencefile.withdraw",
        about=evidence,
        now=now,
        reason=reason,
        details={"sha256": evidence.sha256},
    )
    return evidence


@transaction.atomic
def evidencefile_read(*, evidencefile: EvidenceFile, roles: frozenset[Role | str], by: Any, now: datetime) -> bytes:
    """The content, for someone who may read it; each reading is told in the ledger. Raises EvidenceConfidential."""
    if not readable_by(evidencefile, roles, person=getattr(by, "pk", None)):
        raise EvidenceConfidential(classification=evidencefile.get_classification_display())
    audit.record(
        actor=by, action="evidencefile.read", about=evidencefile, now=now, details={"sha256": evidencefile.sha256}
    )
    return content_of(evidencefile)


def content_of(evidence: EvidenceFile) -> bytes:
    """The content as it was brought; what reads it for people says so in the ledger itself.

    Raises keys' SealedElsewhere when it was altered, KeyDestroyed when its key is gone.
    """
    kept = EvidenceContent.objects.get(evidence=evidence)
    return keys.open_bytes(
        institution=evidence.institution_id,
        purpose=PURPOSE,
        sealed=bytes(kept.sealed),
        place=(str(evidence.pk), evidence.sha256),
    )


def _uses(duties: Iterable[str], subject: str) -> list[tuple[str, str]]:
    known = load().duties
    wanted = list(dict.fromkeys(duties))
    for duty in wanted:
        if duty not in known:
            raise NoSuchDuty(duty=duty)
    if not wanted and not subject:
        raise EvidenceServesNothing
    if subject and not _is_record(subject):
        raise EvidenceSubjectUnknown(subject=subject)
    return [(duty, subject) for duty in wanted] or [("", subject)]


def _is_record(subject: str) -> bool:
    """Whether `subject` names a record of the caller's institution."""
    label, _, key = subject.partition(":")
    try:
        model = apps.get_model(label)
        return issubclass(model, InstitutionModel) and model._default_manager.filter(pk=key).exists()  # noqa: SLF001 - Django's documented API
    except (LookupError, ValueError, ValidationError):
        return False


def _serve(evidence: EvidenceFile, uses: Iterable[tuple[str, str]]) -> None:
    EvidenceUse.objects.bulk_create(
        EvidenceUse(institution_id=evidence.institution_id, evidence=evidence, duty=duty, subject=subject)
        for duty, subject in uses
    )


def _read(file: "File[bytes]", name: str) -> bytes:
    """The bytes, never more than may be kept."""
    file.seek(0)
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise EvidenceTooLarge(name=name, most=LARGEST // (1024 * 1024))
    return bytes(data)


def _media(data: bytes, name: str, declared: str) -> Media:
    try:
        media = sniff(data, name)
    except MediaError as error:
        if error.kind == "empty":
            raise EvidenceEmpty(name=name) from error
        raise (EvidenceBomb if error.kind == "bomb" else EvidenceUnknown)(name=name, problem=error) from error
    if not media.claimed_by(name, declared):
        ending = name.rpartition(".")[2].lower()
        claimed = next((each.type for each in KNOWN if f".{ending}" in each.endings), f".{ending}")
        said = declared if claimed == media.type else claimed
        raise EvidenceLies(name=name, claimed=said, found=media.type)
    return media


def _keep_once(evidence: EvidenceFile) -> None:
    try:
        with transaction.atomic():
            evidence.save(force_insert=True)
    except IntegrityError:
        held = EvidenceFile.objects.filter(sha256=evidence.sha256, withdrawn_at__isnull=True).first()
        if held is None:
            raise
        raise EvidenceKept(title=held.title) from None
