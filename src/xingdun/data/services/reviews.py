"""The yearly review of the inventory: a signed act over its whole content (MEASURES-20a)."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from xingdun.audit import services as audit
from xingdun.data import grades
from xingdun.data.errors import InventoryEmpty
from xingdun.data.models import Change, Column, Dataset, InventoryReview, ReviewedDataset, Source
from xingdun.kernel.merkle.note import NoteSigner, sign_note
from xingdun.keys import services as keys
from xingdun.organisation.models import Person

SIGNED_AS = "xingdun.data/inventory-review"
_COLUMN = ("dataset", "name", "entity", "identifier", "state", *grades.EMPTY)


def _digest(content: Any) -> str:
    return hashlib.sha256(audit.canonical({"content": content}).encode()).hexdigest()


def _column_digests(institution: UUID) -> dict[UUID, str]:
    """One digest a dataset over its standing columns, in the order of their names."""
    rows = (
        Column.objects.filter(institution=institution, gone_at__isnull=True)
        .order_by("dataset", "name")
        .values_list(*_COLUMN)
        .iterator(chunk_size=5000)
    )
    return {dataset: _digest([row[1:] for row in of_one]) for dataset, of_one in groupby(rows, key=itemgetter(0))}


def _lines(institution: UUID, before: InventoryReview | None) -> Iterable[ReviewedDataset]:
    """Every standing dataset as it is now, and what changed since the review before."""
    earlier = dict(before.datasets.values_list("dataset", "digest")) if before else {}
    columns = _column_digests(institution)
    for dataset in Dataset.objects.filter(institution=institution, gone_at__isnull=True).order_by("pk"):
        where = [str(dataset.source_id), dataset.schema, dataset.name, str(dataset.department_id)]
        digest = _digest([where, columns.get(dataset.pk, "")])
        change = Change.SAME if earlier.get(dataset.pk) == digest else Change.CHANGED
        yield ReviewedDataset(
            institution_id=institution,
            dataset=dataset,
            digest=digest,
            change=change if dataset.pk in earlier else Change.NEW,
            columns_total=dataset.columns_total,
            columns_open=dataset.columns_open,
            subject=dataset.subject,
            sensitivity=dataset.sensitivity,
            level=dataset.level,
            national_class=dataset.national_class,
        )


def signed_text(review: InventoryReview) -> str:
    """What is signed: which review, by whom, when, over what content."""
    return (
        f"{SIGNED_AS}\n{review.institution_id}\n{review.year}/{review.number}\n"
        f"organisation.person:{review.by_id}\n{audit.moment(review.at)}\n{review.content_digest}\n"
    )


def _signature(review: InventoryReview) -> str:
    """The signed note of the platform's keys; empty when it has none yet."""
    signers = [NoteSigner(SIGNED_AS, signer) for signer in keys.signers(keys.LEDGER)]
    return str(sign_note(signed_text(review), signers)) if signers else ""


@transaction.atomic
def review_create(*, by: Person, now: datetime, statement: str = "") -> InventoryReview:
    """Answer for the whole inventory as it stands; it says how much of it nobody has decided on.

    Raises InventoryEmpty.
    """
    institution = by.institution_id
    reviews = InventoryReview.objects.filter(institution=institution)
    before = reviews.order_by("-at").first()
    lines = list(_lines(institution, before))
    if not lines:
        raise InventoryEmpty
    year = timezone.localtime(now).year
    changes = Counter(line.change for line in lines)
    kept = len(lines) - changes[Change.NEW]
    review = InventoryReview(
        institution_id=institution,
        year=year,
        number=(reviews.filter(year=year).aggregate(last=Max("number"))["last"] or 0) + 1,
        by=by,
        at=now,
        statement=statement.strip(),
        sources_total=Source.objects.filter(institution=institution).count(),
        datasets_total=len(lines),
        columns_total=sum(line.columns_total for line in lines),
        columns_open=sum(line.columns_open for line in lines),
        datasets_new=changes[Change.NEW] if before else 0,
        datasets_changed=changes[Change.CHANGED],
        datasets_gone=before.datasets_total - kept if before else 0,
        content_digest=_digest([[str(line.dataset_id), line.digest] for line in lines]),
    )
    review.signature = _signature(review)
    review.save(force_insert=True)
    for line in lines:
        line.review = review
    ReviewedDataset.objects.bulk_create(lines, batch_size=1000)
    audit.record(
        actor=by,
        action="review.create",
        about=review,
        now=now,
        reason=statement,
        details={
            "content_digest": review.content_digest,
            "datasets": review.datasets_total,
            "columns": review.columns_total,
            "columns_open": review.columns_open,
        },
    )
    return review
