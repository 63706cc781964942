"""A new version of the catalogue: what it changes, which duties and institutions it touches."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.obligations.canonical import catalogue_digest
from xingdun.obligations.catalogue import CatalogueError, Difference, difference, load, parse, texts
from xingdun.obligations.models import CatalogueVersion, Posture, PostureProgress
from xingdun.obligations.services.posture import SYSTEM, Measured, posture_measure


@transaction.atomic
def catalogue_take(*, now: datetime) -> CatalogueVersion:
    """Keep the catalogue that comes with this program, with its difference to the one before; once a text."""
    files, digest = dict(texts()), catalogue_digest()
    kept = CatalogueVersion.objects.filter(digest=digest).first()
    if kept is not None:
        return kept
    last = CatalogueVersion.objects.order_by("-taken_at").first()
    version = CatalogueVersion.objects.create(
        version=load().version, digest=digest, taken_at=now, texts=files, difference=_difference(last)
    )
    audit.record(
        actor=SYSTEM,
        action="catalogue.take",
        about=version,
        now=now,
        details={"version": version.version, "digest": digest, "touched": len(version.difference.get("touched", []))},
    )
    return version


def _difference(last: CatalogueVersion | None) -> dict[str, Any]:
    if last is None:
        return {}
    try:
        found: Difference = difference(parse(last.texts), load())
    except CatalogueError as problem:  # written for a schema this program does not read any more
        return {
            "old": last.version,
            "new": load().version,
            "unreadable": str(problem),
            "touched": sorted(load().duties),
        }
    told = asdict(found)
    return {**told, "touched": list(found.touched)}


@transaction.atomic
def catalogue_follow(*, institution: UUID, version: CatalogueVersion, now: datetime) -> Measured | None:
    """Measure the institution by a catalogue it was not measured by yet; the ledger names the duties touched there.

    None when it was measured by it already, or never.
    """
    progress = PostureProgress.objects.filter(institution=institution).first()
    if progress is None or progress.measured_at is None or progress.catalogue == version.digest:
        return None
    touched = version.difference.get("touched", [])
    held = Posture.objects.filter(institution=institution, duty__in=touched).exclude(state=Posture.State.NOT_APPLICABLE)
    audit.record(
        actor=SYSTEM,
        action="catalogue.change",
        about=version,
        now=now,
        details={
            "version": version.version,
            "touched": touched,
            "measured_here": sorted(set(held.values_list("duty", flat=True))),
        },
    )
    return posture_measure(institution=institution, now=now, cause=version.reference)
